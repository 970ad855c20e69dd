/**
 * A token format that begins with a vendor's literal, as one line of text: `kind prefix charset minimum [strict]`.
 * - charset: d digits, h lower hex, H hex, l lower-case and digits, u upper-case and digits, a letters and digits,
 *   w letters, digits and `_ - =`, t all that stands in tokens (`w` and `. / + ~ % : $ !`)
 * - minimum: how many characters of it follow the prefix at least (vendors lengthen tokens, so there is no maximum)
 * - strict: the prefix alone says little; the rest must look random
 * Kinds are `<vendor>-<what>`. The formats are the vendors' published ones; nothing is a copy of another tool's rules.
 */
export type PrefixRow = string;

/** A format that has no literal at its start: the pattern is tried only where `literal` occurs. Patterns are linear. */
export interface Pattern {
  readonly kind: string;
  readonly literal: string;
  /** Values shorter than this can't match: spares the pattern where the literal is common. */
  readonly minimum?: number;
  readonly pattern: RegExp;
  /** The match is by itself no proof: its group 1 must look random. */
  readonly random?: boolean;
}
