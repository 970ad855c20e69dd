import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { PublishVersionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';
import { roleResource } from '../../../../shared/model/resource.ts';
import type { StepOf } from '../../../../shared/model/step.ts';
import { denyAllArn } from '../../../../shared/model/steps/roles.ts';
import {
  createExecutionRole,
  createFunction,
  LAMBDA_TRUST,
  MEMBER,
  type MemberCloud,
  newName,
  policy,
  REGION,
  roleArn,
  startMemberCloud,
} from '../cloud/member-cloud.ts';
import { changeBefore, declaredActions, functionState, recordActions, stepsOf } from '../cloud/step-bench.ts';

let cloud: MemberCloud;
let steps: StepRunner;
let used: { write: Set<string>; undo: Set<string> };

beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
  used = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
});
afterAll(() => cloud?.stop());

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
/** Odd spacing, order and characters: undo must bring exactly this back. */
const ODD_TEXT = `{ "Statement" : {"Effect":"Allow",\n "Action":"s3:*", "Resource":"arn:aws:s3:::caf\\u00e9+a b%20c/*"}, "Version":"2012-10-17" }`;
const NARROW_TEXT = policy([{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::b/*' }]);

/** Everything that IAM returns of a role. */
async function roleState(name: string): Promise<object> {
  const { Role: role } = await cloud.iam.send(new GetRoleCommand({ RoleName: name }));
  const { PolicyNames: names = [] } = await cloud.iam.send(new ListRolePoliciesCommand({ RoleName: name }));
  const inline = await Promise.all(names.map(async (policyName) => [policyName, await textOf(name, policyName)]));
  const attached = await cloud.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
  return { role, inline: Object.fromEntries(inline), attached: attached.AttachedPolicies?.map((one) => one.PolicyArn).sort() };
}
async function textOf(role: string, policyName: string): Promise<string> {
  const found = await cloud.iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: policyName }));
  return decodeURIComponent(found.PolicyDocument ?? '');
}
const putText = (role: string, name: string, text: string) =>
  cloud.iam.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: text }));

describe('detach-role-policy', () => {
  async function make(): Promise<StepOf<'detach-role-policy'>> {
    const name = newName('wide');
    await createExecutionRole(cloud, name, '/teams/');
    for (const arn of [READ_ONLY, ADMIN]) await cloud.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: arn }));
    return { kind: 'detach-role-policy', target: roleResource(MEMBER, `teams/${name}`), policyArn: ADMIN };
  }

  it('detaches just that policy, twice as once; undo restores the role', async () => {
    const step = await make();
    const before = await roleState(step.target.name);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await roleState(step.target.name)).toMatchObject({ attached: [READ_ONLY] });
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await roleState(step.target.name)).toEqual(before);
  });

  it('undo tells of a role that is gone', async () => {
    const name = newName('gone');
    const step = { kind: 'detach-role-policy', target: roleResource(MEMBER, name), policyArn: ADMIN } as const;
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, { policyArn: ADMIN }, undefined)).toEqual([expect.stringContaining('no longer exists')]);
  });
});

describe('replace-role-policy', () => {
  async function make(fromText: string | null, toText: string | null): Promise<StepOf<'replace-role-policy'>> {
    const name = newName('inline');
    await createExecutionRole(cloud, name);
    await putText(name, 'other', NARROW_TEXT);
    if (fromText !== null) await putText(name, 'main', fromText);
    return { kind: 'replace-role-policy', target: roleResource(MEMBER, name), policyName: 'main', fromText, toText };
  }

  it.each([
    ['narrows', ODD_TEXT, NARROW_TEXT],
    ['deletes', ODD_TEXT, null],
    ['creates', null, NARROW_TEXT],
  ])('%s the policy, twice as once; undo restores the exact text', async (_, fromText, toText) => {
    const step = await make(fromText, toText);
    const before = await roleState(step.target.name);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    const expected = { other: NARROW_TEXT, ...(toText === null ? {} : { main: toText }) };
    expect(await roleState(step.target.name)).toMatchObject({ inline: expected });
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await roleState(step.target.name)).toEqual(before);
    if (fromText !== null) expect(await textOf(step.target.name, 'main')).toBe(fromText);
  });

  it('says moved for a text that is another, and undo leaves what somebody put since', async () => {
    const step = await make(ODD_TEXT, NARROW_TEXT);
    const captured = await steps.capture(step);
    const theirs = policy([{ Effect: 'Deny', Action: '*', Resource: '*' }]);
    await putText(step.target.name, 'main', theirs);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining('changed since')]);
    expect(await textOf(step.target.name, 'main')).toBe(theirs);
  });
});

