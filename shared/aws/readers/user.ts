import {
  GetAccessKeyLastUsedCommand,
  GetGroupPolicyCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  type User,
} from '@aws-sdk/client-iam';
import type { Page } from '../../flows/ports.ts';
import { type Resource, resourceFromArn } from '../../model/resource.ts';
import type { AttachedPolicy, NamedPolicy, State } from '../../model/state.ts';
import { unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { isGone } from '../aws-error.ts';
import { mapLimited, once } from '../concurrency.ts';
import type { MemberClients } from '../member.ts';
import type { ReaderDeps } from './function-reads.ts';
import { IAM_AT_ONCE, type KeptDocuments, readDocuments, readManagedPolicy, readPages } from './iam-policies.ts';
import { type FactReaders, readAsked } from './read-asked.ts';

/** Reads the asked facts of an IAM user. Undefined when it no longer exists. */
export async function readUser(
  deps: ReaderDeps,
  resource: Resource<'user'>,
  needs: readonly string[],
): Promise<State<'user'> | undefined> {
  const clients = deps.members.clients(resource.account, resource.region, 'read');
  const user = once(() => getUser(clients, resource.name));
  return readAsked<'user'>(clients.roleName, resource, factReaders(deps, clients, resource.name, user), needs, user);
}

async function getUser(clients: MemberClients, name: string): Promise<User> {
  const { User: user } = await clients.iam.send(new GetUserCommand({ UserName: name }));
  if (!user) throw new Error(`IAM answered without the user ${name}`);
  return user;
}

function factReaders(deps: ReaderDeps, clients: MemberClients, name: string, user: () => Promise<User>): FactReaders<'user'> {
  const keys = once(() => listActiveKeys(clients, name));
  const groups = once(() => listGroups(clients, name));
  return {
    createdAt: async () => (await user()).CreateDate?.toISOString() ?? unknown('IAM named no date'),
    lastActive: async () => {
      const used = await mapLimited(await keys(), IAM_AT_ONCE, (key) => readLastUse(clients, key));
      const times = [(await user()).PasswordLastUsed, ...used].flatMap((at) => at?.getTime() ?? []);
      return times.length > 0 ? new Date(Math.max(...times)).toISOString() : null;
    },
    canSignIn: async () => (await keys()).length > 0 || hasPassword(clients, name),
    tags: async () => Object.fromEntries(((await user()).Tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value])),
    inlinePolicies: async () => {
      const [own, ofGroups] = await Promise.all([
        readUserPolicies(clients, name),
        groups().then((names) => mapLimited(names, IAM_AT_ONCE, (group) => readGroupPolicies(clients, group))),
      ]);
      return [...own, ...ofGroups.flat()];
    },
    attachedPolicies: async () => readAttached(deps.documents, clients, name, await groups()),
    boundary: async () => {
      const arn = (await user()).PermissionsBoundary?.PermissionsBoundaryArn;
      return arn ? readManagedPolicy(deps.documents, clients, arn) : null;
    },
  };
}

async function listActiveKeys({ iam }: MemberClients, name: string): Promise<string[]> {
  const keys = await readPages(
    (Marker) => iam.send(new ListAccessKeysCommand({ UserName: name, Marker })),
    (page) => page.AccessKeyMetadata,
  );
  return keys.flatMap(({ AccessKeyId: id, Status: status }) => (id && status === 'Active' ? id : []));
}

async function readLastUse({ iam }: MemberClients, keyId: string): Promise<Date | undefined> {
  const { AccessKeyLastUsed: used } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));
  return used?.LastUsedDate;
}

async function hasPassword({ iam }: MemberClients, name: string): Promise<boolean> {
  try {
    await iam.send(new GetLoginProfileCommand({ UserName: name }));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

async function listGroups({ iam }: MemberClients, name: string): Promise<string[]> {
  const groups = await readPages(
    (Marker) => iam.send(new ListGroupsForUserCommand({ UserName: name, Marker })),
    (page) => page.Groups,
  );
  return groups.flatMap((group) => group.GroupName ?? []);
}

async function readUserPolicies({ iam }: MemberClients, name: string): Promise<NamedPolicy[]> {
  const names = await readPages(
    (Marker) => iam.send(new ListUserPoliciesCommand({ UserName: name, Marker })),
    (page) => page.PolicyNames,
  );
  return mapLimited(names, IAM_AT_ONCE, async (policy) => {
    const { PolicyDocument: text = '' } = await iam.send(new GetUserPolicyCommand({ UserName: name, PolicyName: policy }));
    return { name: policy, document: parsePolicyDocument(text, `${policy} of ${name}`) };
  });
}

/** Under `group/policy`: no policy's own name has a slash. */
async function readGroupPolicies({ iam }: MemberClients, group: string): Promise<NamedPolicy[]> {
  const names = await readPages(
    (Marker) => iam.send(new ListGroupPoliciesCommand({ GroupName: group, Marker })),
    (page) => page.PolicyNames,
  );
  return mapLimited(names, IAM_AT_ONCE, async (policy) => {
    const { PolicyDocument: text = '' } = await iam.send(new GetGroupPolicyCommand({ GroupName: group, PolicyName: policy }));
    return { name: `${group}/${policy}`, document: parsePolicyDocument(text, `${policy} of ${group}`) };
  });
}

/** Each policy once, however often it reaches the user. */
async function readAttached(
  kept: KeptDocuments,
  clients: MemberClients,
  name: string,
  groups: readonly string[],
): Promise<AttachedPolicy[]> {
  const { iam } = clients;
  const ofUser = readPages(
    (Marker) => iam.send(new ListAttachedUserPoliciesCommand({ UserName: name, Marker })),
    (page) => page.AttachedPolicies,
  );
  const ofGroups = mapLimited(groups, IAM_AT_ONCE, (group) =>
    readPages(
      (Marker) => iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: group, Marker })),
      (page) => page.AttachedPolicies,
    ),
  );
  const [own, others] = await Promise.all([ofUser, ofGroups]);
  const byArn = new Map([...own, ...others.flat()].map((policy) => [policy.PolicyArn, policy]));
  return readDocuments(kept, clients, [...byArn.values()]);
}

/** The users of an account. */
export async function* listUsers(clients: MemberClients): AsyncGenerator<Resource<'user'>> {
  let from: string | null = null;
  do {
    const page: Page<Resource<'user'>> = await readUserPage(clients, from);
    yield* page.items;
    from = page.next;
  } while (from !== null);
}

export async function readUserPage(clients: MemberClients, from: string | null): Promise<Page<Resource<'user'>>> {
  const page = await clients.iam.send(new ListUsersCommand({ Marker: from ?? undefined }));
  const items = (page.Users ?? []).flatMap(({ Arn: arn = '' }): Resource<'user'>[] => {
    const resource = resourceFromArn(arn);
    return resource?.kind === 'user' ? [{ ...resource, kind: 'user' }] : [];
  });
  return { items, next: page.IsTruncated ? (page.Marker ?? null) : null };
}
