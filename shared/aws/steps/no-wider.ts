import { MalformedInput, Refused } from '../../model/errors.ts';
import type { PolicyDocument } from '../../model/policy-document.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { widened } from '../../policy/widened.ts';

/**
 * Right before a policy is written: it may grant no more than what it takes the place of, whatever the plan says. Undo is not asked, for it puts
 * back what was there.
 * @param what for people: `the policy of the queue orders`
 * @param from,to policies as JSON text; null is none
 * @throws Refused when it grants more, or when one of them can't be read
 */
export const refuseWider = (what: string, from: string | null, to: string | null): void =>
  refuseWiderDocuments(what, documentsOf(what, from), documentsOf(what, to));

/** The same of policies that are read. @throws Refused */
export function refuseWiderDocuments(what: string, from: readonly PolicyDocument[], to: readonly PolicyDocument[]): void {
  const [more] = widened(from, to);
  if (more !== undefined) throw new Refused(`${what} would not be narrowed: the new one ${more}`);
}

/** To take a statement away may only take rights away: a Deny stays. @throws Refused */
export const refuseLifting = (what: string, statementText: string): void =>
  refuseWider(what, `{"Version":"2012-10-17","Statement":[${statementText}]}`, null);

/** @throws Refused when it is no policy */
export function documentsOf(what: string, text: string | null): PolicyDocument[] {
  try {
    return text === null || text === '' ? [] : [parsePolicyDocument(text, what)];
  } catch (error) {
    if (error instanceof MalformedInput) throw new Refused(`what ${what} grants can't be read`);
    throw error;
  }
}
