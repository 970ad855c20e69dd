import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DeleteRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { Refused } from '../../../../shared/model/errors.ts';
import { roleResource } from '../../../../shared/model/resource.ts';
import type { Step } from '../../../../shared/model/step.ts';
import { everythingOfRole } from '../cloud/everything.ts';
import { createExecutionRole, LAMBDA_TRUST, MEMBER, type MemberCloud, newName, policy } from '../cloud/member-cloud.ts';
import { restApi } from './scenarios/api.ts';
import { aFunction, aRole } from './scenarios/first-steps.ts';
import { aBus, aPolicedQueue, aStream, aTopic } from './scenarios/sources.ts';

const allow = (Action: string | string[], Resource = '*', more: object = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
const S3 = policy([allow('s3:*')]);
const GET = policy([allow('s3:GetObject', 'arn:aws:s3:::orders/*')]);
const NO_DELETE = policy([allow('s3:*'), { ...allow('s3:Delete*'), Effect: 'Deny' }]);
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

/** Real writes that would give rights, each planned as if that were what people had approved. */
export function describeNoWider(cloud: () => MemberCloud, steps: () => StepRunner): void {
  const aPolicy = async (PolicyDocument: string): Promise<string> => {
    const made = await cloud().iam.send(new CreatePolicyCommand({ PolicyName: newName('managed'), PolicyDocument }));
    return made.Policy?.Arn ?? '';
  };
  const attach = (RoleName: string, PolicyArn: string) => cloud().iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  const bound = (RoleName: string, PermissionsBoundary: string) =>
    cloud().iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
  const putInline = (RoleName: string, PolicyName: string, PolicyDocument: string) =>
    cloud().iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  const refused = async (step: Step, why: RegExp) => {
    const captured = await steps().capture(step);
    const error = await steps()
      .apply(step, captured)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refused);
    expect(String(error)).toMatch(why);
  };

  describe('no step writes a policy that is wider than the one it replaces', () => {
    it.each([
      ['more actions', S3, policy([allow(['s3:*', 'iam:PassRole'])]), /allows iam:PassRole on \*/],
      ['a Deny less', NO_DELETE, S3, /no longer denies s3:Delete\*/],
      ['a policy where there was none', null, policy([allow('sqs:*')]), /allows sqs:\*/],
      ['the last Deny with its policy', NO_DELETE, null, /no longer denies/],
    ])('an inline policy: %s', async (_what, fromText, toText, why) => {
      const { name, target } = await aRole(cloud());
      if (fromText !== null) await putInline(name, 'main', fromText);
      const before = await everythingOfRole(cloud(), name);
      await refused({ kind: 'replace-role-policy', target, policyName: 'main', fromText, toText }, why);
      expect(await everythingOfRole(cloud(), name)).toEqual(before);
    });

    it('an inline policy that takes over from a managed one may hold what that one has, and no more', async () => {
      const { name, target } = await aRole(cloud());
      await attach(name, await aPolicy(policy([allow('sqs:*')])));
      const step = (text: string): Step => ({
        kind: 'replace-role-policy',
        target,
        policyName: 'cinch-narrowed',
        fromText: null,
        toText: text,
      });
      await refused(step(policy([allow(['sqs:SendMessage', 'sns:Publish'])])), /sns:Publish/);
      const fine = step(policy([allow('sqs:SendMessage')]));
      const captured = await steps().capture(fine);
      const receipt = await steps().apply(fine, captured);
      expect(await steps().undo(fine, captured, receipt)).toEqual([]);
    });

    it('a managed policy is not detached with a Deny that nothing else makes', async () => {
      const { name, target } = await aRole(cloud());
      const policyArn = await aPolicy(NO_DELETE);
      await attach(name, policyArn);
      const step: Step = { kind: 'detach-role-policy', target, policyArn };
      const before = await everythingOfRole(cloud(), name);
      await refused(step, /no longer denies s3:Delete\*/);
      expect(await everythingOfRole(cloud(), name)).toEqual(before);
      await putInline(name, 'same', policy([{ ...allow('s3:Delete*'), Effect: 'Deny' }]));
      await steps().apply(step, await steps().capture(step));
    });

    it('a boundary is not replaced by a wider one', async () => {
      const { name, target } = await aRole(cloud());
      const [fromArn, toArn] = [await aPolicy(GET), await aPolicy(S3)];
      await bound(name, fromArn);
      await refused({ kind: 'set-boundary', target, fromArn, toArn }, /allows s3:\*/);
      await bound(name, toArn);
      const narrower: Step = { kind: 'set-boundary', target, fromArn: toArn, toArn: fromArn };
      await steps().apply(narrower, await steps().capture(narrower));
    });

    it('a trust policy lets nobody else in', async () => {
      const name = newName('trusting');
      await createExecutionRole(cloud(), name);
      const open = policy([
        ...statementsOf(LAMBDA_TRUST),
        { Effect: 'Allow', Principal: { AWS: '333333333333' }, Action: 'sts:AssumeRole' },
      ]);
      const step: Step = {
        kind: 'replace-trust-policy',
        target: roleResource(MEMBER, name),
        fromText: LAMBDA_TRUST,
        toText: open,
      };
      await refused(step, /allows sts:AssumeRole on \* to 333333333333/);
    });

    it('a copy of a role has nothing that the role has lost since', async () => {
      const { target, roleArn, roleName } = await aFunction(cloud());
      await putInline(roleName, 'broad', S3);
      const step: Step = { kind: 'give-own-role', target, fromRoleArn: roleArn, newRoleName: newName('own') };
      const captured = await steps().capture(step);
      await cloud().iam.send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: 'broad' }));
      await expect(steps().apply(step, captured)).rejects.toThrow(
        /the copy of .* would not be narrowed: the new one allows s3:\*/,
      );
      await putInline(roleName, 'broad', S3);
      await attach(roleName, READ_ONLY);
      await expect(steps().apply(step, captured)).rejects.toThrow(/would lack .*ReadOnlyAccess/);
      expect(await steps().undo(step, captured, undefined)).toEqual([]);
    });

    it('what a change needs besides is given within its ceiling', async () => {
      const { target } = await aFunction(cloud());
      const grant = { actions: ['xray:PutTraceSegments', 'iam:PassRole'], resource: '*' };
      await refused({ kind: 'set-tracing', target, grant }, /would give more than this change needs: it allows iam:PassRole/);
    });

    it('a method of an API is not opened', async () => {
      const { target } = await restApi(cloud());
      const [open, closed] = [{ type: 'NONE', authorizerId: null } as const, { type: 'AWS_IAM', authorizerId: null } as const];
      const kind = 'set-route-authorization';
      const close: Step = { kind, target, protocol: 'REST', routes: [{ key: 'GET /orders', from: open }], to: closed };
      const captured = (await steps().capture(close)) as { readonly routes: readonly object[] };
      await steps().apply(close, captured);
      const now = { ...captured, routes: captured.routes.map((route) => ({ ...route, authorization: closed })) };
      const opening: Step = { ...close, routes: [{ key: 'GET /orders', from: closed }], to: open };
      await expect(steps().apply(opening, now)).rejects.toThrow(/from AWS_IAM to NONE/);
    });

    it('a queue, a topic, a stream and a bus are opened to nobody', async () => {
      const queue = await aPolicedQueue(cloud());
      await refused(
        { ...queue, kind: 'replace-queue-policy', toText: opened(queue.toText, 'sqs:PurgeQueue') },
        /to 333333333333/,
      );
      const topic = await aTopic(cloud());
      await refused({ ...topic, kind: 'replace-topic-policy', toText: opened(topic.toText, 'sns:Subscribe') }, /to 333333333333/);
      const stream = await aStream(cloud());
      await refused(
        { ...stream, kind: 'replace-stream-policy', toText: opened(stream.toText, 'kinesis:GetRecords') },
        /to 333333333333/,
      );
      const bus = await aBus(cloud());
      await bus.permit({
        Policy: policy([{ Sid: 'never', Effect: 'Deny', Principal: '*', Action: 'events:PutRule', Resource: bus.busArn }]),
      });
      const [statement] = await bus.statements();
      await refused(
        {
          kind: 'remove-bus-statement',
          target: bus.target,
          busArn: bus.busArn,
          statement: { sid: 'never', text: JSON.stringify(statement) },
        },
        /no longer denies events:PutRule/,
      );
    });
  });
}

const statementsOf = (text: string): object[] => JSON.parse(text).Statement;

/** Narrowed as planned, and opened to an account beside. */
const opened = (text: string, Action: string): string =>
  policy([...statementsOf(text), { Sid: 'new', Effect: 'Allow', Principal: { AWS: '333333333333' }, Action, Resource: '*' }]);
