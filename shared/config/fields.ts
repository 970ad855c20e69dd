import * as z from 'zod/mini';
import { REGION } from '../model/place.ts';

export const account = z.string().check(z.regex(/^\d{12}$/, 'an account is 12 digits in quotes'));
export const region = z.string().check(z.regex(REGION, 'not an AWS region, e.g. eu-central-1'));
export const text = z.string().check(z.minLength(1, 'must not be empty'));
