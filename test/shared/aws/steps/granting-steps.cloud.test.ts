import { CreatePolicyCommand, PutRolePermissionsBoundaryCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  GetEventSourceMappingCommand,
  GetFunctionEventInvokeConfigCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';
import type { StepOf } from '../../../../shared/model/step.ts';
import {
  createExecutionRole,
  createFunction,
  type MemberCloud,
  newName,
  policy,
  REGION,
  startMemberCloud,
} from '../cloud/member-cloud.ts';
import { functionState, stepsOf } from '../cloud/step-bench.ts';
import { runtimeBench } from './runtime-bench.ts';
import { aFunction } from './scenarios/first-steps.ts';
import { aMapping, aNetwork, aQueue, NETWORK, sendTo, TRACING } from './scenarios/runtime.ts';

let cloud: MemberCloud;
let steps: StepRunner;
let bench: ReturnType<typeof runtimeBench>;

beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
  bench = runtimeBench(cloud, steps);
});
afterAll(() => cloud?.stop());

describe('set-tracing and its grant', () => {
  async function make() {
    const { target, roleArn, roleName } = await aFunction(cloud);
    const step: StepOf<'set-tracing'> = { kind: 'set-tracing', target, grant: TRACING };
    return { step, roleArn, roleName, policyName: `cinch-tracing-${REGION}-${target.name}` };
  }

  it('gives exactly the two rights, and takes them back', async () => {
    const { step, roleName, policyName } = await make();
    const { undo } = await bench.applied(step);
    expect((await bench.configOf(step.target)).TracingConfig?.Mode).toBe('Active');
    expect(JSON.parse((await bench.inlineOf(roleName, policyName)) ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' }],
    });
    expect(await undo()).toEqual([]);
    expect(await bench.inlineOf(roleName, policyName)).toBeNull();
  });

  it('two functions under one role: undo of the one leaves the right of the other', async () => {
    const first = await make();
    const target = await createFunction(cloud, newName('second'), first.roleArn);
    const { undo } = await bench.applied(first.step);
    await bench.applied({ ...first.step, target });
    expect(await undo()).toEqual([]);
    expect(await bench.inlineOf(first.roleName, `cinch-tracing-${REGION}-${target.name}`)).not.toBeNull();
  });

  it('undo leaves a policy that somebody changed, and says so', async () => {
    const { step, roleName, policyName } = await make();
    const { undo } = await bench.applied(step);
    const theirs = policy([{ Effect: 'Allow', Action: 'xray:*', Resource: '*' }]);
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: policyName, PolicyDocument: theirs }));
    expect(await undo()).toEqual([expect.stringMatching(/somebody changed the inline policy .* since/)]);
    expect(await bench.inlineOf(roleName, policyName)).toBe(theirs);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(Refused);
  });

  it('is moved when the function runs under another role, before it gives anybody a right', async () => {
    const { step, policyName } = await make();
    const otherName = newName('other');
    const other = await createExecutionRole(cloud, otherName);
    const captured = await steps.capture(step);
    await bench.update(step.target, { Role: other });
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await bench.inlineOf(otherName, policyName)).toBeNull();
  });

  it('refuses when a boundary keeps the right off, and undo of the half leaves nothing', async () => {
    const { step, roleName, policyName } = await make();
    const made = await cloud.iam.send(
      new CreatePolicyCommand({
        PolicyName: newName('boundary'),
        PolicyDocument: policy([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]),
      }),
    );
    await cloud.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: roleName, PermissionsBoundary: made.Policy?.Arn }));
    const captured = await steps.capture(step);
    await expect(steps.apply(step, captured)).rejects.toThrow(/boundary/);
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    expect(await bench.inlineOf(roleName, policyName)).toBeNull();
  }, 60_000);

  it("keeps somebody's unrelated change that came between reading and writing", async () => {
    const { step } = await make();
    const captured = await steps.capture(step);
    const stop = bench.meanwhile('UpdateFunctionConfigurationCommand', () =>
      bench.update(step.target, { Description: 'theirs' }),
    );
    await steps.apply(step, captured);
    stop();
    expect(await functionState(cloud.lambda, step.target.name)).toMatchObject({
      Description: 'theirs',
      TracingConfig: { Mode: 'Active' },
    });
  });
});

