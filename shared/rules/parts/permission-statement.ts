import type { Statement } from '../../model/policy-document.ts';
import type { Resource } from '../../model/resource.ts';
import type { FunctionFacts } from '../../model/state.ts';
import type { PermissionStatement, Step } from '../../model/step.ts';
import { lambdaCommand, qualifierOption } from './by-hand.ts';
import { qualified } from './words.ts';

/** A statement as a step carries it; undefined without a Sid, by which alone RemovePermission finds it. AWS answers without blanks, so this is its text. */
export function permissionStatement({ sid, source }: Statement): PermissionStatement | undefined {
  return sid === null ? undefined : { sid, text: JSON.stringify(source) };
}

/** Who a statement speaks of, for people. */
export function principalsOf({ principals, notPrincipals }: Statement): string {
  const named = (list: Statement['principals']) => list.flatMap(({ type, values }) => (type === '*' ? ['*'] : values)).join(', ');
  return notPrincipals.length > 0 ? `everybody but ${named(notPrincipals)}` : named(principals);
}

/** What a statement of a resource policy allows, and to whom: `sqs:SendMessage for *`. */
export const grantOf = (statement: Statement): string =>
  `${statement.actions.join(', ') || 'all but some actions'} for ${principalsOf(statement)}`;

/** By what people find a statement: its Sid, or `statement 2` for the index 1. */
export const placeIn = ({ sid }: Pick<Statement, 'sid'>, index: number): string => sid ?? `statement ${index + 1}`;

/** A statement of a function's policy, and which of its policies that is. */
export interface FunctionStatement {
  readonly qualifier: string | null;
  /** In its document. */
  readonly index: number;
  readonly statement: Statement;
}

export const functionStatements = (policies: FunctionFacts['resourcePolicies']): FunctionStatement[] =>
  policies.flatMap(({ qualifier, document }) => document.statements.map((statement, index) => ({ qualifier, index, statement })));

/** `policy of the qualifier live: open`. */
export const pathOf = ({ qualifier, index, statement }: FunctionStatement): string =>
  `policy of ${qualified(qualifier)}: ${placeIn(statement, index)}`;

/** The steps that take statements away, one a qualifier; undefined when one has no Sid, by which alone they are found. */
export function removingSteps(target: Resource<'function'>, found: readonly FunctionStatement[]): Step[] | undefined {
  if (found.some(({ statement }) => statement.sid === null)) return undefined;
  const qualifiers = [...new Set(found.map(({ qualifier }) => qualifier))];
  return qualifiers.map((qualifier) => ({
    kind: 'remove-permission',
    target,
    qualifier,
    statements: found
      .filter((one) => one.qualifier === qualifier)
      .flatMap(({ statement }) => permissionStatement(statement) ?? []),
  }));
}

/** The command that takes the statement away. */
export const removeCommand = (resource: Resource<'function'>, { qualifier, statement }: FunctionStatement): string =>
  lambdaCommand(
    resource,
    'remove-permission',
    `--statement-id ${statement.sid ?? '<statement id>'}${qualifierOption(qualifier)}`,
  );
