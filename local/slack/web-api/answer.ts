import { describe } from '../block-limits.ts';
import type { Problem } from '../block-schema.ts';
import type { Store } from '../store.ts';
import type { Json } from '../types.ts';

export interface Answer extends Json {
  ok: boolean;
}

/** A Web API method: arguments as parsed from a form or JSON body, to the answer's JSON. */
export type Method = (store: Store, args: Json) => Answer;

export const succeed = (fields: Json = {}): Answer => ({ ok: true, ...fields });
export const refuse = (error: string, fields: Json = {}): Answer => ({ ok: false, error, ...fields });

/** Slack's answer to a bad request: the lines stand in `response_metadata.messages`, and in `errors` for blocks. */
export function refuseProblems(error: 'invalid_blocks' | 'invalid_arguments', problems: Problem[]): Answer {
  const lines = problems.map(describe);
  const metadata = { response_metadata: { messages: lines.map((line) => `[ERROR] ${line}`) } };
  return refuse(error, error === 'invalid_blocks' ? { errors: lines, ...metadata } : metadata);
}

/** The argument as a string that isn't empty; form bodies carry everything as strings. */
export function textArg(args: Json, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The argument as JSON, whether it came as JSON or as JSON inside a form field. `null` when it can't be parsed. */
export function jsonArg(args: Json, name: string): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return null;
  }
}
