import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { InvalidConfiguration } from '../shared/model/errors.ts';
import { bundleFunctions } from './bundle.ts';
import { deployedFunctions } from './exporting.ts';
import { makeStacks } from './make-stacks.ts';
import { readConfigFile } from './read-config.ts';
import { SBOM_FILE } from './sbom.ts';
import { readSettings } from './settings.ts';

/** The CDK app: `npx cdk deploy CinchHub`, then the member stacks. `--context` keys are in settings.ts. */
async function main(): Promise<void> {
  const settings = readSettings(new App({ autoSynth: false }));
  const app = new App({ autoSynth: false, analyticsReporting: false, builtinCloudFormationValidation: settings.checks === 'on' });
  const config = readConfigFile(settings.configFile);
  const bundles = mkdtempSync(join(tmpdir(), 'cinch-bundles-'));
  try {
    const sbom = await bundleFunctions(bundles, deployedFunctions(config));
    makeStacks(app, { config, settings, codeOf: (name) => Code.fromAsset(join(bundles, name)) });
    const { directory } = app.synth();
    writeFileSync(join(directory, SBOM_FILE), `${JSON.stringify(sbom, null, 2)}\n`);
  } finally {
    rmSync(bundles, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof InvalidConfiguration)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
