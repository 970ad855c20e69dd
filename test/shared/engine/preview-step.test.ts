import { expect, it } from 'vitest';
import { previewStep } from '../../../shared/engine/preview-step.ts';
import { functionResource, roleResource } from '../../../shared/model/resource.ts';
import type { Step } from '../../../shared/model/step.ts';

const target = functionResource('222222222222', 'eu-west-1', 'orders');
const role = roleResource('222222222222', 'orders-role');
const roleArn = role.arn;

it.each<[Step, { title: string; before: string; after: string }]>([
  [
    { kind: 'lower-timeout', target, fromSeconds: 900, toSeconds: 29 },
    { title: 'Timeout of orders', before: '900 s', after: '29 s' },
  ],
  [
    { kind: 'move-secrets-to-ssm', target, roleArn, architecture: 'arm64', variables: ['A', 'B'] },
    {
      title: 'Secrets of orders',
      before: 'A = (a secret in clear)\nB = (a secret in clear)',
      after: 'A = cinch-ssm:/cinch/orders/A\nB = cinch-ssm:/cinch/orders/B',
    },
  ],
  [
    {
      kind: 'remove-permission',
      target,
      qualifier: 'live',
      statements: [
        { sid: 'All', text: '{"Sid":"All"}' },
        { sid: 'Odd', text: 'no JSON' },
      ],
    },
    { title: 'Policy of orders:live', before: '{\n  "Sid": "All"\n}\nno JSON', after: '' },
  ],
  [
    { kind: 'require-url-iam-auth', target, qualifier: null },
    {
      title: 'Authentication of the URL of orders',
      before: 'NONE: anybody who knows the address may call it',
      after: 'AWS_IAM: callers sign, and need lambda:InvokeFunctionUrl',
    },
  ],
  [
    { kind: 'detach-role-policy', target: role, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    {
      title: 'Policies of the role orders-role',
      before: 'arn:aws:iam::aws:policy/AdministratorAccess is attached',
      after: 'detached',
    },
  ],
  [
    { kind: 'replace-role-policy', target: role, policyName: 'all', fromText: '{"a":1}', toText: null },
    { title: 'Inline policy all of the role orders-role', before: '{\n  "a": 1\n}', after: '(it is deleted)' },
  ],
  [
    { kind: 'give-own-role', target, fromRoleArn: roleArn, newRoleName: 'orders-own' },
    {
      title: 'Execution role of orders',
      before: roleArn,
      after: 'orders-own, a copy of it with the same trust and policies',
    },
  ],
])('says what $kind will change', (step, preview) => {
  expect(previewStep(step)).toEqual(preview);
});