describe('set-async-config', () => {
  const read = (FunctionName: string) => cloud.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
  async function make() {
    const { target, roleName } = await aFunction(cloud);
    const onFailureArn = await aQueue(cloud);
    const to = { onFailureArn, maximumAgeSeconds: 3600, maximumRetries: 2 };
    const step: StepOf<'set-async-config'> = {
      kind: 'set-async-config',
      target,
      qualifier: null,
      from: null,
      to,
      grant: sendTo(onFailureArn),
    };
    return { step, roleName, onFailureArn };
  }
  const put = (step: StepOf<'set-async-config'>, more: object) =>
    cloud.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: step.target.name, ...more }));

  it('is moved when somebody made a configuration meanwhile', async () => {
    const { step } = await make();
    const captured = await steps.capture(step);
    await put(step, { MaximumEventAgeInSeconds: 60 });
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    expect((await read(step.target.name)).MaximumEventAgeInSeconds).toBe(60);
  });

  it('undo leaves an age that somebody set since, and the right that its destination needs', async () => {
    const { step, onFailureArn } = await make();
    const { undo } = await bench.applied(step);
    await put(step, { MaximumEventAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: onFailureArn } } });
    expect(await undo()).toEqual([expect.stringMatching(/somebody changed .* since/), expect.stringMatching(/stays/)]);
    expect(await read(step.target.name)).toMatchObject({
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: onFailureArn } },
    });
  });

  it('undo keeps a success destination that somebody added since', async () => {
    const { step, roleName, onFailureArn } = await make();
    const { undo } = await bench.applied(step);
    const DestinationConfig = { OnSuccess: { Destination: onFailureArn }, OnFailure: { Destination: onFailureArn } };
    await put(step, { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2, DestinationConfig });
    // Lambda asks for the right to the success destination, which is the same queue here.
    const { name } = step.target;
    const PolicyDocument = policy([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: onFailureArn }]);
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'theirs', PolicyDocument }));
    await undo();
    expect((await read(name)).DestinationConfig).toEqual({ OnSuccess: { Destination: onFailureArn }, OnFailure: {} });
  });

  it('needs no right when it names no destination', async () => {
    const { step } = await make();
    const bare = { ...step, to: { ...step.to, onFailureArn: null }, grant: null };
    const { undo } = await bench.applied(bare);
    expect((await read(step.target.name)).MaximumEventAgeInSeconds).toBe(3600);
    expect(await undo()).toEqual([]);
    await expect(read(step.target.name)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('set-mapping-destination', () => {
  async function make() {
    const { target, roleName, mappingId } = await aMapping(cloud);
    const to = await aQueue(cloud);
    const step: StepOf<'set-mapping-destination'> = {
      kind: 'set-mapping-destination',
      target,
      mappingId,
      from: null,
      to,
      grant: sendTo(to),
    };
    return { step, roleName };
  }

  it('waits while the mapping is being updated, and leaves what another changed of it', async () => {
    const { step } = await make();
    const captured = await steps.capture(step);
    const stop = bench.meanwhile('UpdateEventSourceMappingCommand', () =>
      cloud.lambda.send(new UpdateEventSourceMappingCommand({ UUID: step.mappingId, BatchSize: 9 })),
    );
    const receipt = await steps.apply(step, captured);
    stop();
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    expect(await cloud.lambda.send(new GetEventSourceMappingCommand({ UUID: step.mappingId }))).toMatchObject({
      BatchSize: 9,
      DestinationConfig: { OnFailure: { Destination: step.to } },
    });
  });

  it('undo leaves a destination that somebody named since', async () => {
    const { step, roleName } = await make();
    const { undo } = await bench.applied(step);
    const theirs = await aQueue(cloud);
    const PolicyDocument = policy([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: theirs }]);
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'theirs', PolicyDocument }));
    await cloud.lambda.send(
      new UpdateEventSourceMappingCommand({
        UUID: step.mappingId,
        DestinationConfig: { OnFailure: { Destination: theirs } },
      }),
    );
    expect(await undo()).toEqual([expect.stringMatching(/somebody changed .* since/), expect.stringMatching(/stays/)]);
  });

  it("is moved when the mapping feeds another function, and refused for another's", async () => {
    const { step } = await make();
    const { target } = await aFunction(cloud);
    await expect(steps.capture({ ...step, target })).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.capture({ ...step, from: step.to })).rejects.toBeInstanceOf(StateMoved);
  });
});

describe('attach-vpc', () => {
  it('is moved when it has a VPC, and undo leaves another one that somebody chose', async () => {
    const { target } = await aFunction(cloud);
    const network = await aNetwork(cloud);
    const step: StepOf<'attach-vpc'> = { kind: 'attach-vpc', target, ...network, grant: NETWORK };
    const { undo } = await bench.applied(step);
    await bench.update(target, {
      VpcConfig: { SubnetIds: network.subnetIds.slice(0, 1), SecurityGroupIds: network.securityGroupIds },
    });
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await undo()).toEqual([expect.stringMatching(/somebody changed .* since/), expect.stringMatching(/stays/)]);
    expect((await bench.configOf(target)).VpcConfig?.SubnetIds).toEqual(network.subnetIds.slice(0, 1));
  });
});
