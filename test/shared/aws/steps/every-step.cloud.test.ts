import { expect, it } from 'vitest';
import { STEP_ROWS, type StepKind } from '../../../../shared/model/step.ts';
import { startMemberCloud } from '../cloud/member-cloud.ts';
import { type Calls, declaredActions } from '../cloud/step-bench.ts';
import { describeEveryStep, SCENARIOS } from './every-step.ts';
import { describeGuard } from './guard-cases.ts';
import { describeNoWider } from './no-wider-cases.ts';
import { EXPOSURE_SCENARIOS } from './scenarios/exposure.ts';
import { RUNTIME_SCENARIOS } from './scenarios/runtime.ts';
import { SOURCES_SCENARIOS } from './scenarios/sources.ts';

it('leaves out no kind of step', () => {
  expect([...new Set(SCENARIOS.map(({ kind }) => kind))].sort()).toEqual(Object.keys(STEP_ROWS).sort());
});

/** These run in the tests of their own families, which also hold what each calls against what it declares. */
const ELSEWHERE = new Set([...RUNTIME_SCENARIOS, ...EXPOSURE_SCENARIOS, ...SOURCES_SCENARIOS]);

/** API Gateway asks for them when an access log is set, and makes the delivery itself. */
const DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];
const OTHERS_SECRETS = 'where the policy holds others’ secrets too: move-secrets.cloud.test.ts';

/** Declared and called by nothing here: with a reason, or the action goes. */
const UNCALLED: Readonly<Record<'write' | 'undo', Partial<Record<StepKind, Readonly<Record<string, string>>>>>> = {
  write: {
    'move-secrets-to-secrets-manager': {
      'lambda:PublishLayerVersion': 'once for both stores: the move to SSM has done it',
      'secretsmanager:PutSecretValue': 'in a run after one that was cut off: move-secrets-again.cloud.test.ts',
    },
    'set-stage-access-log': Object.fromEntries(DELIVERY.map((action) => [action, 'asked for by API Gateway'])),
  },
  undo: {
    'move-secrets-to-ssm': { 'iam:PutRolePolicy': OTHERS_SECRETS },
    'move-secrets-to-secrets-manager': { 'iam:PutRolePolicy': OTHERS_SECRETS },
    'set-stage-access-log': Object.fromEntries(DELIVERY.map((action) => [action, 'asked for by API Gateway'])),
  },
};

const HERE = SCENARIOS.filter((scenario) => !ELSEWHERE.has(scenario));

/** After everything else: it compares what all of it called. */
function describePermissions(calls: Calls): void {
  const tables = { write: 'permissions', undo: 'undoPermissions' } as const;
  it.each(['write', 'undo'] as const)('cinch-%s may do for each kind what that calls, and no more', (role) => {
    const kinds = [...new Set(HERE.map(({ kind }) => kind))];
    const declared = (kind: StepKind) =>
      [...declaredActions([kind], tables[role])].filter((action) => !UNCALLED[role][kind]?.[action]).sort();
    const called = (kind: StepKind) => [...(calls.get(kind)?.[role] ?? [])].sort();
    expect(Object.fromEntries(kinds.map((kind) => [kind, called(kind)]))).toEqual(
      Object.fromEntries(kinds.map((kind) => [kind, declared(kind)])),
    );
  });
}

describeEveryStep('the local cloud', startMemberCloud, HERE, undefined, (cloud, steps, calls) => {
  describeNoWider(cloud, steps);
  describeGuard(cloud);
  describePermissions(calls);
});
