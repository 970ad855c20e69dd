import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { InvalidConfiguration } from '../model/errors.ts';
import { contradictions } from './contradictions.ts';
import type { Path } from './last-word.ts';
import { type Config, configSchema } from './schema.ts';

export interface ConfigProblem {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** Dotted path, e.g. `slack.approvers.users.0`. */
  readonly path: string;
  readonly message: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The line, 1-based, of a setting; undefined for one that the file does not have, and whose value is the default. */
  readonly lineOf: (path: Path) => number | undefined;
}

export type ConfigResult = LoadedConfig | { readonly problems: readonly ConfigProblem[] };

/** Reads `cinch.yaml`. Pure; answers every problem with its place. `knownRules` lets it refuse misspelt rule ids. */
export function readConfig(text: string, knownRules: readonly string[]): ConfigResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => {
        const at = lines.linePos(error.pos[0]);
        return { line: at.line, column: at.col, path: '', message: error.message.split('\n')[0] ?? error.code };
      }),
    };
  }
  const place = (path: readonly PropertyKey[], message: string): ConfigProblem => {
    const at = lines.linePos(offsetOf(document.contents, path));
    return { line: at.line, column: at.col, path: path.map(String).join('.'), message };
  };
  const given = plainValue(document);
  if (given === undefined) return { problems: [place([], 'an alias (*name) leads nowhere, or to too much')] };
  const parsed = z.safeParse(configSchema, given.value);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(innermost).map((issue) => place(issuePath(issue), describe(issue))) };
  }
  const problems = contradictions(parsed.data, knownRules).map(([path, message]) => place(path, message));
  if (problems.length > 0) return { problems };
  return { config: parsed.data, lineOf: (path) => (document.hasIn(path) ? place(path, '').line : undefined) };
}

/** The same, as an error that names file, line and reason. @throws InvalidConfiguration */
export const parseConfig = (text: string, file: string, knownRules: readonly string[]): Config =>
  loadConfig(text, file, knownRules).config;

/** With the lines of its settings. @throws InvalidConfiguration */
export function loadConfig(text: string, file: string, knownRules: readonly string[]): LoadedConfig {
  const result = readConfig(text, knownRules);
  if ('config' in result) return result;
  throw new InvalidConfiguration(result.problems.map((p) => formatProblem(file, p)).join('\n'));
}

export const formatProblem = (file: string, p: ConfigProblem): string =>
  `${file}:${p.line}:${p.column}: ${p.path ? `${p.path}: ` : ''}${p.message}`;

/** The library throws for an alias without its anchor and for one that multiplies out (a "YAML bomb"). */
function plainValue(document: Document.Parsed): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS() };
  } catch {
    return undefined;
  }
}

type Issue = z.core.$ZodIssue;

/** Of what may be one thing or another, what is wrong with the one that was meant: the one that fits furthest down. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inside = issue.errors.flat().filter(({ path }) => path.length > 0);
  const [first] = inside;
  return first ? innermost({ ...first, path: [...issue.path, ...first.path] }) : issue;
}

function issuePath(issue: Issue): PropertyKey[] {
  const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  return key === undefined ? [...issue.path] : [...issue.path, key];
}

function describe(issue: Issue): string {
  if (issue.code === 'invalid_union') return 'must be a list of rules, or a mapping of rules to modes';
  if (issue.code === 'unrecognized_keys') return `unknown setting${issue.keys.length > 1 ? 's' : ''} ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_type')
    return `must be ${issue.expected === 'string' ? 'a text (quote numbers)' : `of type ${issue.expected}`}, or is missing`;
  if (issue.code === 'too_small') return issue.message || `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return issue.message || `must be at most ${issue.maximum}`;
  return issue.message;
}

/** Offset of the node a path leads to, or of the nearest parent that exists. */
function offsetOf(root: unknown, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = rangeStart(node) ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) return offset;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = rangeStart(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  const range = (node as { range?: [number, number, number] | null } | null)?.range;
  return range?.[0];
}
