import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import type { MemberInspector, RoleFacts, Selectors, TrailFacts } from '../flows/doctor/member-facts.ts';
import { AccessRefused, MalformedInput } from '../model/errors.ts';
import { IAM_REGION } from '../model/resource.ts';
import { isDenied, isGone } from './aws-error.ts';
import { readUsedLayers } from './doctor-layers.ts';
import { readRulesTo } from './doctor-rules.ts';
import { endpointOf } from './endpoints.ts';
import type { LightClient } from './hub-client.ts';
import type { MemberAccess } from './member.ts';

/** Looks at member accounts as cinch-read. @throws AccessRefused, AwsError, or the SDK's own error */
export function makeMemberInspector({ members }: { readonly members: MemberAccess }): MemberInspector {
  const clients = (account: string, region: string) => members.clients(account, region, 'read');
  return {
    assume: async (account) => {
      await clients(account, IAM_REGION).credentials();
    },
    readTrails: (account, region) => asCinchRead(account, 'its trails', () => readTrails(clients(account, region).light)),
    readRulesTo: (account, region, targetArn) =>
      asCinchRead(account, 'its rules', () => readRulesTo(clients(account, region).light, targetArn)),
    readWaiting: (account, region, queueArn) =>
      asCinchRead(account, 'its queue', () => readWaiting(clients(account, region).light, queueArn)),
    readLayers: (account, region) => asCinchRead(account, 'its layers', () => readUsedLayers(clients(account, region))),
    readRole: (account, name) => asCinchRead(account, 'its roles', () => readRole(clients(account, IAM_REGION).iam, name)),
  };
}

async function asCinchRead<T>(account: string, what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isDenied(error)) throw new AccessRefused(`cinch-read of account ${account} may not look at ${what}`);
    throw error;
  }
}

async function readWaiting(light: LightClient, queueArn: string): Promise<number | null> {
  const [, , , , account, name] = queueArn.split(':');
  const QueueUrl = new URL(`/${account}/${name}`, endpointOf('sqs', light.region)).href;
  try {
    const answer = await light.call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    return Number((answer.Attributes as Record<string, unknown> | undefined)?.ApproximateNumberOfMessages);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

interface RawTrail {
  readonly Name?: string;
  readonly TrailARN?: string;
  readonly HomeRegion?: string;
  readonly IsMultiRegionTrail?: boolean;
  readonly IncludeGlobalServiceEvents?: boolean;
}

async function readTrails(light: LightClient): Promise<TrailFacts[]> {
  const { trailList } = await light.call('cloudtrail', 'DescribeTrails', { includeShadowTrails: true });
  const found: TrailFacts[] = [];
  for (const trail of (trailList as RawTrail[] | undefined) ?? []) {
    const { TrailARN: arn = '', Name: name = arn, HomeRegion: homeRegion = '' } = trail;
    const { IsLogging } = await light.call('cloudtrail', 'GetTrailStatus', { Name: arn });
    const selectors = (await light.call('cloudtrail', 'GetEventSelectors', { TrailName: arn })) as Selectors;
    found.push({
      name,
      homeRegion,
      isMultiRegion: trail.IsMultiRegionTrail === true,
      hasGlobalEvents: trail.IncludeGlobalServiceEvents === true,
      isLogging: IsLogging === true,
      selectors,
    });
  }
  return found;
}

async function readRole(iam: IAMClient, name: string): Promise<RoleFacts | null> {
  const RoleName = name;
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const inline: Record<string, unknown> = {};
    for (const PolicyName of await pages(async (Marker) => {
      const page = await iam.send(new ListRolePoliciesCommand({ RoleName, Marker }));
      return { items: page.PolicyNames ?? [], next: page.Marker };
    })) {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      inline[PolicyName] = parseDocument(PolicyDocument, `${name}/${PolicyName}`);
    }
    const attached = await pages(async (Marker) => {
      const page = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName, Marker }));
      return { items: (page.AttachedPolicies ?? []).map(({ PolicyArn = '' }) => PolicyArn), next: page.Marker };
    });
    const boundaryArn = Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? null;
    return { trust: parseDocument(Role?.AssumeRolePolicyDocument, name), inline, attached, boundaryArn };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

async function pages<T>(
  read: (marker: string | undefined) => Promise<{ items: readonly T[]; next: string | undefined }>,
): Promise<T[]> {
  const found: T[] = [];
  let marker: string | undefined;
  do {
    const { items, next } = await read(marker);
    found.push(...items);
    marker = next || undefined;
  } while (marker);
  return found;
}

/** IAM answers documents percent-encoded. */
function parseDocument(text: string | undefined, of: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text ?? ''));
  } catch {
    throw new MalformedInput('policy document', of, 'not JSON');
  }
}
