/** One token after white space: a sign, a string, or another scalar. */
const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

type Next = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end' | 'nothing';

/** Where text stops being JSON, as people count: `line 3, column 7`. JSON.parse's own messages tell it for some mistakes only, and quote the text. */
export function placeOfJsonError(text: string): string {
  const at = offsetOfError(text);
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function offsetOfError(text: string): number {
  const open: ('{' | '[')[] = [];
  let next: Next = 'value';
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const start = at + (/^[ \t\n\r]*/.exec(text.slice(at, at + 10_000))?.[0].length ?? 0);
    if (!match) return start;
    const after = step(next, match[1] ?? (match[2] === undefined ? 'scalar' : 'string'), open);
    if (after === undefined) return start;
    next = after;
    at = TOKEN.lastIndex;
  }
}

/** What may come after this token, undefined when it may not come here. Opens and closes what it opens and closes. */
function step(next: Next, token: string, open: ('{' | '[')[]): Next | undefined {
  const inside = open.at(-1);
  const isValue = next === 'value' || next === 'value or ]';
  if (token === '{' || token === '[') {
    if (!isValue) return undefined;
    open.push(token);
    return token === '{' ? 'key or }' : 'value or ]';
  }
  if (token === '}' || token === ']') {
    const fits =
      token === '}' ? inside === '{' && next !== 'value' && next !== 'key' && next !== ':' : inside === '[' && next !== 'value';
    if (!fits) return undefined;
    open.pop();
    return open.length === 0 ? 'nothing' : ', or end';
  }
  if (token === ',') return next === ', or end' && inside !== undefined ? (inside === '{' ? 'key' : 'value') : undefined;
  if (token === ':') return next === ':' ? 'value' : undefined;
  if (next === 'key' || next === 'key or }') return token === 'string' ? ':' : undefined;
  if (!isValue) return undefined;
  return inside === undefined ? 'nothing' : ', or end';
}
