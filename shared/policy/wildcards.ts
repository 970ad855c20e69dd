/** IAM's wildcards: `*` for any run of characters, the empty one too, and `?` for exactly one. Linear in practice: nothing backtracks twice. */

export const hasWildcard = (pattern: string): boolean => pattern.includes('*') || pattern.includes('?');

/** Whether a pattern matches a text, case included. */
export const matchesGlob = (pattern: string, text: string): boolean => glob(pattern, text, false);

/** Action names ignore case (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html). */
export const matchesAction = (pattern: string, action: string): boolean =>
  glob(pattern.toLowerCase(), action.toLowerCase(), false);

/** ArnLike and ArnEquals: each of the six parts by itself, so that a star never reaches into the next one. */
export function matchesArn(pattern: string, arn: string): boolean {
  const patterns = arnParts(pattern);
  const parts = arnParts(arn);
  if (patterns.length !== 6 || parts.length !== 6) return pattern === '*' || pattern === arn;
  return patterns.every((part, index) => matchesGlob(part, parts[index] ?? ''));
}

/** Whether everything that `narrow` matches is matched by `broad`. */
export const coversPattern = (broad: string, narrow: string): boolean => glob(broad, narrow, true);

export const coversAction = (broad: string, narrow: string): boolean => coversPattern(broad.toLowerCase(), narrow.toLowerCase());

/** Whether some text is matched by both. */
export function patternsOverlap(left: string, right: string): boolean {
  // Row by row: reached[j] says that left's first i characters and right's first j can describe the same text.
  let reached = closure([true, ...Array<boolean>(right.length).fill(false)], right);
  for (const character of left) {
    const next = Array<boolean>(right.length + 1).fill(false);
    for (let at = 0; at <= right.length; at += 1) {
      if (!reached[at]) continue;
      if (character === '*') next[at] = true;
      if (right[at] === '*') next[at] = true;
      if (at < right.length && right[at] !== '*' && (character === '*' || meet(character, right[at] ?? ''))) next[at + 1] = true;
    }
    reached = character === '*' ? spread(closure(next, right)) : closure(next, right);
  }
  return reached[right.length] === true;
}

export const actionsOverlap = (left: string, right: string): boolean => patternsOverlap(left.toLowerCase(), right.toLowerCase());

/** The six parts of an ARN; the last one keeps its colons. */
export function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const meet = (left: string, right: string): boolean => left === right || left === '?' || right === '?';

/** A star on the right may stand for nothing. */
function closure(reached: boolean[], right: string): boolean[] {
  for (let at = 0; at < right.length; at += 1) if (reached[at] && right[at] === '*') reached[at + 1] = true;
  return reached;
}

/** A star on the left may stand for everything that is still to come. */
function spread(reached: boolean[]): boolean[] {
  for (let at = 1; at < reached.length; at += 1) if (reached[at - 1]) reached[at] = true;
  return reached;
}

/** @param cover the text is a pattern itself: its stars are matched by stars only, its question marks by either. */
function glob(pattern: string, text: string, cover: boolean): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < text.length; ) {
    const character = text[index];
    if (pattern[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === character || (pattern[at] === '?' && !(cover && character === '*')))) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
