import { describe, expect, it } from 'vitest';
import { explainDocument } from '../../cli/explain/document.ts';
import { organizationNotes } from '../../cli/explain/organization.ts';
import { parseConfig } from '../../shared/config/load.ts';
import { unknown } from '../../shared/model/unknown.ts';
import { RULES } from '../../shared/rules/index.ts';
import { cinch, folderOf } from './run-cinch.ts';

const CONFIG = `version: 1
hub: { account: "111111111111", region: eu-central-1, externalId: a-secret-of-sixteen }
members:
  - { account: "222222222222", unit: shop, regions: [eu-central-1] }
  - { account: "333333333333", regions: [eu-central-1] }
slack:
  channel: C0CINCH
  team: T0CINCH
  approvers: { users: [U0ALICE] }
  approvals:
    - units: [shop]
      approvers: { group: S0SHOP }
      needed: 2
  channels:
    - { tags: ["team=pay"], channel: C0PAY }
mode: fix
rules:
  lambda-timeout-excessive: ask
overrides:
  - units: [shop]
    mode: ask
    timeout: { ceilingSeconds: 60 }
  - tags: ["env=prod"]
    rules: ["lambda-*"]
    mode: report
  - tags: ["env=test"]
    mode: fix
exemptions:
  - { rule: lambda-url-unauthenticated, accounts: ["333333333333"], owner: ana, reason: a demo, expires: 2099-01-01 }
`;
const folder = folderOf({ 'cinch.yaml': CONFIG });
const explain = (...args: string[]) => cinch(['explain', ...args], { cwd: folder });
const documentOf = async (...args: string[]) => {
  const { code, stdout } = await explain(...args, '--format', 'json');
  expect(code).toBe(0);
  return explainDocument.parse(JSON.parse(stdout));
};
const setting = (document: Awaited<ReturnType<typeof documentOf>>, name: string) => {
  const found = document.decisions.find((one) => one.setting === name);
  return found && [found.value, found.path, found.line, found.over.map(({ path }) => path)];
};
const TIMEOUT = 'lambda-timeout-excessive';

describe('cinch explain', () => {
  it('names the line that decides and all that it stands in place of', async () => {
    const document = await documentOf(TIMEOUT, '--account', '222222222222', '--tags', 'env=prod,team=pay');
    expect(setting(document, 'mode')).toEqual([
      'report',
      'overrides[1].mode',
      25,
      ['mode', `rules.${TIMEOUT}`, 'overrides[0].mode'],
    ]);
    expect(setting(document, 'timeout.ceilingSeconds')).toEqual([
      60,
      'overrides[0].timeout.ceilingSeconds',
      22,
      ['timeout.ceilingSeconds'],
    ]);
    expect(setting(document, 'approvers')).toEqual([
      { users: [], group: 'S0SHOP', emails: [] },
      'slack.approvals[0].approvers',
      12,
      ['slack.approvers'],
    ]);
    expect(setting(document, 'approvals needed')).toEqual([2, 'slack.approvals[0].needed', 13, []]);
    expect(setting(document, 'channel')).toEqual(['C0PAY', 'slack.channels[0].channel', 15, ['slack.channel']]);
    expect(setting(document, 'allowedAccounts')).toEqual([[], 'allowedAccounts', null, []]);
    expect(document.outcomes[0]).toMatchObject({ action: 'report', reason: 'this rule only reports here' });
  });

  it('for people: what happens, then each line with its place', async () => {
    const { code, stdout } = await explain(TIMEOUT, '-a', '222222222222', '--tags', 'team=web');
    expect(code).toBe(0);
    expect(stdout).toContain('account 222222222222, unit shop, tags team=web');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'As a rule: asked about in C0CINCH, approved by 2 of group S0SHOP. Why not more: this rule asks here.',
    );
    const lines = stdout.split('\n').map((line) => line.trim());
    const at = lines.indexOf('mode: ask');
    expect(lines.slice(at, at + 4)).toEqual([
      'mode: ask',
      'decided by cinch.yaml:21 overrides[0].mode (units: shop)',
      `in place of ask: cinch.yaml:18 rules.${TIMEOUT}`,
      'in place of fix: cinch.yaml:16 mode',
    ]);
    expect(stdout).not.toContain('remedies.');
  });

  it('says what becomes of it elsewhere, and where a deploy tool owns it', async () => {
    const document = await documentOf('lambda-environment-plaintext-secret', '-a', '333333333333', '--tags', 'env=test');
    expect(setting(document, 'mode')).toEqual(['fix', 'overrides[2].mode', 27, ['mode']]);
    expect(document.outcomes.map(({ action, owned }) => [action, owned])).toEqual(
      expect.arrayContaining([
        ['fix', false],
        ['ask', true],
      ]),
    );
  });

  it('without tags names the lines that depend on them, and takes the strictest', async () => {
    const document = await documentOf(TIMEOUT, '--resource', 'arn:aws:lambda:eu-central-1:222222222222:function:orders');
    const mode = document.decisions.find((one) => one.setting === 'mode');
    expect(mode).toMatchObject({
      value: 'report',
      doubts: [
        { path: 'overrides[1].mode', value: 'report' },
        { path: 'overrides[2].mode', value: 'fix', scope: 'tags: env=test' },
      ],
    });
    expect(document.place).toMatchObject({ account: '222222222222', region: 'eu-central-1', tags: null, unit: 'shop' });
    expect(document.notes.join(' ')).toContain('goes by tags that are not given here');
    const none = await documentOf(TIMEOUT, '-a', '222222222222', '--tags', '');
    expect(setting(none, 'mode')?.slice(0, 2)).toEqual(['ask', 'overrides[0].mode']);
  });

  it('tells exemptions that apply', async () => {
    const document = await documentOf('lambda-url-unauthenticated', '-a', '333333333333', '--tags', '');
    expect(document.exemptions).toMatchObject([{ path: 'exemptions[0]', line: 29, applies: 'yes', owner: 'ana' }]);
    expect(document.outcomes).toMatchObject([{ action: 'exempt', examples: [] }]);
    expect((await documentOf('lambda-url-unauthenticated', '-a', '222222222222', '--tags', '')).exemptions).toEqual([]);
  });

  it('takes another unit, and says what is not known', async () => {
    const document = await documentOf(TIMEOUT, '-a', '999999999999', '--unit', 'shop', '--region', 'eu-west-1', '--tags', '');
    expect(setting(document, 'mode')?.slice(0, 2)).toEqual(['ask', 'overrides[0].mode']);
    expect(document.notes[0]).toBe('999999999999 is no member: the bot ignores what happens there.');
  });

  it.each([
    [['lambda-timeout-excesive'], 'lambda-timeout-excesive: no rule is called that; did you mean lambda-timeout-excessive?'],
    [['lambda-*'], 'lambda-*: name one rule'],
    [[TIMEOUT, '--account', '12'], '--account: an account is 12 digits'],
    [[TIMEOUT, '--tags', 'prod'], '--tags: prod is not name=value'],
    [[TIMEOUT, '--resource', 'orders'], '--resource: not the ARN of a function, role, API or IAM user'],
    [[TIMEOUT, '--resource', 'arn:aws:iam::222222222222:role/app'], `--resource: ${TIMEOUT} judges each function, not a role`],
    [[TIMEOUT, '--config', 'no.yaml'], 'no.yaml: there is no such file'],
  ])('refuses %j', async (args, words) => {
    expect(await explain(...args)).toEqual({ code: 2, stdout: '', stderr: `cinch explain: ${words}\n` });
  });

  it('explains every rule', async () => {
    for (const { id } of RULES.filter((_, index) => index % 12 === 0)) {
      const document = await documentOf(id, '-a', '222222222222', '--tags', '');
      expect(document.outcomes.length).toBeGreaterThan(0);
    }
  }, 60_000);
});

