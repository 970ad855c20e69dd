import { describe, expect, it } from 'vitest';
import { pathText } from '../../../shared/config/last-word.ts';
import { readConfig } from '../../../shared/config/load.ts';
import { keptTags, liveTags, placeOf, type TagReader, tagsToKeep } from '../../../shared/config/place.ts';
import { decideMode, modeFor, policyFor, settingsAt, settingsByRule, settingsFor } from '../../../shared/config/resolve.ts';
import type { Config } from '../../../shared/config/schema.ts';
import { makeConfig } from '../../support/world.ts';

const ACCOUNT = '222222222222';
const RULE = 'lambda-timeout-excessive';
const OTHER = 'lambda-policy-public';
const members: Config['members'] = [
  { account: ACCOUNT, unit: 'shop', regions: ['eu-central-1'] },
  { account: '333333333333', regions: ['eu-central-1'] },
];
const configOf = (overrides: Config['overrides'], changes: Partial<Config> = {}) =>
  makeConfig({ members, overrides, ...(changes as object) });
const decided = (config: Config, tags?: TagReader, ruleId = RULE, account = ACCOUNT) => {
  const { value, path, over } = decideMode(config, placeOf(config, account, ruleId, tags));
  return [value, pathText(path), over.map((said) => pathText(said.path))];
};

describe('a line of overrides', () => {
  const prod = liveTags({ env: 'prod', team: 'pay-eu' });
  it.each<[string, Omit<Config['overrides'][number], 'mode'>]>([
    ['account', { accounts: ['111111111111', ACCOUNT] }],
    ['unit', { units: ['shop'] }],
    ['tag', { tags: ['env=prod'] }],
    ['beginning of a tag', { tags: ['team=pay-*'] }],
    ['any value of a tag', { tags: ['env=*'] }],
    ['one value of several', { tags: ['env=test', 'env=prod'] }],
    ['rule', { rules: [RULE] }],
    ['beginning of a rule', { rules: ['iam-*', 'lambda-t*'] }],
    ['everything at once', { accounts: [ACCOUNT], units: ['shop'], tags: ['env=prod', 'team=pay-eu'], rules: [RULE] }],
  ])('applies by %s', (_, scope) => {
    expect(decided(configOf([{ ...scope, mode: 'report' }]), prod)).toEqual(['report', 'overrides[0].mode', ['mode']]);
  });

  it.each<[string, Omit<Config['overrides'][number], 'mode'>]>([
    ['account', { accounts: ['333333333333'] }],
    ['unit', { units: ['Shop'] }],
    ['tag’s value', { tags: ['env=test'] }],
    ['tag that is not there', { tags: ['stage=*'] }],
    ['tag’s case', { tags: ['Env=prod'] }],
    ['one tag of two', { tags: ['env=prod', 'team=web'] }],
    ['rule', { rules: [OTHER] }],
    ['name that every object has', { tags: ['constructor=*'] }],
    ['one thing of all that it names', { accounts: [ACCOUNT], units: ['shop'], tags: ['env=prod'], rules: ['iam-*'] }],
  ])('does not apply that differs by %s', (_, scope) => {
    expect(decided(configOf([{ ...scope, mode: 'report' }]), prod)).toEqual(['ask', 'mode', []]);
  });

  it('of an account without a unit applies by none', () => {
    expect(decided(configOf([{ units: ['shop'], mode: 'off' }]), prod, RULE, '333333333333')[0]).toBe('ask');
  });
});

