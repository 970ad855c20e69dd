import { GetRoleCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { GetFunctionConcurrencyCommand, GetLayerVersionPolicyCommand } from '@aws-sdk/client-lambda';
import { type Resource, resourceFromArn } from '../../model/resource.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { isUnknown, type Known, unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { isGone } from '../aws-error.ts';
import { mapLimited } from '../concurrency.ts';
import { CONFIG_FACTS } from './function-config.ts';
import type { FunctionReads } from './function-reads.ts';
import { readRolePolicies as readPoliciesOf } from './iam-policies.ts';
import { recordOf } from './source-details.ts';

const AT_ONCE = 4;

export async function readReservedConcurrency(read: FunctionReads): Promise<number | null> {
  const asked = new GetFunctionConcurrencyCommand({ FunctionName: read.resource.name });
  return (await read.clients.lambda.send(asked)).ReservedConcurrentExecutions ?? null;
}

/** Lambda tells of a layer's policy to the layer's own account only. */
export async function readLayerPolicies(read: FunctionReads): Promise<FunctionFacts['layerPolicies']> {
  const layers = CONFIG_FACTS.layers(await read.config()).filter((arn) => arn.split(':')[4] === read.resource.account);
  const found = await mapLimited(layers, AT_ONCE, async (layerArn) => {
    const [name, version] = layerArn.split(':').slice(6);
    const asked = { LayerName: name, VersionNumber: Number(version) };
    try {
      const { Policy: policy } = await read.clients.lambda.send(new GetLayerVersionPolicyCommand(asked));
      return policy ? { layerArn, document: parsePolicyDocument(policy, layerArn) } : undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  });
  return found.flatMap((one) => one ?? []);
}

/** The tags whose value is the ARN of a user or role of the function's own account; IAM knows them by name. */
export async function readTaggedPrincipals(read: FunctionReads): Promise<FunctionFacts['taggedPrincipals']> {
  const tagged = Object.entries(await read.tags()).flatMap(([tag, arn]) => {
    const principal = arn.startsWith('arn:') ? resourceFromArn(arn) : undefined;
    const isOwn = principal?.account === read.resource.account && (principal.kind === 'user' || principal.kind === 'role');
    return isOwn ? [{ tag, principal }] : [];
  });
  const arns = new Map(tagged.map(({ principal }) => [principal.arn, principal]));
  const existing = await mapLimited([...arns.values()], AT_ONCE, async (one) => [one.arn, await exists(read, one)] as const);
  const byArn = new Map(existing);
  return tagged.map(({ tag, principal: { arn } }) => ({ tag, arn, exists: byArn.get(arn) ?? false }));
}

/** Under another path it is somebody else: names are unique, so the one that was meant is gone. */
async function exists({ clients }: FunctionReads, { kind, name, arn }: Resource): Promise<boolean> {
  try {
    if (kind === 'user') return (await clients.iam.send(new GetUserCommand({ UserName: name }))).User?.Arn === arn;
    return (await clients.iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn === arn;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Of its execution role. */
export async function readRolePolicies(read: FunctionReads): Promise<Known<FunctionFacts['rolePolicies']>> {
  const roleArn = CONFIG_FACTS.roleArn(await read.config());
  if (isUnknown(roleArn)) return roleArn;
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  try {
    const policies = readPoliciesOf(read, read.clients, read.resource.account, name);
    const [inline, attached] = await Promise.all([policies.inline(), policies.attached()]);
    return [...inline, ...attached.map(({ name: policy, document }) => ({ name: policy, document }))];
  } catch (error) {
    if (isGone(error)) return unknown(`its role ${roleArn} or a policy of it no longer exists`);
    throw error;
  }
}

/** The group that its logs go to; the names of others may begin like it. */
export async function readLogGroup(read: FunctionReads): Promise<FunctionFacts['logGroup']> {
  const name = (await read.config()).LoggingConfig?.LogGroup ?? `/aws/lambda/${read.resource.name}`;
  let token: unknown;
  do {
    const page = await read.clients.light.call('logs', 'DescribeLogGroups', {
      logGroupNamePrefix: name,
      ...(token ? { nextToken: token } : {}),
    });
    const groups = (Array.isArray(page.logGroups) ? page.logGroups : []).map(recordOf);
    const own = groups.find((group) => group.logGroupName === name);
    if (own) return logGroupOf(name, own);
    token = page.nextToken;
  } while (token);
  return null;
}

const logGroupOf = (name: string, group: Readonly<Record<string, unknown>>): FunctionFacts['logGroup'] => ({
  name,
  retentionDays: typeof group.retentionInDays === 'number' ? group.retentionInDays : null,
  keyArn: typeof group.kmsKeyId === 'string' ? group.kmsKeyId : null,
});
