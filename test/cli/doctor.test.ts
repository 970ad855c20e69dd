import { describe, expect, it } from 'vitest';
import type { DoctorDocument } from '../../cli/doctor/document.ts';
import { compareFile } from '../../cli/doctor/given-file.ts';
import { doctorWords } from '../../cli/doctor/print.ts';
import { coloursOf } from '../../cli/frame/colours.ts';
import type { Check } from '../../shared/flows/doctor/check.ts';
import { unknown } from '../../shared/model/unknown.ts';
import { makeConfig } from '../support/world.ts';
import { cinch, folderOf } from './run-cinch.ts';

const check = (changes: Partial<Check>): Check => ({
  place: 'hub',
  id: 'bus',
  title: 'The bus admits every member',
  verdict: 'ok',
  seen: 'the members',
  mend: null,
  ...changes,
});
const DOCUMENT: DoctorDocument = {
  hub: { account: '111111111111', region: 'eu-central-1' },
  checks: [
    check({}),
    check({
      id: 'schedule',
      title: 'Sweep is scheduled',
      verdict: 'broken',
      seen: 'the schedule is DISABLED',
      mend: 'aws events enable-rule',
    }),
    check({
      place: 'slack',
      id: 'scopes',
      title: 'Scopes',
      verdict: 'unknown',
      seen: 'no answer\u001b[2J',
      mend: 'run it again',
    }),
  ],
  summary: { ok: 1, warning: 0, broken: 1, unknown: 1 },
};
const none = coloursOf({ isTTY: false }, {});

describe('what is printed', () => {
  it('is by place what is not in order, and how to mend it, and nothing that steers a terminal', () => {
    expect(doctorWords(DOCUMENT, false, none, 100)).toEqual([
      'hub  1 check ok',
      'BROKEN   Sweep is scheduled: the schedule is DISABLED',
      '         -> aws events enable-rule',
      '',
      'slack',
      'UNKNOWN  Scopes: no answer?[2J',
      '         -> run it again',
      '',
      '1 broken, 1 could not be checked, 0 warnings, 1 ok',
    ]);
  });

  it('is everything when all is asked for', () => {
    const lines = doctorWords(DOCUMENT, true, none, 100);
    expect(lines.slice(0, 2)).toEqual(['hub', 'ok       The bus admits every member: the members']);
  });
});

describe('the file beside what is deployed', () => {
  const given = { file: 'cinch.yaml', config: makeConfig() };
  it('is the same, is another, or can’t be compared', () => {
    expect(compareFile(given, makeConfig()).verdict).toBe('ok');
    expect(compareFile(given, makeConfig({ mode: 'off' }))).toMatchObject({
      verdict: 'warning',
      seen: 'other settings run: mode',
    });
    expect(compareFile(given, unknown('it may not be read'))).toMatchObject({ verdict: 'unknown', seen: 'it may not be read' });
  });
});

describe('cinch doctor', () => {
  const CREDENTIALS = { AWS_ACCESS_KEY_ID: '111111111111', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' };
  const config = `version: 1
hub: { account: "111111111111", region: eu-central-1, externalId: an-external-id-of-tests }
members: [{ account: "222222222222", regions: [eu-central-1] }]
slack: { channel: C123, team: T123, approvers: { users: [U123] } }
`;
  const cwd = folderOf({ 'cinch.yaml': config, 'broken.yaml': config.replace('C123', 'nowhere') });
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    cinch(['doctor', ...args], {
      cwd,
      env: { AWS_REGION: '', AWS_DEFAULT_REGION: '', AWS_CONFIG_FILE: 'none', ...CREDENTIALS, ...env },
    });

  it.each([
    [[], /--region: name the hub’s region, or its cinch\.yaml with --config/],
    [['--region', 'europe'], /--region: europe is not an AWS region/],
    [['--config', 'missing.yaml'], /missing\.yaml/],
    [['--config', 'broken.yaml'], /broken\.yaml:4:\d+: slack\.channel/],
    [['--fast'], /unknown option '--fast'/],
  ])('%j is refused in one line', async (args, words) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says that AWS does not answer', async () => {
    const { code, stderr } = await run(['--config', 'cinch.yaml'], { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/AWS can't be reached \(ECONNREFUSED\)/);
  });
});
