/** A policy for people: indented, whatever it came as. Text that is no JSON stays as it is. */
export function prettyPolicy(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const CONTEXT = 3;

/**
 * What changes between two policies, line by line, after both were indented alike: `- ` gone, `+ ` new, two blanks for the rest, and `…` for
 * long stretches that stay. Null stands for no policy at all. Empty when nothing changes.
 */
export function diffPolicies(before: string | null, after: string | null): string {
  const from = before === null ? [] : prettyPolicy(before).split('\n');
  const to = after === null ? [] : prettyPolicy(after).split('\n');
  const lines = diffLines(from, to);
  return lines.every((line) => line.startsWith('  ')) ? '' : folded(lines).join('\n');
}

function diffLines(from: readonly string[], to: readonly string[]): string[] {
  const common = commonLengths(from, to);
  const lines: string[] = [];
  let left = 0;
  let right = 0;
  while (left < from.length || right < to.length) {
    if (left < from.length && from[left] === to[right]) {
      lines.push(`  ${from[left]}`);
      left += 1;
      right += 1;
    } else if (right >= to.length || (left < from.length && at(common, left + 1, right) >= at(common, left, right + 1))) {
      lines.push(`- ${from[left]}`);
      left += 1;
    } else {
      lines.push(`+ ${to[right]}`);
      right += 1;
    }
  }
  return lines;
}

/** Length of the longest common run of lines from each pair of places to the ends. A policy has a few hundred lines at most. */
function commonLengths(from: readonly string[], to: readonly string[]): number[][] {
  const lengths = Array.from({ length: from.length + 1 }, () => Array<number>(to.length + 1).fill(0));
  for (let left = from.length - 1; left >= 0; left -= 1) {
    const row = lengths[left];
    if (!row) continue;
    for (let right = to.length - 1; right >= 0; right -= 1)
      row[right] =
        from[left] === to[right]
          ? at(lengths, left + 1, right + 1) + 1
          : Math.max(at(lengths, left + 1, right), row[right + 1] ?? 0);
  }
  return lengths;
}

const at = (lengths: readonly (readonly number[])[], left: number, right: number): number => lengths[left]?.[right] ?? 0;

/** Keeps the lines around a change. */
function folded(lines: readonly string[]): string[] {
  const near = (index: number) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((line) => !line.startsWith('  '));
  const shown: string[] = [];
  lines.forEach((line, index) => {
    if (near(index)) shown.push(line);
    else if (shown.at(-1) !== '…') shown.push('…');
  });
  return shown;
}
