import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { cloudEnv } from '../../local/cloud/environment.ts';
import { freePort } from '../../local/cloud/free-port.ts';
import { ensureMoto } from '../../local/setup/setup.mjs';
import { MEMBER, type MemberCloud, makeMember, REGION } from '../shared/aws/cloud/member-cloud.ts';

const START_MS = 60_000;

/**
 * The second emulator: moto's server, made by other hands than the local cloud. It knows no permissions and settles at once; what both answer
 * alike is less likely to be one emulator's own idea of AWS.
 */
export async function startMoto(): Promise<MemberCloud> {
  const server = await ensureMoto();
  const port = await freePort();
  const child = spawn(server, ['-H', '127.0.0.1', '-p', String(port)], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const endNow = (): void => void child.kill('SIGKILL');
  process.once('exit', endNow);
  await untilUp(endpoint, () => child.exitCode);
  const admin = await memberAdmin(endpoint);
  return makeMember({
    endpoint,
    env: (account, region) => ({ ...cloudEnv(port, account, region), AWS_ENDPOINT_URL_S3: endpoint }),
    credentials: () => admin,
    stop: async () => {
      process.removeListener('exit', endNow);
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    },
  });
}

/** Its keys name no account; a session of a role is in the role's account. */
async function memberAdmin(endpoint: string): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string }> {
  const sts = new STSClient({ endpoint, region: REGION, credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' } });
  const RoleArn = `arn:aws:iam::${MEMBER}:role/admin`;
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
}

async function untilUp(endpoint: string, exitCode: () => number | null): Promise<void> {
  for (const until = Date.now() + START_MS; Date.now() < until && exitCode() === null; await sleep(100)) {
    const answer = await fetch(`${endpoint}/moto-api/`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`moto did not start (exit code ${exitCode()})`);
}
