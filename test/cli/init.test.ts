import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../shared/config/load.ts';
import type { Config } from '../../shared/config/schema.ts';
import { RULES } from '../../shared/rules/index.ts';
import { cinch, folderOf } from './run-cinch.ts';

const IDS = RULES.map(({ id }) => id);
const read = (folder: string, file = 'cinch.yaml'): string => readFileSync(join(folder, file), 'utf8');
const configIn = (folder: string): Config => parseConfig(read(folder), 'cinch.yaml', IDS);

/** What a person types, one answer a question. */
const TYPED = {
  hubAccount: '111111111111',
  hubRegion: '',
  organization: '',
  members: '222222222222=shop, 333333333333',
  regions: '',
  team: 'T0CINCH01',
  channel: 'C0CINCH01',
  approvers: 'U0ALICE, S0OPS1, ana@example.com',
  alarmEmails: 'ops@example.com',
  mode: '',
  agreed: '',
};
const typed = (changes: Partial<Record<keyof typeof TYPED, string>> = {}): string =>
  `${Object.values({ ...TYPED, ...changes }).join('\n')}\n`;
const FLAGS = [
  ...['--hub-account', '111111111111', '--members', '222222222222', '--team', 'T0CINCH01', '--channel', 'C0CINCH01'],
  ...['--approvers', 'U0ALICE'],
];

