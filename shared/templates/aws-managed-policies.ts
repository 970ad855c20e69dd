import { AWS_MANAGED_POLICIES } from './aws-managed-policies-data.ts';

/** The document of a policy that AWS manages, undefined for one that is not kept here. @param arn `arn:aws:iam::aws:policy/service-role/...` */
export function awsManagedDocument(arn: string): string | undefined {
  const found = /^arn:aws[\w-]*:iam::aws:policy\/(.+)$/.exec(arn);
  return found?.[1] === undefined ? undefined : AWS_MANAGED_POLICIES.get(found[1]);
}

/** The ARN of a policy that is called by its name alone, as SAM allows. */
export function awsManagedArn(name: string, partition: string): string | undefined {
  const path = [name, `service-role/${name}`].find((one) => AWS_MANAGED_POLICIES.has(one));
  return path === undefined ? undefined : `arn:${partition}:iam::aws:policy/${path}`;
}
