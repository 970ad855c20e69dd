/** Invented tokens, put together at run time, so that no scanner takes a line of this repository for one. */

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Text that looks random and is the same at every run. */
export function noise(length: number, alphabet = BASE62, seed = 1): string {
  let state = seed * 2_654_435_761;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    text += alphabet[(state >>> 8) % alphabet.length] ?? '';
  }
  return text;
}

export const hex = (length: number, seed = 1): string => noise(length, '0123456789abcdef', seed);
export const lower = (length: number, seed = 1): string => noise(length, 'abcdefghijklmnopqrstuvwxyz0123456789', seed);
export const upper = (length: number, seed = 1): string => noise(length, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', seed);
export const digits = (length: number, seed = 1): string => noise(length, '1234567890', seed);
export const join = (...parts: readonly string[]): string => parts.join('');
export const base64 = (text: string): string => Buffer.from(text).toString('base64');
