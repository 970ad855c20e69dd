export const RESOURCE_KINDS = ['function', 'role'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** One resource of a member account. A role's `region` is always {@link IAM_REGION}: IAM is global and answers from there. */
export interface Resource<K extends ResourceKind = ResourceKind> {
  readonly kind: K;
  readonly account: string;
  readonly region: string;
  /** Function name, or role name without its path. */
  readonly name: string;
  /** Unqualified function ARN, or role ARN with its path. */
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

/** A resource from its ARN; a function's qualifier is dropped. Answers undefined for anything that is neither a function nor a role. */
export function resourceFromArn(arn: string): Resource | undefined {
  const [prefix, partition, service, region, account, ...rest] = arn.split(':');
  if (prefix !== 'arn' || !partition || !account) return undefined;
  if (service === 'lambda' && region && rest[0] === 'function' && rest[1]) return functionResource(account, region, rest[1]);
  if (service === 'iam' && rest[0]?.startsWith('role/')) return roleResource(account, rest[0].slice('role/'.length), partition);
  return undefined;
}
