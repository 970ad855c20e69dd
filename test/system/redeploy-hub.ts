import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, RemovalPolicy } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFunctions } from '../../infra/bundle.ts';
import { deployedFunctions } from '../../infra/exporting.ts';
import { makeStacks } from '../../infra/make-stacks.ts';
import { readConfigFile } from '../../infra/read-config.ts';
import { cdkDeploy } from '../../local/cloud/cdk.ts';
import { HUB, type System } from '../../local/system.ts';
import { settingsFor } from '../infra/stacks.ts';

/** Deploys the hub of a configuration again, as an operator does after an upgrade: every function has other code, though it does the same. */
export async function redeployHub(system: System, configFile: string): Promise<void> {
  const folder = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.local', 'redeploy-'));
  try {
    const config = readConfigFile(configFile);
    const bundles = join(folder, 'bundles');
    await bundleFunctions(bundles, deployedFunctions(config));
    for (const name of deployedFunctions(config)) appendFileSync(join(bundles, name, 'index.js'), '\n// another version\n');
    const outdir = join(folder, 'cdk.out');
    const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
    makeStacks(app, {
      config,
      settings: settingsFor({
        synthesizer: 'cli-credentials',
        removal: RemovalPolicy.DESTROY,
        slackApiUrl: system.slack.apiUrl,
        checks: 'off',
      }),
      codeOf: (name) => Code.fromAsset(join(bundles, name)),
    });
    app.synth();
    await cdkDeploy(system.cloud, { ...HUB, app: outdir, stacks: ['CinchHub'] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
