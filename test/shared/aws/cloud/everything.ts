import {
  GetPolicyCommand as GetManagedPolicy,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  type Role,
} from '@aws-sdk/client-iam';
import {
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  GetProvisionedConcurrencyConfigCommand,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import type { MemberCloud } from './member-cloud.ts';

/** What only counts or dates changes, and where code lies for the next minutes: not part of what a thing is. */
const COUNTERS = new Set([
  '$metadata',
  'RevisionId',
  'LastModified',
  'LastModifiedTime',
  'lastUpdatedDate',
  'LastUpdateStatus',
  'Location',
  'LastUpdateStatusReasonCode',
]);

/** Without counters, in one order; undefined fields dropped. */
export function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !COUNTERS.has(key) && inner !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, plain(inner)]),
  );
}

/** What AWS answers, or the name of its refusal: that a thing is not there is part of the state. */
export const answer = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(plain, (error: Error) => `(${error.name.replace(/Exception$/, '')})`);

/** A policy's statements in the order of their names: AddPermission appends. */
function statementsOf(text: string | undefined): unknown {
  const statements = (JSON.parse(text ?? '{"Statement":[]}') as { Statement: { Sid?: string }[] }).Statement;
  return [...statements].sort((one, other) => String(one.Sid).localeCompare(String(other.Sid)));
}

/** Everything that AWS tells of a function and its role, each reply whole. */
export async function everythingOfFunction(cloud: MemberCloud, name: string): Promise<Record<string, unknown>> {
  const { lambda } = cloud;
  const FunctionName = name;
  const { Aliases: aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName }));
  const { Versions: versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
  const config = await answer(lambda.send(new GetFunctionCommand({ FunctionName })));
  const role = (config as { Configuration?: { Role?: string } }).Configuration?.Role;
  const policies: Record<string, unknown> = {};
  const provisioned: Record<string, unknown> = {};
  const urls: Record<string, unknown> = {};
  for (const qualifier of [undefined, ...aliases.map((alias) => alias.Name)]) {
    const of = { FunctionName, ...(qualifier ? { Qualifier: qualifier } : {}) };
    policies[qualifier ?? '-'] = await answer(lambda.send(new GetPolicyCommand(of)).then(({ Policy }) => statementsOf(Policy)));
    urls[qualifier ?? '-'] = await answer(lambda.send(new GetFunctionUrlConfigCommand(of)));
    if (qualifier)
      provisioned[qualifier] = await answer(
        lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: qualifier })),
      );
  }
  return {
    config,
    policies,
    provisioned,
    aliases: plain(aliases),
    versions: plain(versions.filter(({ Version }) => Version !== '$LATEST')),
    concurrency: await answer(lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))),
    urls,
    invoke: await answer(lambda.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName }))),
    mappings: await answer(lambda.send(new ListEventSourceMappingsCommand({ FunctionName }))),
    role: role ? await everythingOfRole(cloud, role.slice(role.lastIndexOf('/') + 1)) : null,
  };
}

/** Everything that IAM tells of a role, documents as their exact text. */
export async function everythingOfRole(cloud: MemberCloud, name: string): Promise<Record<string, unknown>> {
  const { iam } = cloud;
  const RoleName = name;
  const names = (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? [];
  const inline: Record<string, string> = {};
  for (const PolicyName of [...names].sort())
    inline[PolicyName] = decodeURIComponent(
      (await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument ?? '',
    );
  const attached = (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies ?? [];
  const { RoleLastUsed, ...role }: Partial<Role> = (await iam.send(new GetRoleCommand({ RoleName }))).Role ?? {};
  return {
    role: plain({ ...role, AssumeRolePolicyDocument: decodeURIComponent(role.AssumeRolePolicyDocument ?? '') }),
    inline,
    attached: attached.map(({ PolicyArn }) => PolicyArn).sort(),
  };
}

/** Whether a managed policy is there, as the scenarios need one. */
export const hasPolicy = (cloud: MemberCloud, PolicyArn: string): Promise<boolean> =>
  cloud.iam.send(new GetManagedPolicy({ PolicyArn })).then(
    () => true,
    () => false,
  );
