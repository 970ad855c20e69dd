import type { Preview } from '../../model/plan.ts';

/** One preview a kind of step. */
export type Previews<S extends { readonly kind: string }> = {
  readonly [K in S['kind']]: (step: Extract<S, { kind: K }>) => Preview;
};

export const qualified = (name: string, qualifier: string | null): string => (qualifier ? `${name}:${qualifier}` : name);
/** A policy's text, or what its absence means: before, or after. */
export const policyShown = (text: string | null, absent: '(there is none)' | '(it is deleted)'): string =>
  text === null ? absent : shownJson(text);

export function shownJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
