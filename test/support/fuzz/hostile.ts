/** Pieces of which texts are made that a careless reader takes long for. */

export const fill = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
const times = (size: number, piece: string): number => Math.max(1, Math.floor(size / piece.length));
/** So many copies of a piece, numbered, as a list. */
export const listed = (size: number, piece: (index: number) => string): string =>
  Array.from({ length: times(size, `${piece(100)},`) }, (_, index) => piece(index)).join(',');

export const hostileTexts = (size: number): string[] => [
  fill('a', size),
  fill(' ', size),
  fill('*', size),
  fill('*a', size),
  fill('arn:aws:lambda:', size),
  fill('arn:aws:lambda:eu-central-1:222222222222:function:a/', size),
  fill('/', size),
  fill('-', size),
  fill('${', size),
  fill('%25', size),
  fill('"', size),
  fill('a@', size),
  fill('<', size),
  fill('\n', size),
  fill('\\u0000', size),
  `${fill('x=', size)}!`,
];
export const nested = (size: number, open: string, close: string): string => fill(open, size / 2) + fill(close, size / 2);
