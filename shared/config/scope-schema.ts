import * as z from 'zod/mini';
import { account, text } from './fields.ts';

/** What a line of the configuration applies to: everything that is named must fit; what is not named fits all. */

/** `name=value`, or `name=pre*`. Values of one tag are alternatives; different tags must all fit. Case counts, as in AWS. */
const tag = z.string().check(z.regex(/^[^=]+=.*$/, 'a tag is name=value; the value may end in *'));

/** Rule ids; a trailing `*` matches a prefix. */
export const ruleList = z.array(text).check(z.minLength(1));

export const scope = {
  accounts: z.optional(z.array(account).check(z.minLength(1))),
  /** Organizational units, as `members[].unit` names them. */
  units: z.optional(z.array(text).check(z.minLength(1))),
  /** Tags of the resource. */
  tags: z.optional(z.array(tag).check(z.minLength(1))),
};
