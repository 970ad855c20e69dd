import type { PolicyDocument } from '../model/policy-document.ts';
import { type Part, type PrincipalPart, type Speech, speechOf, type Uncovered, uncoveredOf } from './covers.ts';

/** So many are named; the rest would say no more. */
const MOST_NAMED = 3;

/**
 * What one set of policies grants that another did not, in words for people: `allows s3:PutObject on *`, `no longer denies iam:* on *`; none when it
 * grants at most the same. Names and patterns only. Each statement is compared with single ones, and what can't be told counts as more: an
 * operator of a condition that has changed, a principal of an account where the account stood, a variable where a name stood.
 */
export function widened(before: readonly PolicyDocument[], after: readonly PolicyDocument[]): string[] {
  const was = speechesOf(before);
  const is = speechesOf(after);
  const allows = added(is.Allow, was.Allow).map((one) => `allows ${inWords(one)}`);
  // A Deny holds off what policies elsewhere allow as well, so that none may go.
  const denies = added(was.Deny, is.Deny).map((one) => `no longer denies ${inWords(one)}`);
  return [...allows, ...denies].slice(0, MOST_NAMED);
}

const added = (narrow: readonly Speech[], broad: readonly Speech[]): Uncovered[] =>
  narrow.flatMap((one) => uncoveredOf(one, broad, MOST_NAMED));

function speechesOf(documents: readonly PolicyDocument[]): Readonly<Record<'Allow' | 'Deny', readonly Speech[]>> {
  const speeches = documents.flatMap((document) => {
    const version = versionOf(document);
    return document.statements.map((statement) => speechOf(statement, version));
  });
  return {
    Allow: speeches.filter(({ statement }) => statement.effect === 'Allow'),
    Deny: speeches.filter(({ statement }) => statement.effect === 'Deny'),
  };
}

function versionOf({ text }: PolicyDocument): string | null {
  const { Version: version } = JSON.parse(text) as { readonly Version?: unknown };
  return typeof version === 'string' ? version : null;
}

const inWords = ({ action, resource, principal }: Uncovered): string =>
  `${partInWords(action)} on ${partInWords(resource)}${principalInWords(principal)}`;

const partInWords = (part: Part): string => ('one' in part ? part.one : `everything but ${part.allBut.join(', ')}`);

function principalInWords(part: PrincipalPart): string {
  if (part.kind === 'none') return '';
  return part.kind === 'one' ? ` to ${part.value}` : ' to everybody but a few';
}
