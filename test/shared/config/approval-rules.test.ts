import { describe, expect, it } from 'vitest';
import { allCircles, approvalContradictions, approvalRule, type Matter } from '../../../shared/config/approval-rules.ts';
import type { Config } from '../../../shared/config/schema.ts';
import { STEP_ROWS } from '../../../shared/model/step.ts';
import { aPlan } from '../../support/slack-samples.ts';
import { makeConfig } from '../../support/world.ts';

type Slack = Partial<Config['slack']>;
const people = (...users: string[]) => ({ users, emails: [] });
const configOf = (slack: Slack) =>
  makeConfig({
    slack,
    members: [
      { account: '222222222222', unit: 'Production', regions: ['eu-central-1'] },
      { account: '333333333333', regions: ['eu-central-1'] },
    ],
  });
const matter = (changes: Partial<Matter> = {}): Matter => ({
  account: '222222222222',
  severity: 'high',
  steps: aPlan().steps,
  isEscalated: false,
  ...changes,
});

describe('the rule of a plan', () => {
  it('is the common approvers and one approval, where no line fits', () => {
    const config = configOf({ approvals: [{ accounts: ['333333333333'], approvers: people('U0ZOE'), needed: 3 }] });
    expect(approvalRule(config, matter())).toEqual({ circles: [config.slack.approvers], needed: 1 });
  });

  it.each<[string, Config['slack']['approvals'][number]]>([
    ['account', { accounts: ['222222222222'] }],
    ['unit', { units: ['Production'] }],
    ['severity', { severities: ['critical', 'high'] }],
    ['kind of step', { steps: ['lower-timeout', 'remove-permission'] }],
    [
      'everything at once',
      { accounts: ['222222222222'], units: ['Production'], severities: ['high'], steps: ['remove-permission'] },
    ],
  ])('is a line’s that fits by %s', (_, scope) => {
    const config = configOf({ approvals: [{ ...scope, approvers: people('U0ZOE'), needed: 2 }] });
    expect(approvalRule(config, matter())).toEqual({ circles: [people('U0ZOE')], needed: 2 });
  });

  it.each<[string, Config['slack']['approvals'][number], Partial<Matter>]>([
    ['account', { accounts: ['222222222222'] }, { account: '333333333333' }],
    ['unit', { units: ['Production'] }, { account: '333333333333' }],
    ['unit of an account that is no member', { units: ['Production'] }, { account: '999999999999' }],
    ['severity', { severities: ['critical'] }, {}],
    ['kind of step', { steps: ['give-own-role'] }, {}],
    ['one of several', { accounts: ['222222222222'], severities: ['low'] }, {}],
  ])('is not a line’s that differs by %s', (_, scope, changes) => {
    const config = configOf({ approvals: [{ ...scope, approvers: people('U0ZOE') }] });
    expect(approvalRule(config, matter(changes)).circles).toEqual([config.slack.approvers]);
  });

  it('is the last fitting line’s, and what that does not say is the common', () => {
    const config = configOf({
      approvals: [
        { approvers: people('U0ZOE'), needed: 3 },
        { severities: ['high'], needed: 2 },
      ],
    });
    expect(approvalRule(config, matter())).toEqual({ circles: [config.slack.approvers], needed: 2 });
    expect(approvalRule(config, matter({ severity: 'low' }))).toEqual({ circles: [people('U0ZOE')], needed: 3 });
  });

  it('has the escalation’s approvers besides, once it was called', () => {
    const config = configOf({ escalation: { approvers: people('U0CTO'), after: 0.75 } });
    expect(approvalRule(config, matter()).circles).toEqual([config.slack.approvers]);
    expect(approvalRule(config, matter({ isEscalated: true })).circles).toEqual([config.slack.approvers, people('U0CTO')]);
  });

  it('needs two for what nothing gives back, whatever a line says', () => {
    const row = STEP_ROWS['remove-permission'] as { irreversible?: true };
    row.irreversible = true;
    try {
      expect(approvalRule(configOf({ approvals: [{ needed: 1 }] }), matter()).needed).toBe(2);
      expect(approvalRule(configOf({ approvals: [{ needed: 3 }] }), matter()).needed).toBe(3);
    } finally {
      delete row.irreversible;
    }
  });
});

it('everybody who may decide on anything may stop Cinch', () => {
  const config = configOf({
    approvals: [{ approvers: people('U0ZOE') }, { needed: 2 }],
    escalation: { approvers: people('U0CTO'), after: 0.75 },
  });
  expect(allCircles(config)).toEqual([config.slack.approvers, people('U0ZOE'), people('U0CTO')]);
});

describe('a configuration that can’t work', () => {
  const problems = (slack: Slack) => approvalContradictions(configOf(slack)).map(([path, text]) => `${path.join('.')}: ${text}`);

  it('is none, with every kind of line', () => {
    expect(
      problems({
        approvals: [
          { units: ['Production'], steps: ['give-own-role'], needed: 2 },
          { approvers: { users: [], emails: [], group: 'S0OPS' }, needed: 10 },
        ],
      }),
    ).toEqual([]);
  });

  it.each<[string, Slack, RegExp]>([
    [
      'kind of step that is none',
      { approvals: [{ steps: ['lower-timout'] }] },
      /^slack\.approvals\.0\.steps\.0: no step is called/,
    ],
    ['kind of step of Object’s own', { approvals: [{ steps: ['constructor'] }] }, /no step is called constructor/],
    ['unit that nobody is in', { approvals: [{ units: ['Prod'] }] }, /^slack\.approvals\.0\.units\.0: no member/],
    [
      'more approvals than people',
      { approvals: [{ needed: 3 }] },
      /^slack\.approvals\.0\.needed: 3 people must approve, but only 2 are/,
    ],
    ['one person named twice', { approvals: [{ approvers: people('U0A', 'U0A'), needed: 2 }] }, /only 1 is named/],
    ['approvers without anybody', { approvals: [{ approvers: people() }] }, /^slack\.approvals\.0\.approvers: names nobody/],
    ['escalation to nobody', { escalation: { approvers: people(), after: 0.75 } }, /^slack\.escalation\.approvers: names nobody/],
  ])('is a %s', (_, slack, words) => {
    expect(problems(slack)).toMatchObject([expect.stringMatching(words)]);
  });

  it('counts those who come in by escalation', () => {
    const escalation = { approvers: people('U0CTO'), after: 0.75 };
    expect(problems({ approvals: [{ approvers: people('U0A'), needed: 2 }], escalation })).toEqual([]);
  });
});
