import { describe, expect, it } from 'vitest';
import { formatted } from '../../../cli/export/print.ts';
import { asffOf } from '../../../shared/exports/asff.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { parsePolicyDocument } from '../../../shared/policy/parse.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { EXAMPLE_API, EXAMPLE_FUNCTION, EXAMPLE_ROLE } from '../../../shared/rules/parts/example-context.ts';
import { FULL_FUNCTION, FULL_ROLE, REST_API } from '../../support/parity/wholes.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';
import { ruleWords } from './samples.ts';

/** Values that no list of findings may ever hold, wherever they were found. Put together here, so that no scanner takes them for somebody's. */
const CANARIES = {
  environment: ['AKIA', 'QYLPMN5HHHFPZAM2'].join(''),
  password: 'Kx9-vQ2!canary-of-the-environment',
  url: 'canary-of-a-url-7Tq',
  tag: ['ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join(''),
  policy: 'canary-of-an-event-source-token-4d1',
  role: 'canary-of-an-external-id-88b',
  stage: ['sk_live_', '4eC39HqLyjWDarjtT1zdp7dc'].join(''),
} as const;

const policy = (...Statement: object[]) => parsePolicyDocument({ Version: '2012-10-17', Statement }, 'a policy');
const STATES = new Map<string, object>([
  [
    EXAMPLE_FUNCTION.arn,
    {
      ...FULL_FUNCTION,
      environment: {
        AWS_KEY: CANARIES.environment,
        DB_PASSWORD: CANARIES.password,
        DATABASE_URL: `postgres://app:${CANARIES.url}@db.example.com/orders`,
        NODE_OPTIONS: `--require /opt/${CANARIES.url}.js`,
      },
      tags: { note: CANARIES.tag, [CANARIES.tag]: 'a name that is none' },
      resourcePolicies: [
        {
          qualifier: null,
          revisionId: 'r1',
          document: policy({
            Sid: 'skill',
            Effect: 'Allow',
            Principal: '*',
            Action: 'lambda:InvokeFunction',
            Resource: EXAMPLE_FUNCTION.arn,
            Condition: { StringNotEquals: { 'lambda:EventSourceToken': CANARIES.policy } },
          }),
        },
      ],
    },
  ],
  [
    EXAMPLE_ROLE.arn,
    {
      ...FULL_ROLE,
      trustPolicy: policy(
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        {
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'sts:AssumeRole',
          Condition: { StringNotEquals: { 'sts:ExternalId': CANARIES.role } },
        },
      ),
      inlinePolicies: [
        {
          name: 'everything',
          document: policy({
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: { StringNotEquals: { 'aws:PrincipalTag/key': CANARIES.role } },
          }),
        },
      ],
    },
  ],
  [
    EXAMPLE_API.arn,
    {
      ...REST_API,
      tags: { note: CANARIES.tag },
      stages: REST_API.stages.map((stage) => ({ ...stage, variables: { PAYMENT_KEY: CANARIES.stage, mode: 'live' } })),
    },
  ],
]);

async function findAll() {
  const world = makeWorld({
    config: makeConfig({ mode: 'ask' }),
    reader: { readState: async ({ arn }) => STATES.get(arn) as never },
  });
  for (const arn of STATES.keys()) await onChange(world, RULES, { kind: 'look', id: 'canary', resourceArn: arn });
  return { world, findings: [...world.ledger.findings.values()] };
}

const PLACE = { account: '111111111111', region: 'eu-central-1', at: '2026-11-22T12:00:00.000Z' };
const everyFormat = (findings: readonly Finding[]) =>
  (['csv', 'json', 'asff', 'ocsf'] as const).map((format) => [format, formatted(findings, { format }, PLACE)] as const);

describe('no list of findings', async () => {
  const { world, findings } = await findAll();

  it('is made without the places that hold secrets having been found', () => {
    const found = new Set(findings.map(({ ruleId }) => ruleId));
    for (const rule of [
      'lambda-environment-plaintext-secret',
      'lambda-environment-code-injection',
      'lambda-policy-public',
      'iam-role-trust-public',
      'iam-role-overbroad',
      'apigateway-stage-variable-secret',
    ])
      expect(found, rule).toContain(rule);
  });

  it.each(everyFormat(findings))('%s: has a value of theirs in it', (_, text) => {
    expect(text).toContain('lambda-environment-plaintext-secret');
    expect(Object.values(CANARIES).filter((canary) => text.includes(canary))).toEqual([]);
  });

  it('is told of one by an event', () => {
    const text = JSON.stringify(world.published);
    expect(text).toContain('lambda-environment-plaintext-secret');
    expect(Object.values(CANARIES).filter((canary) => text.includes(canary))).toEqual([]);
  });

  it('would pass if a value were in a finding', () => {
    const [first] = findings;
    const leaking = { ...(first as Finding), evidence: [{ path: 'Environment', found: CANARIES.password }] };
    expect(JSON.stringify(asffOf(leaking, ruleWords(leaking.ruleId), PLACE))).toContain(CANARIES.password);
    for (const [format, text] of everyFormat([leaking])) expect(text, format).toContain(CANARIES.password);
  });
});
