/** Above this, the table of the comparison would cost more than the diff is worth. */
const MAX_LINES = 400;

/**
 * What changes from one text to another, line by line: `- ` gone, `+ ` new, two spaces kept. Kept lines away from a change are left out and
 * counted. Pure.
 */
export function lineDiff(before: string, after: string, context = 2): string {
  const from = before === '' ? [] : before.split('\n');
  const to = after === '' ? [] : after.split('\n');
  if (from.length > MAX_LINES || to.length > MAX_LINES)
    return [...from.map((l) => `- ${l}`), ...to.map((l) => `+ ${l}`)].join('\n');
  return leaveOutKept(mark(from, to), context).join('\n');
}

/** Longest common subsequence, walked from the front. */
function mark(from: readonly string[], to: readonly string[]): string[] {
  const width = to.length + 1;
  const common = new Uint16Array((from.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = from.length - 1; i >= 0; i--)
    for (let j = to.length - 1; j >= 0; j--)
      common[i * width + j] = from[i] === to[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const marked: string[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      marked.push(`  ${from[i++]}`);
      j += 1;
    } else if (i < from.length && (j >= to.length || at(i + 1, j) >= at(i, j + 1))) marked.push(`- ${from[i++]}`);
    else marked.push(`+ ${to[j++]}`);
  }
  return marked;
}

function leaveOutKept(marked: readonly string[], context: number): string[] {
  const near = (index: number): boolean =>
    marked.slice(Math.max(0, index - context), index + context + 1).some((l) => !l.startsWith('  '));
  const shown: string[] = [];
  let left = 0;
  marked.forEach((text, index) => {
    const isNear = near(index);
    if (isNear && left > 0) shown.push(`  … ${left} unchanged line${left === 1 ? '' : 's'}`);
    left = isNear ? 0 : left + 1;
    if (isNear) shown.push(text);
  });
  if (left > 0 && shown.length > 0) shown.push(`  … ${left} unchanged line${left === 1 ? '' : 's'}`);
  return shown.length > 0 ? shown : [...marked];
}
