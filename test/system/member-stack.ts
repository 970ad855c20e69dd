import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { makeStacks } from '../../infra/make-stacks.ts';
import { readConfigFile } from '../../infra/read-config.ts';
import { cdkDeploy } from '../../local/cloud/cdk.ts';
import { MEMBER, type System } from '../../local/system.ts';
import { settingsFor } from '../infra/stacks.ts';

/** Deploys the member stack of one more account of a configuration. It has no assets, so the hub's bundles are not made for it. */
export async function deployMember(system: System, configFile: string, account: string): Promise<void> {
  const outdir = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.local', 'member-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    makeStacks(app, {
      config: readConfigFile(configFile),
      settings: settingsFor({ synthesizer: 'cli-credentials' }),
      codeOf: () => Code.fromInline('exports.handler = async () => undefined'),
    });
    app.synth();
    const { region } = MEMBER;
    await cdkDeploy(system.cloud, { account, region, app: outdir, stacks: [`CinchMember-${account}-${region}`] });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
