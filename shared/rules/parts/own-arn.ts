import type { Resource } from '../../model/resource.ts';

/** An ARN of the configuration, with the resource's account and region where it leaves them open. */
export const ownArn = (arn: string, { account, region }: Resource): string =>
  arn.replaceAll('{account}', account).replaceAll('{region}', region);
