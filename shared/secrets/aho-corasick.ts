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
  const states = literals.reduce((sum, literal) => sum + literal.length, 1);
  const next = states < 32_768 ? new Int16Array(states * width) : new Int32Array(states * width);
  const outputs: (number[] | undefined)[] = [undefined];
  const moves: number[][] = [[]];
  literals.forEach((literal, index) => {
    let state = 0;
    for (let i = 0; i < literal.length; i++) {
      const move = state * width + (columns[literal.charCodeAt(i)] ?? 0);
      if (next[move] === 0) {
        next[move] = outputs.length;
        moves[state]?.push(move);
        outputs.push(undefined);
        moves.push([]);
      }
      state = next[move] ?? 0;
    }
    outputs[state] = [...(outputs[state] ?? []), index];
  });
  complete(next, outputs, moves, width);
  return { next, columns, width, outputs };
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

/**
 * Breadth first: a state's missing moves, and what ends in it, are also those of its longest suffix that is a state. Whole rows are copied,
 * because this is done at every cold start.
 */
function complete(
  next: Int16Array | Int32Array,
  outputs: (number[] | undefined)[],
  moves: readonly (readonly number[])[],
  width: number,
): void {
  const fail = new Int32Array(outputs.length);
  const queue = new Int32Array(outputs.length);
  let end = 1;
  for (let at = 0; at < end; at++) {
    const state = queue[at] ?? 0;
    const suffix = fail[state] ?? 0;
    const inherited = state === 0 ? undefined : outputs[suffix];
    if (inherited) outputs[state] = [...(outputs[state] ?? []), ...inherited];
    const children = (moves[state] ?? []).map((move) => [move, next[move] ?? 0] as const);
    if (state !== 0) next.copyWithin(state * width, suffix * width, (suffix + 1) * width);
    for (const [move, child] of children) {
      fail[child] = state === 0 ? 0 : (next[move] ?? 0);
      next[move] = child;
      queue[end++] = child;
    }
  }
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
