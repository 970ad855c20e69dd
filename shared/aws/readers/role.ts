import { GetRoleCommand, ListEntitiesForPolicyCommand, type Role } from '@aws-sdk/client-iam';
import type { LedgerFacts } from '../../flows/ports.ts';
import { type Resource, resourceFromArn } from '../../model/resource.ts';
import type { FactName, RoleFacts, State } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { isGone } from '../aws-error.ts';
import { mapLimited, once } from '../concurrency.ts';
import type { MemberClients } from '../member.ts';
import type { ReaderDeps } from './function-reads.ts';
import { IAM_AT_ONCE, readManagedPolicy, readPages, readRolePolicies } from './iam-policies.ts';
import { readAsked } from './read-asked.ts';
import { readRoleCode } from './role-code.ts';
import { readRoleUsers } from './role-users.ts';
import { readServiceAccess } from './service-access.ts';

type Fact = FactName<'role'>;

/** Reads the asked facts of a role. Undefined when it no longer exists. */
export async function readRole(
  deps: ReaderDeps,
  resource: Resource<'role'>,
  needs: readonly string[],
  ledger: LedgerFacts,
): Promise<State<'role'> | undefined> {
  const clients = deps.members.clients(resource.account, resource.region, 'read');
  const role = once(() => getRole(clients, resource.name));
  return readAsked<'role'>(clients.roleName, resource, factReaders(deps, clients, resource, role, ledger), needs, role);
}

async function getRole(clients: MemberClients, name: string): Promise<Role> {
  const { Role: role } = await clients.iam.send(new GetRoleCommand({ RoleName: name }));
  if (!role) throw new Error(`IAM answered without the role ${name}`);
  return role;
}

function factReaders(
  deps: ReaderDeps,
  clients: MemberClients,
  resource: Resource<'role'>,
  role: () => Promise<Role>,
  ledger: LedgerFacts,
): { readonly [F in Fact]: () => Promise<Known<RoleFacts[F]>> } {
  const policies = readRolePolicies(deps, clients, resource.account, resource.name);
  return {
    path: async () => (await role()).Path ?? '/',
    trustPolicy: async () => {
      const text = (await role()).AssumeRolePolicyDocument;
      return text ? parsePolicyDocument(text, `trust of ${resource.arn}`) : unknown('IAM named no trust policy');
    },
    permissionsBoundaryArn: async () => (await role()).PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    tags: async () => Object.fromEntries(((await role()).Tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value])),
    boundary: async () => {
      const arn = (await role()).PermissionsBoundary?.PermissionsBoundaryArn;
      return arn ? readManagedPolicy(deps.documents, clients, arn) : null;
    },
    createdAt: async () => (await role()).CreateDate?.toISOString() ?? unknown('IAM named no date'),
    inlinePolicies: policies.inline,
    attachedPolicies: policies.attached,
    // An event names a role without its path; the index has the whole ARN.
    usedBy: async () => readRoleUsers(deps, ledger, (await role()).Arn ?? resource.arn),
    codeCalls: async () => readRoleCode(deps, await role(), resource, ledger),
    serviceAccess: async () => readServiceAccess(deps.serviceAccess, deps.clock, clients, (await role()).Arn ?? resource.arn),
  };
}

/** The roles that a managed policy is attached to, those left out that Lambda may not assume. */
export async function readRolesOfPolicy(clients: MemberClients, policyArn: string): Promise<Resource<'role'>[]> {
  const names = await readPages(
    (Marker) => clients.iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: policyArn, EntityFilter: 'Role', Marker })),
    (page) => page.PolicyRoles?.flatMap((role) => role.RoleName ?? []),
  );
  const roles = await mapLimited(names, IAM_AT_ONCE, (name) =>
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
