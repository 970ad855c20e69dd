import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as z from 'zod';
import { FINDING_STATUSES, type Finding } from '../../../shared/model/finding.ts';
import { apiResource, functionResource, type Resource, roleResource, userResource } from '../../../shared/model/resource.ts';
import { SEVERITIES } from '../../../shared/model/rule.ts';
import { RULES } from '../../../shared/rules/index.ts';

export const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');

export function findingOf(more: Partial<Finding> = {}): Finding {
  return {
    id: '5bda78f114cede5f',
    ruleId: 'lambda-policy-public',
    severity: 'critical',
    resource: ORDERS,
    status: 'asked',
    summary: 'anybody may invoke it',
    evidence: [{ path: 'Policy.Statement[0].Principal', found: '*', expected: 'somebody' }],
    advice: ['Name who may invoke it.'],
    reason: 'it always waits for a person',
    planId: '5bda78f114cede5f-2d93f6a1',
    fingerprint: 'f',
    author: null,
    authoredAt: '2026-11-22T11:00:00.000Z',
    openedAt: '2026-11-22T11:00:01.000Z',
    updatedAt: '2026-11-22T12:00:00.000Z',
    timesFixed: 0,
    timesSeen: 2,
    owner: 'payments',
    digestId: null,
    card: null,
    version: 3,
    ...more,
  };
}

export const ruleWords = (id: string) => RULES.find((rule) => rule.id === id);

export const RESOURCES: readonly Resource[] = [
  ORDERS,
  roleResource('222222222222', 'team/app'),
  userResource('222222222222', 'dana'),
  apiResource('222222222222', 'eu-central-1', 'a1b2c3d4e5'),
];

const text = (maxLength: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength }).filter((one) => one.trim() !== '');

/** Whatever a ledger may hold, with other people's text in it, long or strange. */
export const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    ruleId: fc.constantFrom(...RULES.map(({ id }) => id), 'a-rule-of-former-days'),
    severity: fc.constantFrom(...SEVERITIES),
    status: fc.constantFrom(...FINDING_STATUSES),
    resource: fc.constantFrom(...RESOURCES),
    summary: text(3000),
    evidence: fc.array(fc.record({ path: text(200), found: text(300) }), { maxLength: 40 }),
    advice: fc.array(text(1500), { maxLength: 3 }),
    reason: fc.option(text(3000)),
    planId: fc.option(fc.constant('5bda78f114cede5f-2d93f6a1')),
    owner: fc.option(fc.string({ maxLength: 300 })),
    timesFixed: fc.nat(),
  })
  .map(findingOf);

/** Answers what a schema of fixtures/ holds against a value; undefined for nothing. */
export function makeCheck(fixture: string): (value: object) => string | undefined {
  const json = JSON.parse(readFileSync(new URL(`fixtures/${fixture}`, import.meta.url), 'utf8')) as object;
  const schema = z.fromJSONSchema(json as Parameters<typeof z.fromJSONSchema>[0]);
  // As it is sent: an undefined field is none.
  return (value) => schema.safeParse(JSON.parse(JSON.stringify(value))).error?.message;
}
