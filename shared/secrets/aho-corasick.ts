/**
 * Finds every literal of a list in one pass over a text (Aho, Corasick 1975), as a complete automaton in typed arrays:
 * one table look-up a character, whatever the number of literals.
 */
export interface Automaton {
  readonly next: Int16Array | Int32Array;
  /** Column of an ASCII character; 0 for one that occurs in no literal. */
  readonly columns: Uint8Array;
  readonly width: number;
  /** The literals (by index) that end in a state. */
  readonly outputs: readonly (readonly number[] | undefined)[];
}

/** Literals are ASCII and not empty. */
export function buildAutomaton(literals: readonly string[]): Automaton {
  const columns = columnsOf(literals);
  const width = Math.max(...columns) + 1;
  const children: Map<number, number>[] = [new Map()];
  const outputs: (number[] | undefined)[] = [undefined];
  literals.forEach((literal, index) => {
    let state = 0;
    for (let i = 0; i < literal.length; i++) {
      const column = columns[literal.charCodeAt(i)] ?? 0;
      let child = children[state]?.get(column);
      if (child === undefined) {
        child = children.length;
        children.push(new Map());
        outputs.push(undefined);
        children[state]?.set(column, child);
      }
      state = child;
    }
    outputs[state] = [...(outputs[state] ?? []), index];
  });
  return { next: complete(children, outputs, width), columns, width, outputs };
}

function columnsOf(literals: readonly string[]): Uint8Array {
  const columns = new Uint8Array(128);
  let used = 0;
  for (const literal of literals) {
    for (let i = 0; i < literal.length; i++) {
      const code = literal.charCodeAt(i);
      if (columns[code] === 0) columns[code] = ++used;
    }
  }
  return columns;
}

/** Breadth first: a state's missing moves are those of its longest suffix that is a state. */
function complete(
  children: readonly Map<number, number>[],
  outputs: (number[] | undefined)[],
  width: number,
): Int16Array | Int32Array {
  const next = children.length < 32_768 ? new Int16Array(children.length * width) : new Int32Array(children.length * width);
  const fail = new Int32Array(children.length);
  const queue: number[] = [0];
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] ?? 0;
    const suffix = fail[state] ?? 0;
    if (state !== 0) {
      next.copyWithin(state * width, suffix * width, (suffix + 1) * width);
      const inherited = outputs[suffix];
      if (inherited) outputs[state] = [...(outputs[state] ?? []), ...inherited];
    }
    for (const [column, child] of children[state] ?? []) {
      fail[child] = state === 0 ? 0 : (next[suffix * width + column] ?? 0);
      next[state * width + column] = child;
      queue.push(child);
    }
  }
  return next;
}

/** Calls back with each literal's index and the position after its end, until the callback answers true. */
export function findLiterals(automaton: Automaton, text: string, found: (literal: number, end: number) => boolean): boolean {
  const { columns, next, outputs, width } = automaton;
  let state = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    state = next[state * width + (code < 128 ? (columns[code] ?? 0) : 0)] ?? 0;
    if (state === 0) continue;
    const here = outputs[state];
    if (here === undefined) continue;
    for (const literal of here) if (found(literal, i + 1)) return true;
  }
  return false;
}
