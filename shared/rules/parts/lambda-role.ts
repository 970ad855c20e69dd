import type { Statement } from '../../model/policy-document.ts';
import type { Resource } from '../../model/resource.ts';
import type { AttachedPolicy, RoleFacts } from '../../model/state.ts';
import type { NamedDocument, StatementPlace } from '../../policy/finding.ts';
import { placeIn } from './permission-statement.ts';
import { counted, listed } from './words.ts';

/** A role of Lambda's: some function uses it, or Lambda may assume it. Roles that AWS keeps for its services can't be changed. */
export function concernsLambda({ path, usedBy, trustPolicy }: Pick<RoleFacts, 'path' | 'usedBy' | 'trustPolicy'>): boolean {
  if (path.startsWith('/aws-service-role/')) return false;
  return usedBy.length > 0 || trustPolicy.statements.some(trustsLambda);
}

const trustsLambda = ({ effect, principals }: Statement): boolean =>
  effect === 'Allow' && principals.some(({ type, values }) => type === 'Service' && values.some(isLambda));

/** Whether a service principal is Lambda itself, at home or at the edge. */
export const isLambda = (service: string): boolean => /^(edge)?lambda\.amazonaws\.com$/.test(service);

/** Every policy of a role, under the names that people see: `inline policy orders`, `attached policy AmazonS3FullAccess`. */
export function roleDocuments({
  inlinePolicies,
  attachedPolicies,
}: Pick<RoleFacts, 'inlinePolicies' | 'attachedPolicies'>): NamedDocument[] {
  return [
    ...inlinePolicies.map(({ name, document }) => ({ name: `inline policy ${name}`, document })),
    ...attachedPolicies.map(({ name, document }) => ({ name: `attached policy ${name}`, document })),
  ];
}

/** `attached policy orders: Write`, by its Sid or else its number. */
export function placeOf(documents: readonly NamedDocument[], { document, statement }: StatementPlace): string {
  const sid = statementAt(documents, { document, statement })?.sid ?? null;
  return `${document}: ${placeIn({ sid }, statement)}`;
}

export const statementAt = (documents: readonly NamedDocument[], place: StatementPlace): Statement | undefined =>
  documents.find(({ name }) => name === place.document)?.document.statements[place.statement];

/** How a person changes the first of these policies, as a command. */
export function policyCommand(
  { name }: Resource,
  attached: readonly AttachedPolicy[],
  places: readonly Pick<StatementPlace, 'document'>[],
): string {
  const document = places[0]?.document ?? '';
  const managed = attached.find((policy) => document === `attached policy ${policy.name}`);
  if (managed === undefined)
    return `aws iam put-role-policy --role-name ${name} --policy-name ${document.replace(/^inline policy /, '')} --policy-document file://policy.json`;
  return managed.awsManaged
    ? `aws iam detach-role-policy --role-name ${name} --policy-arn ${managed.arn}, once a policy of your own grants what is needed`
    : `aws iam create-policy-version --policy-arn ${managed.arn} --set-as-default --policy-document file://policy.json`;
}

/** Who is concerned and who would put an old policy back. */
export function roleAdvice({ usedBy, tags }: Pick<RoleFacts, 'usedBy' | 'tags'>): string[] {
  const stack = tags['aws:cloudformation:stack-name'];
  const functions = listed(usedBy.slice(0, 10).map((arn) => arn.slice(arn.lastIndexOf(':') + 1)));
  return [
    usedBy.length === 0
      ? 'No function uses it now.'
      : `${counted(usedBy.length, 'function')} ${usedBy.length === 1 ? 'uses' : 'use'} it: ${functions}.`,
    ...(stack === undefined ? [] : [`The stack ${stack} owns the role and would put the old policy back: change it there too.`]),
  ];
}