describe('give-own-role', () => {
  async function make(): Promise<StepOf<'give-own-role'>> {
    const name = newName('shared');
    const boundary = await cloud.iam.send(
      new CreatePolicyCommand({
        PolicyName: newName('edge'),
        PolicyDocument: policy([{ Effect: 'Allow', Action: '*', Resource: '*' }]),
      }),
    );
    await cloud.iam.send(
      new CreateRoleCommand({
        RoleName: name,
        Path: '/teams/a/',
        AssumeRolePolicyDocument: LAMBDA_TRUST,
        Description: 'shared by many',
        MaxSessionDuration: 7200,
        PermissionsBoundary: boundary.Policy?.Arn,
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    );
    await putText(name, 'main', ODD_TEXT);
    await cloud.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: READ_ONLY }));
    const target = await createFunction(cloud, newName('sharer'), roleArn(`teams/a/${name}`), { Timeout: 7 });
    return { kind: 'give-own-role', target, fromRoleArn: roleArn(`teams/a/${name}`), newRoleName: newName('cinch-own') };
  }

  it('copies the role whole and moves the function; undo moves it back and deletes the copy', async () => {
    const step = await make();
    const before = await functionState(cloud.lambda, step.target.name);
    const oldRole = await roleState(step.fromRoleArn.split('/').at(-1) ?? '');
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    const newArn = roleArn(`teams/a/${step.newRoleName}`);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual({ ...before, Role: newArn });
    const { Role: made } = await cloud.iam.send(new GetRoleCommand({ RoleName: step.newRoleName }));
    expect(made).toMatchObject({ Path: '/teams/a/', Description: 'shared by many', MaxSessionDuration: 7200 });
    expect(made?.PermissionsBoundary?.PermissionsBoundaryArn).toBeTruthy();
    expect(made?.Tags).toContainEqual({ Key: 'team', Value: 'a' });
    expect(await roleState(step.newRoleName)).toMatchObject({ inline: { main: ODD_TEXT }, attached: [READ_ONLY] });
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(before);
    await expect(roleState(step.newRoleName)).rejects.toThrow(/cannot be found|NoSuchEntity|not found/i);
    expect(await roleState(step.fromRoleArn.split('/').at(-1) ?? '')).toEqual(oldRole);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
  });

  it('finishes a run that was cut off after the role was made, and undoes it as well', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const write = cloud.members.clients(MEMBER, REGION, 'write').lambda;
    const stop = changeBefore(write, 'UpdateFunctionConfigurationCommand', () => Promise.reject(new Error('cut off')));
    await expect(steps.apply(step, captured)).rejects.toThrow();
    stop();
    const receipt = await steps.apply(step, captured);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    await expect(cloud.iam.send(new GetRoleCommand({ RoleName: step.newRoleName }))).rejects.toThrow();
  });

  it('refuses a name that is taken, also when it is taken after the capture', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    await createExecutionRole(cloud, step.newRoleName);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(Refused);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await functionState(cloud.lambda, step.target.name)).toMatchObject({ Role: step.fromRoleArn });
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining('it stays')]);
    await cloud.iam.send(new DeleteRoleCommand({ RoleName: step.newRoleName }));
  });

  it('undo keeps the new role while a published version, another function or a change needs it', async () => {
    const published = await make();
    const first = await steps.capture(published);
    const receipt = await steps.apply(published, first);
    await steps.verify(published, first, receipt);
    await cloud.lambda.send(new PublishVersionCommand({ FunctionName: published.target.name }));
    expect(await steps.undo(published, first, receipt)).toEqual([expect.stringContaining('version 1')]);

    const used = await make();
    const second = await steps.capture(used);
    const other = stepsOf(cloud, async () => [published.target]);
    expect(await other.undo(used, second, await steps.apply(used, second))).toEqual([
      expect.stringContaining(published.target.arn),
    ]);

    const changed = await make();
    const third = await steps.capture(changed);
    const last = await steps.apply(changed, third);
    await putText(changed.newRoleName, 'theirs', NARROW_TEXT);
    expect(await steps.undo(changed, third, last)).toEqual([expect.stringContaining('was changed since')]);
    expect(await roleState(changed.newRoleName)).toMatchObject({ inline: { theirs: NARROW_TEXT, main: ODD_TEXT } });
    expect(await functionState(cloud.lambda, changed.target.name)).toMatchObject({ Role: changed.fromRoleArn });
  });

  it('does not move the function where the old role is named in a condition, which a copy does not meet', async () => {
    const step = await make();
    const only = { ArnEquals: { 'aws:PrincipalArn': step.fromRoleArn } };
    const roleName = step.fromRoleArn.split('/').at(-1) ?? '';
    await putText(
      roleName,
      'mine',
      policy([{ Effect: 'Deny', Action: 'sqs:SendMessage', Resource: '*', Condition: { ArnNotEquals: only.ArnEquals } }]),
    );
    await putText(
      roleName,
      'queue',
      policy([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:${REGION}:${MEMBER}:orders` }]),
    );
    const before = await functionState(cloud.lambda, step.target.name);
    const captured = await steps.capture(step);
    await expect(steps.apply(step, captured)).rejects.toThrow(/sqs:SendMessage on arn:aws:sqs/);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(before);
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    await expect(cloud.iam.send(new GetRoleCommand({ RoleName: step.newRoleName }))).rejects.toThrow();
  }, 60_000);

  it('undo leaves a role that somebody gave the function since', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    await steps.verify(step, captured, receipt);
    const theirs = await createExecutionRole(cloud, newName('theirs'));
    await cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: step.target.name, Role: theirs }));
    expect(await steps.undo(step, captured, receipt)).toEqual([expect.stringContaining(theirs)]);
    expect(await functionState(cloud.lambda, step.target.name)).toMatchObject({ Role: theirs });
  });
});

describe('set-boundary', () => {
  async function make(from: 'none' | 'own', to: 'own' | 'deny-all' | 'none'): Promise<StepOf<'set-boundary'>> {
    const name = newName('bound');
    await createExecutionRole(cloud, name);
    await putText(name, 'main', ODD_TEXT);
    const arnOf = async (which: 'own' | 'deny-all' | 'none') =>
      which === 'none' ? null : which === 'deny-all' ? denyAllArn('aws') : await ownPolicy();
    const fromArn = await arnOf(from);
    if (fromArn !== null) await putBoundary(name, fromArn);
    return { kind: 'set-boundary', target: roleResource(MEMBER, name), fromArn, toArn: await arnOf(to) };
  }
  async function ownPolicy(): Promise<string> {
    const created = await cloud.iam.send(new CreatePolicyCommand({ PolicyName: newName('edge'), PolicyDocument: NARROW_TEXT }));
    return created.Policy?.Arn ?? '';
  }
  const putBoundary = (name: string, arn: string) =>
    cloud.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary: arn }));
  const boundaryOf = async (name: string) =>
    (await cloud.iam.send(new GetRoleCommand({ RoleName: name }))).Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? null;

  it.each([
    ['isolates a role', 'none', 'deny-all'],
    ['isolates a role that has a boundary', 'own', 'deny-all'],
    ['sets one in place of none', 'none', 'own'],
    ['replaces one', 'own', 'own'],
  ] as const)('%s, twice as once; undo restores the role', async (_, from, to) => {
    const step = await make(from, to);
    const before = await roleState(step.target.name);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await boundaryOf(step.target.name)).toBe(step.toArn);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await roleState(step.target.name)).toEqual(before);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
  });

  it('takes none away', async () => {
    const step = await make('own', 'none');
    await expect(steps.apply(step, await steps.capture(step))).rejects.toBeInstanceOf(Refused);
    expect(await boundaryOf(step.target.name)).toBe(step.fromArn);
  });

  it('leaves what somebody set since, before the write and before undo', async () => {
    const step = await make('none', 'deny-all');
    const captured = await steps.capture(step);
    const theirs = await ownPolicy();
    await putBoundary(step.target.name, theirs);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining(theirs)]);
    expect(await boundaryOf(step.target.name)).toBe(theirs);
  });

  it('undo says so of a boundary that was removed since, and of a role that is gone', async () => {
    const step = await make('own', 'deny-all');
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    await cloud.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: step.target.name }));
    expect(await steps.undo(step, captured, receipt)).toEqual([expect.stringContaining('no boundary')]);
    const gone = { ...step, target: roleResource(MEMBER, newName('gone')) };
    await expect(steps.capture(gone)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(gone, captured, receipt)).toEqual([expect.stringContaining('no longer exists')]);
  });

  it('says moved for a policy that does not exist', async () => {
    const step = { ...(await make('none', 'own')), toArn: `arn:aws:iam::${MEMBER}:policy/${newName('nowhere')}` };
    await expect(steps.apply(step, await steps.capture(step))).rejects.toBeInstanceOf(StateMoved);
    expect(await boundaryOf(step.target.name)).toBeNull();
  });
});

describe('replace-trust-policy', () => {
  const OPEN_TRUST = `{ "Version":"2012-10-17", "Statement": [{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},
    "Action":"sts:AssumeRole"}, {"Effect":"Allow", "Principal": {"AWS":"*"}, "Action":"sts:AssumeRole"}]}`;
  async function make(): Promise<StepOf<'replace-trust-policy'>> {
    const name = newName('trusting');
    await createExecutionRole(cloud, name, '/teams/');
    await putTrust(name, OPEN_TRUST);
    return {
      kind: 'replace-trust-policy',
      target: roleResource(MEMBER, `teams/${name}`),
      fromText: OPEN_TRUST,
      toText: LAMBDA_TRUST,
    };
  }
  const putTrust = (name: string, text: string) =>
    cloud.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: text }));
  const trustOf = async (name: string) =>
    decodeURIComponent((await cloud.iam.send(new GetRoleCommand({ RoleName: name }))).Role?.AssumeRolePolicyDocument ?? '');

  it('narrows the trust, twice as once; undo restores the exact text', async () => {
    const step = await make();
    const before = await roleState(step.target.name);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(JSON.parse(await trustOf(step.target.name))).toEqual(JSON.parse(LAMBDA_TRUST));
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await roleState(step.target.name)).toEqual(before);
    expect(await trustOf(step.target.name)).toBe(OPEN_TRUST);
  });

  it('leaves what somebody wrote since, and says so of a role that is gone', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const theirs = LAMBDA_TRUST.replace('lambda.amazonaws.com', 'states.amazonaws.com');
    await putTrust(step.target.name, theirs);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining('since')]);
    expect(await trustOf(step.target.name)).toBe(theirs);
    const gone = { ...step, target: roleResource(MEMBER, newName('gone')) };
    await expect(steps.capture(gone)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(gone, captured, undefined)).toEqual([expect.stringContaining('no longer exists')]);
  });
});

it('called all that these steps declare and nothing else', () => {
  const kinds = ['detach-role-policy', 'replace-role-policy', 'give-own-role', 'set-boundary', 'replace-trust-policy'] as const;
  expect([...used.write].sort()).toEqual([...declaredActions(kinds, 'permissions')].sort());
  expect([...used.undo].sort()).toEqual([...declaredActions(kinds, 'undoPermissions')].sort());
});
