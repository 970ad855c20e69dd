import * as z from 'zod/mini';
import { type Path, pathText } from './last-word.ts';
import { configSchema } from './schema.ts';

/** What differs between two stored configurations, for people: settings with the values before and after. Pure. */

export interface ConfigChange {
  /** E.g. `overrides[1].mode`; empty for the whole. */
  readonly path: string;
  /** As JSON, and cut when it is long; null where there was nothing, or nothing is any more. */
  readonly before: string | null;
  readonly after: string | null;
}

/** It keeps strangers from using the members' roles: named when it changes, and not shown. */
const HIDDEN = new Set(['hub.externalId']);
const MAX_VALUE = 200;

/** @param before undefined when there was none. What is no JSON is told as such. */
export function changesBetween(before: string | undefined, after: string): ConfigChange[] {
  const [one, other] = [before === undefined ? undefined : configFrom(before), configFrom(after)];
  return difference([], one, other);
}

const UNREADABLE = 'not readable';

/** With its defaults, so that a setting which is left out equals one that says the default. */
function configFrom(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    const parsed = z.safeParse(configSchema, value);
    return parsed.success ? parsed.data : value;
  } catch {
    return UNREADABLE;
  }
}

/** Whether the bot can go by it. */
export function isValidStored(text: string): boolean {
  const value = configFrom(text);
  return z.safeParse(configSchema, value).success;
}

function difference(path: Path, before: unknown, after: unknown): ConfigChange[] {
  if (isSame(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => difference([...path, key], before[key], after[key]));
  }
  if (isListOfRecords(before) && isListOfRecords(after))
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) =>
      difference([...path, index], before[index], after[index]),
    ).flat();
  const name = pathText(path);
  return [{ path: name, before: shown(name, before), after: shown(name, after) }];
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOfRecords = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.every(isRecord);

function shown(path: string, value: unknown): string | null {
  if (value === undefined) return null;
  if (path === '' && isRecord(value)) return 'a configuration';
  const text = HIDDEN.has(path) ? '(hidden)' : JSON.stringify(isRecord(value) && path === 'hub' ? hideIn(value) : value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE - 1)}…` : text;
}

const hideIn = (hub: Readonly<Record<string, unknown>>): object => ({ ...hub, externalId: '(hidden)' });

/** `mode: "report" → "ask"` */
export const changeText = ({ path, before, after }: ConfigChange): string =>
  `${path || 'all of it'}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`;

/** What the deployed stacks hold as well: who may send events, which roles may be assumed, whose Slack requests are taken. */
const DEPLOYED = /^$|^hub\b|^members\b|^organization\b|^slack\.team$/;

export const needsDeployment = ({ path }: ConfigChange): boolean => DEPLOYED.test(path);
