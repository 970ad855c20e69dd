import {
  type AttachedPolicy as Attachment,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListRolePoliciesCommand,
  type Role,
} from '@aws-sdk/client-iam';
import type { LedgerFacts } from '../../flows/ports.ts';
import { type Resource, resourceFromArn } from '../../model/resource.ts';
import type { AttachedPolicy, FactName, NamedPolicy, RoleFacts, State } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { isGone } from '../aws-error.ts';
import { mapLimited, once } from '../concurrency.ts';
import type { MemberClients } from '../member.ts';
import type { ReaderDeps } from './function-reads.ts';
import { known } from './known.ts';
import { readRoleUsers } from './role-users.ts';

/** IAM has one bucket of requests an account. */
const AT_ONCE = 4;

export interface RoleReaderDeps extends ReaderDeps {
  /** Documents of AWS's own policies by ARN and version: they never change. */
  readonly documents: Map<string, string>;
}

type Fact = FactName<'role'>;

/** Reads the asked facts of a role. Undefined when it no longer exists. */
export async function readRole(
  deps: RoleReaderDeps,
  resource: Resource<'role'>,
  needs: readonly string[],
  ledger: LedgerFacts,
): Promise<State<'role'> | undefined> {
  const clients = deps.members.clients(resource.account, resource.region, 'read');
  const role = once(() => getRole(clients, resource.name));
  const readers = factReaders(deps, clients, resource, role, ledger);
  const wanted = [...new Set(needs)].filter((name): name is Fact => Object.hasOwn(readers, name));
  const facts = Promise.all(
    wanted.map(async (name) => [name, await known<unknown>(clients.roleName, `${name} of ${resource.arn}`, readers[name])]),
  );
  const settled = facts.catch((error: unknown) => error);
  const exists = await role().then(
    () => true,
    (error: unknown) => !isGone(error),
  );
  if (!exists) return undefined;
  await settled;
  return Object.fromEntries(await facts) as State<'role'>;
}

async function getRole(clients: MemberClients, name: string): Promise<Role> {
  const { Role: role } = await clients.iam.send(new GetRoleCommand({ RoleName: name }));
  if (!role) throw new Error(`IAM answered without the role ${name}`);
  return role;
}

function factReaders(
  deps: RoleReaderDeps,
  clients: MemberClients,
  resource: Resource<'role'>,
  role: () => Promise<Role>,
  ledger: LedgerFacts,
): { readonly [F in Fact]: () => Promise<Known<RoleFacts[F]>> } {
  return {
    path: async () => (await role()).Path ?? '/',
    trustPolicy: async () => {
      const text = (await role()).AssumeRolePolicyDocument;
      return text ? parsePolicyDocument(text, `trust of ${resource.arn}`) : unknown('IAM named no trust policy');
    },
    permissionsBoundaryArn: async () => (await role()).PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    tags: async () => Object.fromEntries(((await role()).Tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value])),
    inlinePolicies: () => readInlinePolicies(clients, resource),
    attachedPolicies: () => readAttachedPolicies(deps, clients, resource),
    // An event names a role without its path; the index has the whole ARN.
    usedBy: async () => readRoleUsers(deps, ledger, (await role()).Arn ?? resource.arn),
  };
}

async function readInlinePolicies(clients: MemberClients, resource: Resource<'role'>): Promise<NamedPolicy[]> {
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = await clients.iam.send(new ListRolePoliciesCommand({ RoleName: resource.name, Marker: marker }));
    names.push(...(page.PolicyNames ?? []));
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker);
  return mapLimited(names, AT_ONCE, async (name) => {
    const found = await clients.iam.send(new GetRolePolicyCommand({ RoleName: resource.name, PolicyName: name }));
    return { name, document: parsePolicyDocument(found.PolicyDocument ?? '', `${name} of ${resource.arn}`) };
  });
}

async function readAttachedPolicies(
  deps: RoleReaderDeps,
  clients: MemberClients,
  resource: Resource<'role'>,
): Promise<AttachedPolicy[]> {
  const attached: Attachment[] = [];
  let marker: string | undefined;
  do {
    const page = await clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: resource.name, Marker: marker }));
    attached.push(...(page.AttachedPolicies ?? []));
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker);
  return mapLimited(attached, AT_ONCE, async ({ PolicyName: name = '', PolicyArn: arn = '' }) => {
    const text = await readDocument(deps, clients, arn);
    return { name, arn, awsManaged: isAwsManaged(arn), document: parsePolicyDocument(text, arn) };
  });
}

const isAwsManaged = (arn: string): boolean => arn.split(':')[4] === 'aws';

async function readDocument(deps: RoleReaderDeps, clients: MemberClients, arn: string): Promise<string> {
  const { Policy: policy } = await clients.iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  const version = policy?.DefaultVersionId ?? 'v1';
  const kept = deps.documents.get(`${arn} ${version}`);
  if (kept) return kept;
  const found = await clients.iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version }));
  const text = found.PolicyVersion?.Document ?? '';
  if (isAwsManaged(arn)) deps.documents.set(`${arn} ${version}`, text);
  return text;
}

/** The roles that a managed policy is attached to, those left out that Lambda may not assume. */
export async function readRolesOfPolicy(clients: MemberClients, policyArn: string): Promise<Resource<'role'>[]> {
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = await clients.iam.send(
      new ListEntitiesForPolicyCommand({ PolicyArn: policyArn, EntityFilter: 'Role', Marker: marker }),
    );
    names.push(...(page.PolicyRoles ?? []).flatMap((role) => role.RoleName ?? []));
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker);
  const roles = await mapLimited(names, AT_ONCE, (name) =>
    getRole(clients, name).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    }),
  );
  return roles.flatMap((role) => (role && mayLambdaAssume(role) ? (roleResourceOf(role) ?? []) : []));
}

function roleResourceOf(role: Role): Resource<'role'> | undefined {
  const resource = resourceFromArn(role.Arn ?? '');
  return resource?.kind === 'role' ? { ...resource, kind: 'role' } : undefined;
}

function mayLambdaAssume(role: Role): boolean {
  const trust = parsePolicyDocument(role.AssumeRolePolicyDocument ?? '', `trust of ${role.Arn ?? ''}`);
  return trust.statements.some(
    (statement) =>
      statement.effect === 'Allow' &&
      statement.principals.some(({ type, values }) => type === 'Service' && values.includes('lambda.amazonaws.com')),
  );
}
