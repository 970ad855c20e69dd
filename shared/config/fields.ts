import * as z from 'zod/mini';

export const account = z.string().check(z.regex(/^\d{12}$/, 'an account is 12 digits in quotes'));
export const text = z.string().check(z.minLength(1, 'must not be empty'));
