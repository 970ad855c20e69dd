import type { Value } from '../values.ts';

/** A reference as a text, empty when it is none or not told. */
export const referenceText = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
