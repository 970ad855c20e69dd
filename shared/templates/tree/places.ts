import type { Json } from './json.ts';

/** 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where the members of an object or a list begin: at their key, or at the item itself. */
interface Members {
  readonly keys: readonly string[] | null;
  readonly offsets: readonly number[];
}

/** A text as a tree of plain values, and where each of them stands. */
export interface Tree {
  readonly root: Json;
  /** The place of what a path leads to, or of the nearest parent that exists. Found when asked for: most places never are. */
  readonly placeOf: (path: readonly (string | number)[]) => Place;
}

/** Filled by a parser: objects and lists by identity. */
export type MemberPlaces = Map<object, Members>;

export function makeTree(placeAt: (offset: number) => Place, root: Json, start: number, members: MemberPlaces): Tree {
  return {
    root,
    placeOf: (path) => {
      let node: Json = root;
      let offset = start;
      for (const key of path) {
        if (typeof node !== 'object' || node === null) break;
        const { keys, offsets } = members.get(node) ?? { keys: null, offsets: [] };
        const index = keys ? keys.indexOf(String(key)) : Number(key);
        const at = offsets[index];
        const next: Json | undefined = Array.isArray(node)
          ? node[index]
          : (node as { readonly [key: string]: Json })[String(key)];
        if (at === undefined || next === undefined) break;
        offset = at;
        node = next;
      }
      return placeAt(offset);
    },
  };
}

/** Turns offsets into lines and columns; the lines are counted when it is first asked. @param blanks put before lines, which don't count. */
export function makePlaces(text: string, blanks: ReadonlyMap<number, number> = new Map()): (offset: number) => Place {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.max(offset - (starts[low] ?? 0) - (blanks.get(low) ?? 0), 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
