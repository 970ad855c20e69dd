import { type AnyRule, type RuleSettings, SEVERITIES } from '../model/rule.ts';
import { type Decided, type Line, lastWord, type Path, pathText, type Said } from './last-word.ts';
import { isExcluded, isOpen, namedMembers } from './members.ts';
import { fitOf, isList, type Place, placeOf, type TagReader } from './place.ts';
import { type Config, MODES, type Mode } from './schema.ts';

/**
 * What applies to one rule at one place: by default, by `mode`, by `rules`, then by each line of `overrides` in order. The last one that applies and
 * says something wins. The bot takes the values, `cinch explain` the lines that they come from. Pure.
 */

type Override = Config['overrides'][number];

/**
 * The mode, with the line that decides it. Where tags could not be read and any setting depends on them, it is never `fix`. A rule that must be
 * opted into is off unless that line names it.
 */
export function decideMode(config: Config, place: Place, optIn = false): Decided<Mode> {
  const mode = modeAt(config, place);
  return optIn && !isNamedBy(config, mode, place.ruleId) ? { ...mode, value: 'off' } : mode;
}

function modeAt(config: Config, place: Place): Decided<Mode> {
  const named = place.ruleId === undefined ? undefined : config.rules[place.ruleId];
  const mode = lastWord<Mode>(
    [
      { path: ['mode'], value: config.mode, fit: 'yes' },
      ...(named && place.ruleId !== undefined ? [{ path: ['rules', place.ruleId], value: named, fit: 'yes' } as const] : []),
      ...linesOf(config, place, (override) => modeIn(override, place)),
    ],
    strictestMode,
  );
  const doubts = decideFields(config, place).flatMap((field) => field.doubts);
  if (doubts.length === 0) return mode;
  // What a remedy would write is not known: nobody is asked to approve it either.
  return { ...mode, value: mode.value === 'off' ? 'off' : 'report', doubts: [...mode.doubts, ...withPathsOnly(doubts)] };
}

/** The least of them. Not to look at all is no answer to what can't be read, and neither is a fix. */
function strictestMode(may: readonly [Said<Mode>, ...Said<Mode>[]]): Said<Mode> {
  const rank = ({ value }: Said<Mode>): number => MODES.indexOf(value);
  const least = may.reduce((one, other) => (rank(other) < rank(one) ? other : one));
  if (least.value === 'off' && may.some(({ value }) => value !== 'off')) return { ...least, value: 'report' };
  return least.value === 'fix' ? { ...least, value: 'ask' } : least;
}

function modeIn({ rules, mode }: Override, { ruleId }: Place): { readonly at: Path; readonly value: Mode } | undefined {
  const named = rules && !isList(rules) && ruleId !== undefined ? rules[ruleId] : undefined;
  if (named && ruleId !== undefined) return { at: ['rules', ruleId], value: named };
  return mode && { at: ['mode'], value: mode };
}

const withPathsOnly = (doubts: readonly Said<unknown>[]): Said<Mode>[] => doubts.map(({ path }) => ({ path, value: 'report' }));

/** What overrides say, of those that apply or may. */
function linesOf<T>(
  { overrides }: Config,
  place: Place,
  say: (override: Override) => { readonly at: Path; readonly value: T } | undefined,
): Line<T>[] {
  return overrides.flatMap((override, index) => {
    const word = say(override);
    const fit = word ? fitOf(override, place) : 'no';
    return word && fit !== 'no' ? [{ path: ['overrides', index, ...word.at], value: word.value, fit }] : [];
  });
}

/** Whether the line that decides the mode names this very rule. A later line for everything takes that back. */
export function isNamedBy(config: Config, { path }: Said<Mode>, ruleId: string | undefined): boolean {
  if (path.at(-2) === 'rules' && path.at(-1) === ruleId) return true;
  const [section, index] = path;
  const rules = section === 'overrides' && typeof index === 'number' ? config.overrides[index]?.rules : undefined;
  return isList(rules) && ruleId !== undefined && rules.includes(ruleId);
}

export interface Policy {
  readonly mode: Mode;
  /** Set for this rule by its name. */
  readonly isNamed: boolean;
  /** Whether people are asked about it, where something would have to be asked. */
  readonly mayAsk: boolean;
  /** Why the mode is not what it would be with tags that can be read; null when nothing depends on them. */
  readonly doubt: string | null;
}

/** What the bot needs to know of one rule at one place. */
export function policyFor(config: Config, rule: Pick<AnyRule, 'id' | 'severity' | 'optIn'>, place: Place): Policy {
  const mode = decideMode(config, place, rule.optIn);
  const isNamed = isNamedBy(config, mode, rule.id);
  const isGrave = SEVERITIES.indexOf(rule.severity) <= SEVERITIES.indexOf(config.slack.asksFrom);
  return { mode: mode.value, isNamed, mayAsk: isGrave || isNamed, doubt: doubtWords(mode.doubts) };
}

export function doubtWords(doubts: readonly Said<unknown>[]): string | null {
  if (doubts.length === 0) return null;
  const lines = [...new Set(doubts.map(({ path }) => pathText(path.slice(0, 2))))];
  return `its tags could not be read, and cinch.yaml goes by them (${lines.join(', ')}): the strictest holds that may apply`;
}

