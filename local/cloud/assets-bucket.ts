import aws4 from 'aws4';
import type { Cloud } from './start.ts';

/** The bucket that the CDK's synthesizers expect in each account and region, by their default qualifier. */
function bucketName(account: string, region: string): string {
  return `cdk-hnb659fds-assets-${account}-${region}`;
}

/**
 * Makes what `CliCredentialsStackSynthesizer` needs of `cdk bootstrap`: the bucket for assets and nothing else, in a few
 * milliseconds instead of the bootstrap's stack of roles. Idempotent.
 */
export async function ensureAssetsBucket(cloud: Cloud, account: string, region: string): Promise<void> {
  const path = `/${bucketName(account, region)}`;
  const configuration = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  const body = region === 'us-east-1' ? '' : configuration;
  const request = aws4.sign(
    { service: 's3', region, method: 'PUT', host: `127.0.0.1:${cloud.port}`, path, body },
    cloud.credentials(account),
  );
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers ?? {})) if (name !== 'Host') headers.set(name, String(value));
  const response = await fetch(`${cloud.endpoint}${path}`, { method: 'PUT', headers, ...(body === '' ? {} : { body }) });
  // 409: this account has it already.
  if (!response.ok && response.status !== 409) {
    throw new Error(
      `The assets bucket of ${account} in ${region} could not be made: ${response.status} ${await response.text()}`,
    );
  }
}