describe('members by their unit', () => {
  const OPEN = `version: 1
hub: { account: "111111111111", region: eu-central-1, externalId: a-secret-of-sixteen, organizationId: o-exampleorg1 }
organization:
  managementAccount: "999999999999"
  units: [ou-abcd-11111111]
  excludedAccounts: ["444444444444"]
  regions: [eu-central-1]
  names: { "222222222222": { unit: shop } }
slack: { channel: C0CINCH, team: T0CINCH, approvers: { users: [U0ALICE] } }
overrides: [{ units: [shop], mode: report }]
`;
  const open = folderOf({ 'cinch.yaml': OPEN });
  const nobody = { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const notesFor = async (...args: string[]) => {
    const { code, stdout } = await cinch(['explain', TIMEOUT, ...args, '--format', 'json'], { cwd: open, env: nobody });
    expect(code).toBe(0);
    return explainDocument.parse(JSON.parse(stdout));
  };

  it('are explained without credentials too, and it is said what is not known', async () => {
    const { notes, place, decisions } = await notesFor('--account', '222222222222');
    expect(notes[0]).toContain('Which unit 222222222222 is in is not known here: Organizations could not be read: there are no');
    expect(place).toMatchObject({ unit: 'shop', units: null });
    expect(decisions.find(({ setting }) => setting === 'mode')?.value).toBe('report');
    // Whoever names the unit is asked nothing; the management account is a member by name.
    expect((await notesFor('--account', '222222222222', '--unit', 'shop')).notes.join()).not.toContain('Organizations');
    expect((await notesFor('--account', '999999999999')).notes.join()).not.toContain('no member');
    expect((await notesFor('--account', '444444444444')).notes[0]).toContain('444444444444 is no member');
  }, 30_000);

  const config = parseConfig(OPEN, 'cinch.yaml', [TIMEOUT]);
  const shop = { id: 'ou-abcd-11111111', name: 'Shop' };
  const root = { id: 'r-abcd', name: 'Root' };
  const found = { name: 'orders', isActive: true, units: [{ id: 'ou-abcd-22222222', name: 'Orders' }, shop, root] };
  const last = (account: string, asked: Parameters<typeof organizationNotes>[2]) => organizationNotes(config, account, asked);
  it.each([
    ['by a unit above', '222222222222', found, 'It is a member by ou-abcd-11111111.'],
    ['not active', '222222222222', { ...found, isActive: false }, 'not active'],
    ['in another unit', '222222222222', { ...found, units: [root] }, 'none of organization.units'],
    ['left out', '444444444444', found, 'excludedAccounts'],
    ['by name', '999999999999', found, 'a member by name'],
    ['that is not there', '222222222222', null, 'has no account 222222222222'],
    ['that nobody could ask about', '222222222222', unknown('no'), 'not known here: no.'],
    ['that has no unit in the file', '333333333333', found, 'organization.names."333333333333".unit'],
  ])('are told: one %s', (_what, account, asked, words) => {
    expect(last(account, asked).join(' ')).toContain(words);
  });
});