describe('cinch init', () => {
  it('writes what a person answers, and reports only at first', async () => {
    const folder = folderOf({});
    const { code, stdout, stderr } = await cinch(['init'], { cwd: folder, input: typed() });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('Who may decide?') });
    const config = configIn(folder);
    expect(config).toMatchObject({
      hub: { account: '111111111111', region: 'eu-central-1' },
      members: [
        { account: '222222222222', unit: 'shop', regions: ['eu-central-1'] },
        { account: '333333333333', regions: ['eu-central-1'] },
      ],
      slack: {
        team: 'T0CINCH01',
        channel: 'C0CINCH01',
        approvers: { users: ['U0ALICE'], group: 'S0OPS1', emails: ['ana@example.com'] },
      },
      alarms: { emails: ['ops@example.com'] },
      mode: 'report',
    });
    expect(config.hub.organizationId).toBeUndefined();
    expect(config.hub.externalId).toMatch(/^[\w-]{32}$/);
    expect(await cinch(['validate'], { cwd: folder })).toMatchObject({ code: 0, stdout: 'cinch.yaml is valid.\n' });
    expect(stdout).toContain("npx cdk deploy 'CinchMember-333333333333-*'");
    expect(stdout).not.toContain(config.hub.externalId);
  });

  it('never makes the same external id twice', async () => {
    const folders = [folderOf({}), folderOf({})];
    for (const cwd of folders) expect((await cinch(['init', '--yes', ...FLAGS], { cwd })).code).toBe(0);
    expect(new Set(folders.map((folder) => configIn(folder).hub.externalId)).size).toBe(2);
  });

  it('asks again after each answer that can’t be, with the reason', async () => {
    const folder = folderOf({});
    const answers = typed({
      hubAccount: '1234\n\n111111111111',
      hubRegion: 'frankfurt\neu-west-1',
      organization: 'acme\no-exampleorg1\nshop\n',
      members: '22222\n222222222222,222222222222=shop\n222222222222=\n222222222222=shop',
      regions: 'eu-west-1 mars\nus-east-1, eu-west-1',
      team: 'cinch\nT0CINCH01',
      channel: '#security\nC0CINCH01',
      approvers: '\nalice\nS0OPS1, S0OPS2\nx@y\nU0ALICE',
      mode: 'fix\nask',
      agreed: 'perhaps\nyes',
    });
    const { code, stderr } = await cinch(['init'], { cwd: folder, input: answers });
    expect(code).toBe(0);
    for (const why of [
      'an account is 12 digits in quotes.',
      'an answer is needed.',
      'not an AWS region, e.g. eu-central-1.',
      'an organization id is o- and 10 to 32 letters or digits.',
      'shop: a unit is ou-... or the root r-....',
      '22222: an account is 12 digits',
      '222222222222 is named twice.',
      'a unit’s name comes after the =.',
      'mars: not an AWS region',
      'a Slack workspace id starts with T or E.',
      'a Slack channel id starts with C or G.',
      'alice: a Slack user id starts with U or W.',
      'name one user group at most.',
      'x@y: ',
      'report or ask; what shall be fixed is set rule by rule, later.',
      'yes or no.',
    ])
      expect(stderr).toContain(why);
    expect(configIn(folder)).toMatchObject({
      hub: { region: 'eu-west-1', organizationId: 'o-exampleorg1' },
      members: [{ unit: 'shop', regions: ['us-east-1', 'eu-west-1'] }],
      slack: { approvers: { users: ['U0ALICE'] } },
      mode: 'ask',
    });
  });

  it.each([
    ['says no at the end', typed({ agreed: 'no' }), 'cinch init: nothing was written'],
    ['goes away', '111111111111\n', 'cinch init: --hub-region: the input ended before this was answered; nothing was written'],
  ])('writes nothing when a person %s', async (_, input, words) => {
    const folder = folderOf({});
    const { code, stderr, stdout } = await cinch(['init'], { cwd: folder, input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(existsSync(join(folder, 'cinch.yaml'))).toBe(false);
  });

  it('takes the units of an organization in place of accounts, and says in which order to deploy', async () => {
    const folder = folderOf({});
    const units = 'ou-abcd-11111111, ou-abcd-22222222';
    const answers = typed({ organization: `o-exampleorg1\n${units}\n\n999999999999\n`, members: '', regions: 'eu-west-1' });
    const { code, stdout, stderr } = await cinch(['init'], { cwd: folder, input: answers });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(`mode report, for ${units}.`) });
    const config = configIn(folder);
    expect(config).toMatchObject({
      hub: { organizationId: 'o-exampleorg1' },
      organization: {
        mode: 'service-managed',
        managementAccount: '999999999999',
        callAs: 'delegated-admin',
        units: ['ou-abcd-11111111', 'ou-abcd-22222222'],
        regions: ['eu-west-1'],
      },
      members: [],
    });
    expect(await cinch(['validate'], { cwd: folder })).toMatchObject({ code: 0, stdout: 'cinch.yaml is valid.\n' });
    const steps = [
      'register-delegated-administrator',
      'CinchHub',
      'CinchOrganization',
      'CinchMember-999999999999',
      '--account 999999999999',
    ];
    const places = steps.map((step) => stdout.indexOf(step));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('takes units and accounts beside them as options', async () => {
    const folder = folderOf({});
    const more = ['--organization', 'o-exampleorg1', '--units', 'r-abcd', '--management-account', '111111111111'];
    expect((await cinch(['init', '--yes', ...FLAGS, ...more], { cwd: folder })).code).toBe(0);
    expect(configIn(folder)).toMatchObject({
      organization: { managementAccount: '111111111111', callAs: 'self', units: ['r-abcd'] },
      members: [{ account: '222222222222' }],
    });
  });

  it('asks only what no option answers', async () => {
    const folder = folderOf({});
    const { code, stderr } = await cinch(['init', ...FLAGS], { cwd: folder, input: 'us-east-1\n\n\n\n\n\n' });
    expect(code).toBe(0);
    expect(stderr).not.toContain('Which account');
    expect(configIn(folder)).toMatchObject({ hub: { region: 'us-east-1' }, members: [{ regions: ['us-east-1'] }] });
  });

  it.each([
    [['--yes'], '--hub-account: is needed, with --yes'],
    [['--yes', ...FLAGS, '--units', 'r-abcd'], '--units: goes with --organization'],
    [['--yes', ...FLAGS, '--call-as', 'me'], '--call-as: self or delegated-admin'],
    [['--yes', ...FLAGS, '--organization', 'o-exampleorg1', '--units', 'r-abcd'], '--management-account: is needed, with --yes'],
    [['--yes', ...FLAGS, '--members', ''], '--members: an answer is needed'],
    [['--yes', ...FLAGS, '--mode', 'fix'], '--mode: report or ask; what shall be fixed is set rule by rule, later'],
    [[...FLAGS, '--channel', '#x'], '--channel: a Slack channel id starts with C or G'],
    [['no/such/folder/cinch.yaml', '--yes', ...FLAGS], 'no/such/folder/cinch.yaml: there is no such folder'],
  ])('refuses %j in one line', async (args, words) => {
    const folder = folderOf({});
    expect(await cinch(['init', ...args], { cwd: folder })).toEqual({ code: 2, stdout: '', stderr: `cinch init: ${words}\n` });
    expect(existsSync(join(folder, 'cinch.yaml'))).toBe(false);
  });

  it('never writes over a file unless it is told to, and keeps its external id then', async () => {
    const folder = folderOf({ 'slack-app-manifest.yaml': 'mine' });
    await cinch(['init', '--yes', ...FLAGS], { cwd: folder });
    const before = read(folder);
    expect(await cinch(['init', '--yes', ...FLAGS], { cwd: folder })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'cinch init: cinch.yaml: it is there already; --force writes over it\n',
    });
    expect([read(folder), read(folder, 'slack-app-manifest.yaml')]).toEqual([before, 'mine']);
    expect((await cinch(['init', '--yes', '--force', ...FLAGS, '--mode', 'ask'], { cwd: folder })).code).toBe(0);
    expect(configIn(folder).mode).toBe('ask');
    expect(configIn(folder).hub.externalId).toBe(parseConfig(before, 'before', IDS).hub.externalId);
    expect(read(folder, 'slack-app-manifest.yaml')).toBe(readFileSync('docs/slack-app-manifest.yaml', 'utf8'));
  });

  it('prints commands for another file’s name as a shell takes them', async () => {
    const folder = folderOf({});
    const { stdout } = await cinch(['init', "o'hara prod.yaml", '--yes', ...FLAGS], { cwd: folder });
    expect(stdout).toContain(`npx cdk deploy CinchHub --context config='o'\\''hara prod.yaml'`);
    expect(stdout).toContain('npx cdk bootstrap aws://111111111111/eu-central-1\n');
  });
});
