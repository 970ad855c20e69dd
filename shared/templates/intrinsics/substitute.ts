import { isList, isUnresolved, unresolved, type Value } from '../values.ts';

/** Beyond what any property takes: variables of variables can grow without end. */
const MAX_LENGTH = 1_000_000;

/** `${Name}` by what `partOf` tells of it; `${!Literal}` loses its mark. One that is not told makes the whole not told. */
export function substitute(text: string, partOf: (name: string) => Value): Value {
  let written = '';
  let last = 0;
  for (const match of text.matchAll(/\$\{(!?)([^{}]*)\}/g)) {
    const [whole, mark, name = ''] = match;
    written += text.slice(last, match.index);
    last = match.index + whole.length;
    if (mark) {
      written += `\${${name}}`;
      continue;
    }
    const value = partOf(name.trim());
    if (isUnresolved(value)) return value;
    const part = textIn(value);
    if (part === undefined) return unresolved(`\${${name.slice(0, 60)}} is no text`);
    written += part;
    if (written.length > MAX_LENGTH) return unresolved('a text of more than a million characters');
  }
  return written + text.slice(last);
}

function textIn(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isList(value) && value.every((one) => typeof one === 'string') ? value.join(',') : undefined;
}
