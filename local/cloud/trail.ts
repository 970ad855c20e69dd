import { type LightClient, makeHubClient } from '../../shared/aws/hub-client.ts';
import type { Cloud } from './start.ts';

const NAME = 'organization-trail';

/** The trail that an account has before Cinch comes to it: of all regions, with every management event. */
export async function makeTrail(cloud: Cloud, account: string, region: string): Promise<void> {
  const client = cloudTrailOf(cloud, account, region);
  await client.call('cloudtrail', 'CreateTrail', { Name: NAME, S3BucketName: `trail-of-${account}`, IsMultiRegionTrail: true });
  await setTrail(cloud, account, region, 'on');
}

export async function setTrail(cloud: Cloud, account: string, region: string, turn: 'on' | 'off'): Promise<void> {
  const client = cloudTrailOf(cloud, account, region);
  await client.call('cloudtrail', turn === 'on' ? 'StartLogging' : 'StopLogging', { Name: NAME });
}

function cloudTrailOf(cloud: Cloud, account: string, region: string): LightClient {
  process.env.AWS_ENDPOINT_URL_CLOUDTRAIL = cloud.endpoint;
  const clock = { now: () => new Date(), sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };
  return makeHubClient({ clock, random: Math.random, region, credentials: async () => cloud.credentials(account) });
}
