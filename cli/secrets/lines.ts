import { classify } from '../../shared/secrets/classify.ts';
import { parseJson } from '../frame/read-files.ts';
import type { SecretsResult } from './document.ts';

/**
 * Judges JSON lines `{"name", "value"}`; empty ones are left out. A line that can't be read becomes an error with its number, 1-based, and
 * never its text: that may hold a secret.
 */
export function classifyLines(text: string): SecretsResult[] {
  const results: SecretsResult[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    if (line.trim() !== '') results.push(classifyLine(line, number));
  }
  return results;
}

function classifyLine(line: string, number: number): SecretsResult {
  const bad = (message: string): SecretsResult => ({ error: { line: number, message } });
  const json = parseJson(line);
  if (json === undefined) return bad('not JSON');
  const pair = json.value;
  if (typeof pair !== 'object' || pair === null || Array.isArray(pair)) return bad('not an object {"name", "value"}');
  const { name, value } = pair as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string') return bad(name === undefined ? 'name is missing' : 'name is not a text');
  if (typeof value !== 'string') return bad(value === undefined ? 'value is missing' : 'value is not a text');
  return { name, ...classify(name, value) };
}
