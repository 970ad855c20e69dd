import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';
import type { StepOf } from '../../../../shared/model/step.ts';
import {
  createExecutionRole,
  createFunction,
  MEMBER,
  type MemberCloud,
  newName,
  REGION,
  startMemberCloud,
} from '../cloud/member-cloud.ts';
import { changeBefore, declaredActions, functionState, recordActions, stepsOf } from '../cloud/step-bench.ts';

let cloud: MemberCloud;
let steps: StepRunner;
let used: { write: Set<string>; undo: Set<string> };
let role: string;

beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
  used = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
  role = await createExecutionRole(cloud, 'exec');
});
afterAll(() => cloud?.stop());

const update = (name: string, change: object) =>
  cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, ...change }));
const timeoutOf = async (name: string) =>
  (await cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))).Timeout;

describe('lower-timeout', () => {
  async function make(): Promise<StepOf<'lower-timeout'>> {
    const target = await createFunction(cloud, newName('slow'), role, {
      Timeout: 900,
      Description: 'd',
      Environment: { Variables: { A: '1' } },
    });
    return { kind: 'lower-timeout', target, fromSeconds: 900, toSeconds: 29 };
  }

  it('applies, applies again without a write, verifies, and undo restores every field', async () => {
    const step = await make();
    const before = await functionState(cloud.lambda, step.target.name);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await timeoutOf(step.target.name)).toBe(29);
    const first = await cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: step.target.name }));
    expect(await steps.apply(step, captured)).toEqual(receipt);
    const second = await cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: step.target.name }));
    expect(second.RevisionId).toBe(first.RevisionId);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(before);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
  });

  it('says moved when the timeout is another at capture, at apply and in the moment of writing, and writes nothing', async () => {
    const step = await make();
    await expect(steps.capture({ ...step, fromSeconds: 60 })).rejects.toBeInstanceOf(StateMoved);
    const captured = await steps.capture(step);
    const stop = changeBefore(cloud.members.clients(MEMBER, REGION, 'write').lambda, 'UpdateFunctionConfigurationCommand', () =>
      update(step.target.name, { Timeout: 120 }),
    );
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    stop();
    expect(await timeoutOf(step.target.name)).toBe(120);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
  });

  it("keeps somebody's unrelated change that came between reading and writing", async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const stop = changeBefore(cloud.members.clients(MEMBER, REGION, 'write').lambda, 'UpdateFunctionConfigurationCommand', () =>
      update(step.target.name, { Description: 'theirs', Environment: { Variables: { A: '1', NEW: '2' } } }),
    );
    await steps.apply(step, captured);
    stop();
    expect(await functionState(cloud.lambda, step.target.name)).toMatchObject({
      Timeout: 29,
      Description: 'theirs',
      Environment: { Variables: { A: '1', NEW: '2' } },
    });
  });

  it('undo leaves a timeout that somebody set since, and says so', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    await steps.verify(step, captured, receipt);
    await update(step.target.name, { Timeout: 45 });
    expect(await steps.verify(step, captured, receipt)).toMatch(/45 s/);
    expect(await steps.undo(step, captured, receipt)).toEqual([expect.stringContaining('45 s')]);
    expect(await timeoutOf(step.target.name)).toBe(45);
  });

  it('a function deleted meanwhile: moved to capture and apply, an answer to verify and undo', async () => {
    const step = await make();
    const captured = await steps.capture(step);
    await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: step.target.name }));
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.verify(step, captured, {})).toMatch(/no longer exists/);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringMatching(/no longer exists/)]);
  });
});