describe('the last word', () => {
  const config = configOf(
    [
      { accounts: [ACCOUNT], rules: { [RULE]: 'report' } },
      { units: ['shop'], mode: 'ask', timeout: { ceilingSeconds: 60 } },
      { rules: [RULE], mode: 'fix', timeout: { headroom: 2 }, allowedAccounts: ['444444444444'] },
    ],
    { rules: { [RULE]: 'off' }, allowedAccounts: ['555555555555'] },
  );

  it('is the mode’s of the last line that says one, with all that it stands in place of', () => {
    expect(decided(config)).toEqual([
      'fix',
      'overrides[2].mode',
      ['mode', `rules.${RULE}`, `overrides[0].rules.${RULE}`, 'overrides[1].mode'],
    ]);
    expect(decided(config, undefined, OTHER)).toEqual(['ask', 'overrides[1].mode', ['mode']]);
  });

  it('is each setting’s own', () => {
    const settings = settingsAt(config, placeOf(config, ACCOUNT, RULE));
    expect(settings.timeout).toEqual({ ceilingSeconds: 60, floorSeconds: 3, headroom: 2 });
    expect(settings.allowedAccounts).toEqual(['444444444444']);
    expect(settingsFor(config, ACCOUNT).allowedAccounts).toEqual(['555555555555']);
  });

  it('is asked for each rule only where a line is for some', () => {
    const settings = settingsByRule(config, ACCOUNT);
    if (typeof settings !== 'function') throw new Error('one line is for one rule');
    expect(settings({ id: RULE }).timeout.headroom).toBe(2);
    expect(settings({ id: OTHER }).timeout.headroom).toBe(1.5);
    expect(settingsByRule(configOf([{ accounts: [ACCOUNT], mode: 'ask' }]), ACCOUNT)).toMatchObject({ allowedAccounts: [] });
  });

  it('keeps remedies that a later line does not name', () => {
    const one = configOf([
      { accounts: [ACCOUNT], remedies: { secretStore: 'secrets-manager', logRetentionDays: 30 } },
      { units: ['shop'], remedies: { logRetentionDays: 90 } },
    ]);
    expect(settingsFor(one, ACCOUNT).remedies).toEqual({
      secretStore: 'secrets-manager',
      logRetentionDays: 90,
      vpc: [],
      authorizers: {},
    });
  });

  it('names a rule only where the line that decides does', () => {
    const isNamed = (overrides: Config['overrides'], rules = {}) =>
      policyFor(configOf(overrides, { rules }), { id: RULE, severity: 'low' }, placeOf(configOf(overrides), ACCOUNT, RULE))
        .isNamed;
    expect(isNamed([], { [RULE]: 'fix' })).toBe(true);
    expect(isNamed([{ accounts: [ACCOUNT], mode: 'fix' }], { [RULE]: 'fix' })).toBe(false);
    expect(isNamed([{ rules: [RULE], mode: 'fix' }])).toBe(true);
    expect(isNamed([{ rules: ['lambda-*'], mode: 'fix' }])).toBe(false);
    expect(isNamed([{ accounts: [ACCOUNT], rules: { [RULE]: 'fix' } }])).toBe(true);
  });
});

describe('tags that could not be read', () => {
  const unread = (overrides: Config['overrides'], changes: Partial<Config> = {}) => {
    const config = configOf(overrides, changes);
    return policyFor(config, { id: RULE, severity: 'high' }, placeOf(config, ACCOUNT, RULE));
  };

  it('lead to the least of what may apply, never to a fix, and it is said', () => {
    expect(unread([{ tags: ['env=prod'], mode: 'report' }])).toMatchObject({
      mode: 'report',
      doubt: 'its tags could not be read, and cinch.yaml goes by them (overrides[0]): the strictest holds that may apply',
    });
    expect(unread([{ tags: ['env=test'], mode: 'fix' }]).mode).toBe('ask');
    expect(unread([{ tags: ['env=test'], mode: 'fix' }], { mode: 'fix' }).mode).toBe('ask');
    // Not to look is no answer to what can't be read.
    expect(unread([{ tags: ['env=test'], mode: 'off' }]).mode).toBe('report');
    expect(unread([{ tags: ['env=prod'], mode: 'fix' }], { mode: 'off' }).mode).toBe('report');
    expect(unread([{ tags: ['env=prod'], mode: 'off' }], { mode: 'off' }).mode).toBe('off');
  });

  it('are no matter where a later line applies in any case, or the line could not apply', () => {
    expect(
      unread([
        { tags: ['env=prod'], mode: 'report' },
        { accounts: [ACCOUNT], mode: 'fix' },
      ]),
    ).toMatchObject({ mode: 'fix', doubt: null });
    expect(unread([{ tags: ['env=prod'], accounts: ['333333333333'], mode: 'report' }], { mode: 'fix' }).mode).toBe('fix');
  });

  it('let nobody be asked to approve what a setting may make of it', () => {
    expect(unread([{ tags: ['job=batch'], timeout: { ceilingSeconds: 900 } }], { mode: 'fix' }).mode).toBe('report');
    expect(unread([{ tags: ['job=batch'], remedies: { secretStore: 'secrets-manager' } }], { mode: 'ask' }).mode).toBe('report');
    expect(unread([{ tags: ['job=batch'], allowedAccounts: ['444444444444'] }], { mode: 'off' }).mode).toBe('off');
  });

  it('lead to the strictest of each setting', () => {
    const config = configOf(
      [
        { tags: ['job=batch'], timeout: { ceilingSeconds: 60, floorSeconds: 9, headroom: 1 }, allowedAccounts: ['555555555555'] },
        { tags: ['job=long'], timeout: { ceilingSeconds: 900, headroom: 4 } },
      ],
      { timeout: { ceilingSeconds: 300, floorSeconds: 3, headroom: 1.5 }, allowedAccounts: ['444444444444', '555555555555'] },
    );
    expect(settingsFor(config, ACCOUNT)).toMatchObject({
      timeout: { ceilingSeconds: 60, floorSeconds: 9, headroom: 4 },
      allowedAccounts: ['555555555555'],
    });
    expect(settingsFor(config, ACCOUNT, liveTags({ job: 'long' })).timeout.ceilingSeconds).toBe(900);
    expect(settingsFor(config, ACCOUNT, liveTags({})).timeout.ceilingSeconds).toBe(300);
  });

  it('keep a rule on before the resource is read, unless it is off whatever they are', () => {
    expect(modeFor(configOf([{ tags: ['env=test'], mode: 'off' }]), { id: RULE }, ACCOUNT)).not.toBe('off');
    expect(modeFor(configOf([{ tags: ['env=test'], mode: 'off' }]), { id: RULE }, ACCOUNT, liveTags({ env: 'test' }))).toBe(
      'off',
    );
  });
});

