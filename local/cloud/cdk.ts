import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensureAssetsBucket } from './assets-bucket.ts';
import { loopbackOption } from './environment.ts';
import type { Cloud } from './start.ts';

export interface CdkTarget {
  account: string;
  region: string;
  /** Gets each line that the CDK writes. */
  log?: (line: string) => void;
}

export interface CdkDeployment extends CdkTarget {
  /** A synthesized folder (`cdk.out`), or the command that synthesizes. */
  app: string;
  stacks: readonly string[];
  context?: Readonly<Record<string, string>>;
  /** Where the CDK writes the stacks' outputs, as JSON. */
  outputsFile?: string;
  /** Where the CDK puts what it synthesizes, when `app` is a command. Give each of several side by side its own. */
  outputFolder?: string;
}

const repoRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const quiet = ['--no-color', '--no-notices', '--no-version-reporting', '--ci', '--progress=events'];
const keptLines = 60;

function cdkEnv(cloud: Cloud, target: CdkTarget): NodeJS.ProcessEnv {
  const options = [process.env.NODE_OPTIONS, loopbackOption].filter((option) => option !== undefined && option !== '');
  return {
    ...process.env,
    ...cloud.env(target.account, target.region),
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    CDK_DEFAULT_ACCOUNT: target.account,
    CDK_DEFAULT_REGION: target.region,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    NODE_OPTIONS: options.join(' '),
  };
}

/** Runs the CDK's command line against the cloud. Throws with its last lines when it fails. */
export function runCdk(cloud: Cloud, args: readonly string[], target: CdkTarget): Promise<void> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');
  const child = spawn(process.execPath, [cli, ...args, ...quiet], {
    cwd: repoRoot,
    env: cdkEnv(cloud, target),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > keptLines) last.shift();
      target.log?.(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`cdk ${args.join(' ')} ended with ${code}\n${last.join('\n')}`));
    });
  });
}

/**
 * The real `cdk deploy`, into one account and region of the cloud. The app must choose `CliCredentialsStackSynthesizer`
 * (README.md says why), for which making the assets bucket is all the bootstrapping there is.
 */
export async function cdkDeploy(cloud: Cloud, deployment: CdkDeployment): Promise<void> {
  await ensureAssetsBucket(cloud, deployment.account, deployment.region);
  const context = Object.entries(deployment.context ?? {}).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
  const outputs = deployment.outputsFile === undefined ? [] : ['--outputs-file', deployment.outputsFile];
  const output = deployment.outputFolder === undefined ? [] : ['--output', deployment.outputFolder];
  const how = ['--require-approval=never', '--method=direct', '--concurrency=4'];
  await runCdk(
    cloud,
    ['deploy', ...deployment.stacks, '--app', deployment.app, ...how, ...context, ...outputs, ...output],
    deployment,
  );
}

/** The real `cdk bootstrap`. Only for tests of what a default synthesizer makes: `cdkDeploy` does without. */
export async function cdkBootstrap(cloud: Cloud, target: CdkTarget): Promise<void> {
  await runCdk(cloud, ['bootstrap', `aws://${target.account}/${target.region}`], target);
}