export const modeFor = (config: Config, { id, optIn }: Pick<AnyRule, 'id' | 'optIn'>, account: string, tagOf?: TagReader): Mode =>
  decideMode(config, placeOf(config, account, id, tagOf), optIn).value;

export const asksAbout = (config: Config, rule: Pick<AnyRule, 'id' | 'severity' | 'optIn'>, account: string): boolean =>
  policyFor(config, rule, placeOf(config, account, rule.id)).mayAsk;

interface Field<T> {
  readonly path: Path;
  readonly pick: (from: Config | Override) => T | undefined;
  readonly strictest: (may: readonly [Said<T | undefined>, ...Said<T | undefined>[]]) => Said<T | undefined>;
}

const extreme =
  (isStricter: (one: number, other: number) => boolean): Field<number>['strictest'] =>
  (may) =>
    may.reduce((one, other) => (isStricter(other.value ?? 0, one.value ?? 0) ? other : one));
const lowest = extreme((one, other) => one < other);
const highest = extreme((one, other) => one > other);

const TIMEOUT = {
  ceilingSeconds: { path: ['timeout', 'ceilingSeconds'], pick: ({ timeout }) => timeout?.ceilingSeconds, strictest: lowest },
  floorSeconds: { path: ['timeout', 'floorSeconds'], pick: ({ timeout }) => timeout?.floorSeconds, strictest: highest },
  headroom: { path: ['timeout', 'headroom'], pick: ({ timeout }) => timeout?.headroom, strictest: highest },
} as const satisfies Readonly<Record<string, Field<number>>>;

/** Only accounts that every line allows which may apply. */
const ALLOWED: Field<readonly string[]> = {
  path: ['allowedAccounts'],
  pick: ({ allowedAccounts }) => allowedAccounts,
  strictest: ([first, ...rest]) => ({
    path: first.path,
    value: (first.value ?? []).filter((account) => rest.every(({ value }) => value?.includes(account))),
  }),
};

type Remedies = Config['remedies'];

/** The names that are anywhere said. A remedy that tags decide is not carried out, so any will do. */
function remedyFields({ remedies, overrides }: Config): Field<unknown>[] {
  const names = new Set([remedies, ...overrides.map((override) => override.remedies ?? {})].flatMap(Object.keys));
  return [...names].map((name) => ({
    path: ['remedies', name],
    pick: (from) => from.remedies?.[name as keyof Remedies],
    strictest: ([first]) => first,
  }));
}

function decideField<T>(config: Config, place: Place, { path, pick, strictest }: Field<T>): Decided<T | undefined> {
  const lines = linesOf<T | undefined>(config, place, (override) => {
    const value = pick(override);
    return value === undefined ? undefined : { at: path, value };
  });
  return lastWord([{ path, value: pick(config), fit: 'yes' }, ...lines], strictest);
}

/** Every setting that lines of `overrides` may change, besides the mode. */
export const decideFields = (config: Config, place: Place): Decided<unknown>[] => [
  decideField(config, place, TIMEOUT.ceilingSeconds),
  decideField(config, place, TIMEOUT.floorSeconds),
  decideField(config, place, TIMEOUT.headroom),
  decideField(config, place, ALLOWED),
  ...remedyFields(config).map((field) => decideField(config, place, field)),
];

/** The settings that a rule reads, at one place. */
export function settingsAt(config: Config, place: Place): RuleSettings {
  const value = <T>(field: Field<T>): T | undefined => decideField(config, place, field).value;
  const { timeout } = config;
  const remedies = remedyFields(config).map((field) => [field.path.at(-1), value(field)]);
  return {
    timeout: {
      ceilingSeconds: value(TIMEOUT.ceilingSeconds) ?? timeout.ceilingSeconds,
      floorSeconds: value(TIMEOUT.floorSeconds) ?? timeout.floorSeconds,
      headroom: value(TIMEOUT.headroom) ?? timeout.headroom,
    },
    remedies: Object.fromEntries(remedies.filter(([, given]) => given !== undefined)),
    allowedAccounts: value(ALLOWED) ?? config.allowedAccounts,
    organizationId: config.hub.organizationId ?? null,
    secrets: { maxVariables: config.secrets.maxVariables, key: config.secrets.key },
    require: config.require,
    layerAccounts: config.layerAccounts,
    ownerTags: config.ownerTags,
    days: config.days,
  };
}

/** The settings for an account, whatever the rule. */
export const settingsFor = (config: Config, account: string, tagOf?: TagReader): RuleSettings =>
  settingsAt(config, placeOf(config, account, undefined, tagOf));

/** The same for each rule; made once where no line is for some rules only. */
export function settingsByRule(
  config: Config,
  account: string,
  tagOf?: TagReader,
): RuleSettings | ((rule: { readonly id: string }) => RuleSettings) {
  if (!config.overrides.some(({ rules }) => isList(rules))) return settingsFor(config, account, tagOf);
  return ({ id }) => settingsAt(config, placeOf(config, account, id, tagOf));
}

/**
 * Whether events of this account are Cinch's business: a member, or any account when an organization is named, but for those it leaves out.
 * Which units an account is in, the bus has asked when it let the event in.
 */
export function isMember(config: Config, account: string): boolean {
  if (namedMembers(config).some((member) => member.account === account)) return true;
  return isOpen(config) && !isExcluded(config.organization, account);
}
