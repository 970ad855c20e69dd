import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../infra/read-config.ts';
import { readSettings } from '../../infra/settings.ts';
import { configFor, orgConfigFor, synthesize } from './stacks.ts';

describe('cdk-nag', () => {
  it.each([
    ['members', configFor()],
    ['an organization', configFor({ organizationId: 'o-abcdefghij' })],
    ['units of an organization', orgConfigFor()],
  ])('the AwsSolutions pack finds nothing (%s)', (_what, config) => {
    const { app } = synthesize(config);
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

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

describe('the app’s input', () => {
  it('the example is valid', () => {
    const config = readConfigFile('examples/cinch.yaml');
    expect(config.members.map(({ account }) => account)).toEqual(['222222222222', '333333333333']);
    const text = readFileSync('examples/cinch.yaml', 'utf8');
    expect(text).not.toContain('xoxb');
    // It says of itself that every setting is in it.
    const parts = Object.entries(config).flatMap(([key, value]) => [key, ...(isPlain(value) ? Object.keys(value) : [])]);
    expect(parts.filter((key) => !new RegExp(`^[ #]*(\\{ )?${key}:`, 'm').test(text))).toEqual([]);
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
    expect(settings({ logDays: '365' })).toMatchObject({ logRetention: 365 });
    expect(() => settings({ alarmEmail: 'ops@example.com' })).toThrow(/is in cinch.yaml now, as alarms.emails/);
    expect(() => settings({ logDays: '31' })).toThrow(/--context logDays=31: must be one of 1, 3, 5, 7, 14, 30, 60/);
    expect(() => settings({ synthesizer: 'mine' })).toThrow(
      /--context synthesizer=mine: must be one of default, cli-credentials/,
    );
  });
});