it('a question remembers the tags that approvals and channels go by, and which were not there', () => {
  const config = makeConfig({
    slack: { approvals: [{ tags: ['team=pay'], needed: 2 }], channels: [{ tags: ['env=prod', 'env=test'], channel: 'C0PROD' }] },
  });
  const kept = tagsToKeep(config, liveTags({ team: 'pay', note: 'x' }));
  expect(kept).toEqual({ env: null, team: 'pay' });
  expect(['team', 'env', 'stage'].map(keptTags(kept))).toEqual(['pay', null, undefined]);
  expect(tagsToKeep(makeConfig(), liveTags({ team: 'pay' }))).toBeUndefined();
  expect(tagsToKeep(config, liveTags(undefined))).toBeUndefined();
});

describe('a configuration', () => {
  const text = (rest: string) =>
    [
      'version: 1',
      'hub: { account: "111111111111", region: eu-central-1, externalId: a-secret-of-sixteen }',
      `members: [{ account: "${ACCOUNT}", unit: shop, regions: [eu-central-1] }]`,
      'slack: { channel: C0CINCH, team: T0CINCH, approvers: { users: [U0A] } }',
      rest,
    ].join('\n');
  const problems = (rest: string) => {
    const result = readConfig(text(rest), [RULE, OTHER]);
    return 'problems' in result ? result.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`) : [];
  };

  it('may say all of it', () => {
    const rest = [
      `overrides:`,
      `  - { units: [shop], tags: ["env=prod", "team=pay-*", "note="], rules: [${RULE}, "lambda-p*"], mode: report }`,
      `  - { tags: ["a=b=c"], rules: { ${RULE}: ask }, allowedAccounts: ["444444444444"] }`,
      `exemptions: [{ rule: "*", accounts: ["${ACCOUNT}"], tags: ["demo=yes"], owner: a, reason: b, expires: 2027-01-01 }]`,
    ];
    expect(problems(rest.join('\n'))).toEqual([]);
  });

  it.each([
    [
      'overrides: [{ mode: report }]',
      '5 overrides.0: says for nothing what it sets: name accounts, units, tags or a list of rules',
    ],
    [`overrides: [{ rules: { ${RULE}: ask } }]`, '5 overrides.0: says for nothing what it sets'],
    ['overrides: [{ tags: [prod], mode: report }]', '5 overrides.0.tags.0: a tag is name=value'],
    ['overrides: [{ units: [shops], mode: report }]', '5 overrides.0.units.0: no member is in the unit shops'],
    ['overrides: [{ rules: [lambda-x], mode: report }]', '5 overrides.0.rules.0: no rule is called lambda-x'],
    ['overrides: [{ rules: ["sqs-*"], mode: report }]', '5 overrides.0.rules.0: no rule is called sqs-*'],
    ['overrides: [{ units: [shop], rules: { "lambda-*": ask } }]', '5 overrides.0.rules.lambda-*: no rule is called lambda-*'],
    [`overrides: [{ units: [shop], rules: { ${RULE}: repair } }]`, `5 overrides.0.rules.${RULE}: must be one of off, report`],
    ['overrides: [{ units: [shop], rules: all }]', '5 overrides.0.rules: must be a list of rules, or a mapping'],
    ['exemptions: [{ rule: "*", owner: a, reason: b, expires: 2027-01-01 }]', '5 exemptions.0: exempts nothing'],
  ])('is refused with its place: %s', (rest, words) => {
    expect(problems(rest)).toMatchObject([expect.stringContaining(words)]);
  });

  it('knows the line of each setting that it has, and none of a default', () => {
    const result = readConfig(text(`mode: ask\noverrides:\n  - units: [shop]\n    rules:\n      ${RULE}: fix`), [RULE]);
    if (!('config' in result)) throw new Error('it is valid');
    expect(result.lineOf(['mode'])).toBe(5);
    expect(result.lineOf(['overrides', 0, 'rules', RULE])).toBe(9);
    expect(result.lineOf(['timeout', 'ceilingSeconds'])).toBeUndefined();
  });
});
