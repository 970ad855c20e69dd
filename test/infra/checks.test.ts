import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../infra/read-config.ts';
import { readSettings } from '../../infra/settings.ts';
import { configFor, orgConfigFor, settingsFor, synthesize } from './stacks.ts';

describe('cdk-nag', () => {
  it.each([
    ['members', configFor()],
    ['an organization', configFor({ organizationId: 'o-abcdefghij' })],
    ['units of an organization', orgConfigFor()],
  ])('the AwsSolutions pack finds nothing (%s)', (_what, config) => {
    const { app } = synthesize(config, settingsFor({ alarmEmail: 'ops@example.com' }));
    const { violations } = new AwsSolutionsChecks(app, { verbose: true }).validateScope(app);
    expect(violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources[0]?.constructPath])).toEqual([]);
  });

  it('would find something: without the exceptions the pack complains', () => {
    const { app, members } = synthesize();
    for (const { node } of members.flatMap((stack) => stack.node.findAll())) Object.assign(node, { _metadata: [] });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName)).toContain(
      'AwsSolutions-SQS3',
    );
  });
});

describe('the app’s input', () => {
  it('the example is valid', () => {
    const config = readConfigFile('examples/cinch.yaml');
    expect(config.members.map(({ account }) => account)).toEqual(['222222222222', '333333333333']);
    expect(readFileSync('examples/cinch.yaml', 'utf8')).not.toContain('xoxb');
  });

  it('a file that is not there is refused by name', () => {
    expect(() => readConfigFile('no-such-file.yaml')).toThrow(/no-such-file\.yaml: can't be read \(ENOENT\)/);
  });

  it('context has defaults that are safe, and refuses what it does not know', () => {
    const settings = (context: Record<string, string>) => readSettings(new App({ autoSynth: false, context }));
    expect(settings({})).toMatchObject({ configFile: 'cinch.yaml', synthesizer: 'default', removal: 'retain', checks: 'on' });
    expect(settings({ removalPolicy: 'destroy', synthesizer: 'cli-credentials' })).toMatchObject({
      removal: 'destroy',
      synthesizer: 'cli-credentials',
    });
    expect(() => settings({ synthesizer: 'mine' })).toThrow(
      /--context synthesizer=mine: must be one of default, cli-credentials/,
    );
  });
});
