/** The one inheritance of the configuration: the last line that applies and says something wins. Pure. */

/** Where in `cinch.yaml`, e.g. `['overrides', 2, 'mode']`. */
export type Path = readonly (string | number)[];

export interface Said<T> {
  readonly path: Path;
  readonly value: T;
}

export interface Line<T> extends Said<T> {
  readonly fit: 'yes' | 'maybe';
}

export interface Decided<T> extends Said<T> {
  /** What it stands in place of, in the order of the configuration. */
  readonly over: readonly Said<T>[];
  /** Lines that may apply or not, because tags could not be read: the value is the strictest that may be. */
  readonly doubts: readonly Said<T>[];
}

/**
 * @param lines in the order of the configuration; the first one always applies
 * @param strictest of what may apply, that which does least harm when it is the wrong one; asked only when tags decide and are not known
 */
export function lastWord<T>(
  lines: readonly [Line<T>, ...Line<T>[]],
  strictest: (may: readonly [Said<T>, ...Said<T>[]]) => Said<T>,
): Decided<T> {
  const at = lines.findLastIndex(({ fit }) => fit === 'yes');
  const sure = lines[at] ?? lines[0];
  const doubts = lines.slice(at + 1).map(said);
  const word = doubts.length > 0 ? strictest([said(sure), ...doubts]) : sure;
  const end = Math.max(at, 0) + (word.path === sure.path ? 0 : 1);
  const over = lines.slice(0, end).filter(({ fit }) => fit === 'yes');
  return { ...said(word), over: over.map(said), doubts };
}

const said = <T>({ path, value }: Said<T>): Said<T> => ({ path, value });

/** `overrides[2].rules.lambda-timeout-excessive` */
export const pathText = (path: Path): string =>
  path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
