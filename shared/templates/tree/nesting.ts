/**
 * How deep a YAML text may nest at most, guessed from its brackets, dashes and indentation: quotes and comments are not understood. The YAML
 * parser calls itself for each level, and Node dies, rather than throws, when the stack ends while a regular expression is compiled.
 */
export function mostNesting(text: string): number {
  const indents: number[] = [];
  let brackets = 0;
  let most = 0;
  let start = 0;
  while (start <= text.length) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    let at = start;
    let marks = 0;
    // `- - - a` opens three lists.
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === DASH || code === QUESTION || code === COLON) marks++;
      else if (code !== BLANK && code !== TAB) break;
    }
    if (at < end) {
      const indent = at - start;
      while (indents.length > 0 && (indents.at(-1) ?? 0) >= indent) indents.pop();
      indents.push(indent);
    }
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === OPEN_LIST || code === OPEN_MAP) brackets++;
      else if ((code === CLOSE_LIST || code === CLOSE_MAP) && brackets > 0) brackets--;
      else continue;
      if (brackets + indents.length + marks > most) most = brackets + indents.length + marks;
    }
    if (indents.length + marks > most) most = indents.length + marks;
    start = end + 1;
  }
  return most;
}

const TAB = 9;
const BLANK = 32;
const DASH = 45;
const COLON = 58;
const QUESTION = 63;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_MAP = 123;
const CLOSE_MAP = 125;
