import {
  type AttachedPolicy as Attachment,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { PolicyDocument } from '../../model/policy-document.ts';
import type { AttachedPolicy, NamedPolicy } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { mapLimited } from '../concurrency.ts';
import type { Keep } from '../keep.ts';
import type { MemberClients } from '../member.ts';

/** IAM has one bucket of requests an account. */
export const IAM_AT_ONCE = 4;

/** Documents of AWS's own policies by ARN and version: they never change. */
export type KeptDocuments = Map<string, string>;

/** What is attached to a role or put into it, which many functions may share. */
export function readRolePolicies(
  { keep, documents }: { readonly keep: Keep; readonly documents: KeptDocuments },
  clients: MemberClients,
  account: string,
  roleName: string,
): { readonly inline: () => Promise<NamedPolicy[]>; readonly attached: () => Promise<AttachedPolicy[]> } {
  return {
    inline: () => keep(`${account} inline ${roleName}`, () => readInlinePolicies(clients, roleName)),
    attached: () => keep(`${account} attached ${roleName}`, () => readAttachedPolicies(documents, clients, roleName)),
  };
}

/** One page of an IAM list. */
interface IamPage {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** All pages of an IAM list, one after another. */
export async function readPages<P extends IamPage, T>(
  page: (marker: string | undefined) => Promise<P>,
  itemsOf: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const found: T[] = [];
  let marker: string | undefined;
  do {
    const answer = await page(marker);
    found.push(...(itemsOf(answer) ?? []));
    marker = answer.IsTruncated ? answer.Marker : undefined;
  } while (marker);
  return found;
}

export async function readInlinePolicies(clients: MemberClients, roleName: string): Promise<NamedPolicy[]> {
  const { iam } = clients;
  const names = await readPages(
    (Marker) => iam.send(new ListRolePoliciesCommand({ RoleName: roleName, Marker })),
    (page) => page.PolicyNames,
  );
  return mapLimited(names, IAM_AT_ONCE, async (name) => {
    const { PolicyDocument: text = '' } = await iam.send(new GetRolePolicyCommand({ RoleName: roleName, PolicyName: name }));
    return { name, document: parsePolicyDocument(text, `${name} of ${roleName}`) };
  });
}

export async function readAttachedPolicies(
  kept: KeptDocuments,
  clients: MemberClients,
  roleName: string,
): Promise<AttachedPolicy[]> {
  const attached = await readPages(
    (Marker) => clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName, Marker })),
    (page) => page.AttachedPolicies,
  );
  return readDocuments(kept, clients, attached);
}

export function readDocuments(
  kept: KeptDocuments,
  clients: MemberClients,
  attached: readonly Attachment[],
): Promise<AttachedPolicy[]> {
  return mapLimited(attached, IAM_AT_ONCE, async ({ PolicyName: name = '', PolicyArn: arn = '' }) => ({
    name,
    arn,
    awsManaged: isAwsManaged(arn),
    document: await readManagedPolicy(kept, clients, arn),
  }));
}

const isAwsManaged = (arn: string): boolean => arn.split(':')[4] === 'aws';

/** The default version of a managed policy. */
export async function readManagedPolicy(kept: KeptDocuments, clients: MemberClients, arn: string): Promise<PolicyDocument> {
  const { Policy: policy } = await clients.iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  const version = policy?.DefaultVersionId ?? 'v1';
  const key = `${arn} ${version}`;
  const known = kept.get(key);
  if (known !== undefined) return parsePolicyDocument(known, arn);
  const found = await clients.iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version }));
  const text = found.PolicyVersion?.Document ?? '';
  if (isAwsManaged(arn)) kept.set(key, text);
  return parsePolicyDocument(text, arn);
}
