import { describe, expect, it } from 'vitest';
import { broadGrants } from '../../../../shared/policy/breadth.ts';
import { parsePolicyDocument } from '../../../../shared/policy/parse.ts';
import rule from '../../../../shared/rules/iam/role-overbroad.ts';
import { EXAMPLE_SETTINGS, exampleContext } from '../../../../shared/rules/parts/example-context.ts';
import { approvalOf, judgeChanged, stepsOf, violationOf } from '../judge.ts';

const CLEAN = 'named actions on a table';
const S3_FULL = 'a managed policy for a whole service';
const BY_HAND = new Set([
  'more than IAM would take inline',
  'a deprecated policy for a whole service, which could not be attached again',
]);
const inline = (name: string, ...Statement: object[]) => ({
  name,
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement }), 'test'),
});
const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource });

/** The role's policies after the steps: what a verifying look would see. */
function afterSteps(name: string) {
  const violation = violationOf(rule, name);
  const example = rule.examples.violates.find((one) => one.name === name);
  if (!example) throw new Error(name);
  const policies = new Map(example.state.inlinePolicies.map((policy) => [policy.name, policy.document]));
  let attachedPolicies = example.state.attachedPolicies;
  for (const step of stepsOf(violation)) {
    if (step.kind === 'detach-role-policy') attachedPolicies = attachedPolicies.filter(({ arn }) => arn !== step.policyArn);
    if (step.kind !== 'replace-role-policy') continue;
    expect(policies.get(step.policyName)?.text ?? null).toBe(step.fromText);
    if (step.toText === null) policies.delete(step.policyName);
    else policies.set(step.policyName, parsePolicyDocument(step.toText, 'after'));
  }
  return { attachedPolicies, inlinePolicies: [...policies].map(([key, document]) => ({ name: key, document })) };
}

describe('iam-role-overbroad', () => {
  it.each(rule.examples.violates.filter(({ name }) => !BY_HAND.has(name)))(
    'finds nothing any more after the steps: $name',
    ({ name }) => {
      expect(judgeChanged(rule, name, afterSteps(name))).toBeUndefined();
    },
  );

  it('detaches an administrator, and says when nothing is left', () => {
    expect(stepsOf(violationOf(rule, 'AdministratorAccess'))).toMatchObject([
      { kind: 'detach-role-policy', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ]);
    const bare = judgeChanged(rule, 'AdministratorAccess', {
      inlinePolicies: [],
      attachedPolicies: [
        { ...inline('AdministratorAccess', allow('*')), arn: 'arn:aws:iam::aws:policy/AdministratorAccess', awsManaged: true },
      ],
    });
    expect(bare?.advice?.join(' ')).toContain('Nothing else gives the role any right');
    expect(violationOf(rule, 'AdministratorAccess').advice?.join(' ')).not.toContain('Nothing else');
  });

  it('puts what a managed policy rightly allows inline before it detaches it', () => {
    const [put, detach] = stepsOf(violationOf(rule, S3_FULL));
    expect(put).toMatchObject({ kind: 'replace-role-policy', policyName: 'cinch-narrowed-AmazonS3FullAccess', fromText: null });
    expect(detach).toMatchObject({ kind: 'detach-role-policy', policyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' });
    const text = put?.kind === 'replace-role-policy' ? (put.toText ?? '') : '';
    const { statements } = parsePolicyDocument(text, 'narrowed');
    expect(statements[0]?.actions).toContain('s3:GetObject');
    expect(broadGrants(statements)).toEqual([]);
  });

  it('uses the inline policy of an earlier narrowing again', () => {
    const [put] = stepsOf(violationOf(rule, S3_FULL));
    const text = put?.kind === 'replace-role-policy' ? (put.toText ?? '') : '';
    const earlier = (document: string) => ({
      inlinePolicies: [{ name: 'cinch-narrowed-AmazonS3FullAccess', document: parsePolicyDocument(document, 'test') }],
    });
    expect(stepsOf(judgeChanged(rule, S3_FULL, earlier(text)))).toMatchObject([{ kind: 'detach-role-policy' }]);
    const other = JSON.stringify({ Statement: [allow('s3:GetObject')] });
    expect(stepsOf(judgeChanged(rule, S3_FULL, earlier(other)))).toMatchObject([
      { kind: 'replace-role-policy', fromText: other },
      { kind: 'detach-role-policy' },
    ]);
    expect(judgeChanged(rule, S3_FULL, earlier(JSON.stringify({ Statement: [allow('s3:*')] })))?.remedy.kind).toBe('manual');
  });

  it('says which policy, which statement and which action', () => {
    const violation = judgeChanged(rule, CLEAN, {
      inlinePolicies: [
        inline('fine', allow('s3:GetObject')),
        inline('mixed', allow('sqs:SendMessage'), allow('SQS:*'), { Sid: 'Pass', ...allow('iam:PassRole') }),
      ],
    });
    expect(violation?.evidence.map(({ path, found }) => `${path} | ${found}`)).toEqual([
      'inline policy mixed: statement 2 | SQS:*, every action of a service',
      'inline policy mixed: Pass | iam:PassRole, iam:PassRole on every role',
    ]);
    expect(violation?.summary).toBe('it allows every action of a service and iam:PassRole on every role');
    expect(stepsOf(violation)).toHaveLength(1);
  });

  it('looks at roles that a function uses even if Lambda is not in their trust, and at no others', () => {
    const administrator = 'an administrator that no function uses and Lambda may not assume';
    expect(judgeChanged(rule, administrator, {})).toBeUndefined();
    expect(judgeChanged(rule, administrator, { usedBy: ['arn:aws:lambda:eu-central-1:222222222222:function:a'] })).toBeDefined();
  });

  it('does not put more inline than IAM takes', () => {
    expect(violationOf(rule, 'more than IAM would take inline').remedy).toMatchObject({
      kind: 'manual',
      why: expect.stringContaining('10240'),
    });
  });

  it('sets the boundary that is configured where narrowing is by hand, but none over another', () => {
    const settings = {
      remedies: { ...EXAMPLE_SETTINGS.remedies, boundary: 'arn:aws:iam::{account}:policy/functions' },
    };
    const [name = ''] = BY_HAND;
    const aided = judgeChanged(rule, name, {}, settings);
    expect(stepsOf(aided)).toEqual([
      {
        kind: 'set-boundary',
        target: exampleContext('role').resource,
        fromArn: null,
        toArn: 'arn:aws:iam::222222222222:policy/functions',
      },
    ]);
    expect(approvalOf(aided)).toContain('what the functions use');
    expect(aided?.advice?.[0]).toContain('first aid');
    const theirs = { permissionsBoundaryArn: 'arn:aws:iam::222222222222:policy/theirs' };
    expect(judgeChanged(rule, name, theirs, settings)?.remedy.kind).toBe('manual');
    expect(stepsOf(judgeChanged(rule, S3_FULL, {}, settings))).toMatchObject([{ kind: 'replace-role-policy' }, {}]);
  });

  it('names the functions, the boundary and the stack', () => {
    const advice = violationOf(rule, 'passing on every role of the account, under a stack and a boundary').advice?.join('\n');
    expect(advice).toContain('1 function uses it: orders-api.');
    expect(advice).toContain('developers may forbid part of it');
    expect(advice).toContain('The stack orders owns the role');
  });
});