describe('remove-permission', () => {
  const policyOf = async (name: string, qualifier?: string): Promise<{ Statement: { Sid: string }[] }> => {
    const found = await cloud.lambda.send(new GetPolicyCommand({ FunctionName: name, Qualifier: qualifier }));
    return JSON.parse(found.Policy ?? '{}') as { Statement: { Sid: string }[] };
  };
  const permit = (name: string, sid: string, more: object = {}) =>
    cloud.lambda.send(
      new AddPermissionCommand({
        FunctionName: name,
        StatementId: sid,
        Action: 'lambda:InvokeFunction',
        Principal: '*',
        ...more,
      }),
    );
  async function make(qualifier: string | null): Promise<StepOf<'remove-permission'>> {
    const target = await createFunction(cloud, newName('open'), role);
    const at = qualifier ? { Qualifier: qualifier } : {};
    if (qualifier) {
      const { Version } = await cloud.lambda.send(new PublishVersionCommand({ FunctionName: target.name }));
      await cloud.lambda.send(new CreateAliasCommand({ FunctionName: target.name, Name: qualifier, FunctionVersion: Version }));
    }
    await permit(target.name, 'keep', {
      Principal: 's3.amazonaws.com',
      SourceArn: 'arn:aws:s3:::b',
      SourceAccount: MEMBER,
      ...at,
    });
    await permit(target.name, 'all', at);
    await permit(target.name, 'org', { PrincipalOrgID: 'o-abcdefghij', ...at });
    const { Statement: all } = await policyOf(target.name, qualifier ?? undefined);
    const statements = all
      .filter(({ Sid }) => Sid !== 'keep')
      .map((statement) => ({ sid: statement.Sid, text: JSON.stringify(statement) }));
    return { kind: 'remove-permission', target, qualifier, statements };
  }

  it.each([null, 'live'])('removes just what was planned on %s; undo puts it back as it was', async (qualifier) => {
    const step = await make(qualifier);
    const at = qualifier ?? undefined;
    const before = await policyOf(step.target.name, at);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect((await policyOf(step.target.name, at)).Statement.map(({ Sid }) => Sid)).toEqual(['keep']);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await policyOf(step.target.name, at)).toEqual(before);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await policyOf(step.target.name, at)).toEqual(before);
  });

  it('finishes and undoes a run that was cut off after the first statement', async () => {
    const step = await make(null);
    const before = await policyOf(step.target.name);
    const captured = await steps.capture(step);
    await cloud.lambda.send(new RemovePermissionCommand({ FunctionName: step.target.name, StatementId: 'all' }));
    await steps.apply(step, captured);
    expect((await policyOf(step.target.name)).Statement.map(({ Sid }) => Sid)).toEqual(['keep']);
    await steps.undo(step, captured, undefined);
    expect(await policyOf(step.target.name)).toEqual(before);
  });

  it('says moved for a statement that is another now, and touches nothing', async () => {
    const step = await make(null);
    const captured = await steps.capture(step);
    await cloud.lambda.send(new RemovePermissionCommand({ FunctionName: step.target.name, StatementId: 'all' }));
    await permit(step.target.name, 'all', { SourceAccount: MEMBER, Principal: 'sns.amazonaws.com' });
    const before = await policyOf(step.target.name);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await policyOf(step.target.name)).toEqual(before);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringContaining('another statement called all')]);
  });

  it('refuses a statement that AddPermission could not put back', async () => {
    const step = await make(null);
    await permit(step.target.name, 'gone-role', { Principal: 'AROAABCDEFGHIJKLMNOPQ' });
    const { Statement: all } = await policyOf(step.target.name);
    const odd = all.find(({ Sid }) => Sid === 'gone-role');
    const planned = { ...step, statements: [{ sid: 'gone-role', text: JSON.stringify(odd) }] };
    await expect(steps.capture(planned)).rejects.toBeInstanceOf(Refused);
  });
});

describe('require-url-iam-auth', () => {
  async function make(): Promise<StepOf<'require-url-iam-auth'>> {
    const target = await createFunction(cloud, newName('url'), role);
    await cloud.lambda.send(
      new CreateFunctionUrlConfigCommand({
        FunctionName: target.name,
        AuthType: 'NONE',
        InvokeMode: 'RESPONSE_STREAM',
        Cors: { AllowOrigins: ['https://example.com'], MaxAge: 60 },
      }),
    );
    return { kind: 'require-url-iam-auth', target, qualifier: null };
  }
  const urlOf = async (name: string) => {
    const { $metadata, LastModifiedTime, ...fields } = await cloud.lambda.send(
      new GetFunctionUrlConfigCommand({ FunctionName: name }),
    );
    return fields;
  };

  it('changes the authentication alone, twice as once, and undo gives it back', async () => {
    const step = await make();
    const before = await urlOf(step.target.name);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await urlOf(step.target.name)).toEqual({ ...before, AuthType: 'AWS_IAM' });
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await urlOf(step.target.name)).toEqual(before);
  });
});

it('called all that these steps declare and nothing else', () => {
  const kinds = ['lower-timeout', 'remove-permission', 'require-url-iam-auth'] as const;
  expect([...used.write].sort()).toEqual([...declaredActions(kinds, 'permissions')].sort());
  expect([...used.undo].sort()).toEqual([...declaredActions(kinds, 'undoPermissions')].sort());
});
