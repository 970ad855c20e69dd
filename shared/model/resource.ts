export const RESOURCE_KINDS = ['function', 'role', 'api', 'user'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** One resource of a member account. The `region` of a role or user is always {@link IAM_REGION}: IAM is global and answers from there. */
export interface Resource<K extends ResourceKind = ResourceKind> {
  readonly kind: K;
  readonly account: string;
  readonly region: string;
  /** Function name, role or user name without its path, or an API's id. */
  readonly name: string;
  /** Unqualified function ARN, role or user ARN with its path, or an API's execute-api ARN: its other one names no account. */
  readonly arn: string;
}

/** IAM's events reach only this region's default bus (https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html). */
export const IAM_REGION = 'us-east-1';

/** The one text that names a resource in the ledger, in queue groups and in leases. */
export const resourceId = (resource: Resource): string => resource.arn;

/** The partition of a region: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

export function functionResource(account: string, region: string, name: string): Resource<'function'> {
  return {
    kind: 'function',
    account,
    region,
    name,
    arn: `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}`,
  };
}

/** @param pathAndName the part after `role/`, path included. */
export function roleResource(account: string, pathAndName: string, partition = 'aws'): Resource<'role'> {
  const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1);
  return { kind: 'role', account, region: IAM_REGION, name, arn: `arn:${partition}:iam::${account}:role/${pathAndName}` };
}

/** @param pathAndName the part after `user/`, path included. */
export function userResource(account: string, pathAndName: string, partition = 'aws'): Resource<'user'> {
  const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1);
  return { kind: 'user', account, region: IAM_REGION, name, arn: `arn:${partition}:iam::${account}:user/${pathAndName}` };
}

/** @param id a REST, HTTP or WebSocket API's id. */
export function apiResource(account: string, region: string, id: string): Resource<'api'> {
  return { kind: 'api', account, region, name: id, arn: `arn:${partitionOf(region)}:execute-api:${region}:${account}:${id}` };
}

/** A resource from its ARN; a function's qualifier and an API's stage and path are dropped. Undefined for what Cinch doesn't look at. */
export function resourceFromArn(arn: string): Resource | undefined {
  const [prefix, partition, service, region, account, ...rest] = arn.split(':');
  if (prefix !== 'arn' || !partition || !account) return undefined;
  if (service === 'lambda' && region && rest[0] === 'function' && rest[1]) return functionResource(account, region, rest[1]);
  if (service === 'iam' && rest[0]?.startsWith('role/')) return roleResource(account, rest[0].slice('role/'.length), partition);
  if (service === 'iam' && rest[0]?.startsWith('user/')) return userResource(account, rest[0].slice('user/'.length), partition);
  const apiId = rest[0]?.split('/')[0];
  if (service === 'execute-api' && region && apiId && /^[a-z0-9]{4,}$/.test(apiId)) return apiResource(account, region, apiId);
  return undefined;
}
