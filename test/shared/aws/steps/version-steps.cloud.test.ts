import {
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  ListVersionsByFunctionCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { Refused, StateMoved, TryAgain } from '../../../../shared/model/errors.ts';
import type { Resource } from '../../../../shared/model/resource.ts';
import { zip } from '../../../local/cloud/zip.ts';
import { MEMBER, type MemberCloud, REGION, startMemberCloud } from '../cloud/member-cloud.ts';
import { declaredActions, functionState, recordActions, stepsOf } from '../cloud/step-bench.ts';
import { runtimeBench } from './runtime-bench.ts';
import { aMovedFunction, PASSWORD, REFERENCES } from './scenarios/versions.ts';

let cloud: MemberCloud;
let steps: StepRunner;
let bench: ReturnType<typeof runtimeBench>;
let used: { write: Set<string>; undo: Set<string> };

beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
  bench = runtimeBench(cloud, steps);
  used = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
});
afterAll(() => cloud?.stop());

const aliasOf = ({ name }: Resource<'function'>, alias = 'live') =>
  cloud.lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias }));
const point = ({ name }: Resource<'function'>, change: object) =>
  cloud.lambda.send(new UpdateAliasCommand({ FunctionName: name, Name: 'live', ...change }));
const versionsOf = async ({ name }: Resource<'function'>) =>
  ((await cloud.lambda.send(new ListVersionsByFunctionCommand({ FunctionName: name }))).Versions ?? []).map(
    ({ Version }) => Version,
  );
const otherCode = async ({ name }: Resource<'function'>) => {
  const ZipFile = zip({ name: 'index.mjs', text: 'export const handler = async () => "not released";' });
  await cloud.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile }));
  await functionState(cloud.lambda, name);
};

describe('publish-clean-version', () => {
  it('serves the same code without the secret, and undo gives everything back', async () => {
    const { step, look } = await aMovedFunction(cloud);
    const before = await look();
    const captured = await steps.capture(step);
    expect(await look()).toEqual(before);
    const receipt = await steps.apply(step, captured);
    expect(await steps.verify(step, captured, receipt)).toBeUndefined();
    const { FunctionVersion: served, Description } = await aliasOf(step.target);
    expect(served).not.toBe(step.fromVersion);
    expect(Description).toBe('what customers call');
    const config = await functionState(cloud.lambda, `${step.target.name}:${served}`);
    expect(config).toMatchObject({ Environment: { Variables: REFERENCES } });
    expect(JSON.stringify([captured, receipt])).not.toContain(PASSWORD);

    const after = await look();
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect(await look()).toEqual(after);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await look()).toEqual(before);
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
  });

  it('publishes one version for two aliases, and undo in turn takes back both', async () => {
    const { step, look } = await aMovedFunction(cloud);
    await cloud.lambda.send(
      new CreateAliasCommand({ FunctionName: step.target.name, Name: 'beta', FunctionVersion: step.fromVersion }),
    );
    const before = await look();
    const beta = { ...step, alias: 'beta' };
    const captured = [await steps.capture(step), await steps.capture(beta)];
    const receipts = [await steps.apply(step, captured[0]), await steps.apply(beta, captured[1])];
    expect(receipts[1]).toEqual(receipts[0]);
    expect(await steps.apply(beta, captured[1])).toEqual(receipts[1]);
    expect(await steps.undo(beta, captured[1], receipts[1])).toEqual([]);
    expect(await steps.undo(step, captured[0], receipts[0])).toEqual([]);
    expect(await look()).toEqual(before);
  });

  it('keeps the version that another alias names by then', async () => {
    const { step } = await aMovedFunction(cloud);
    const { receipt, undo } = await bench.applied(step);
    const { version } = receipt as { version: string };
    await cloud.lambda.send(new CreateAliasCommand({ FunctionName: step.target.name, Name: 'canary', FunctionVersion: version }));
    expect(await undo()).toEqual([`version ${version} stays: canary of ${step.target.name} names it`]);
    expect((await aliasOf(step.target)).FunctionVersion).toBe(step.fromVersion);
    expect((await aliasOf(step.target, 'canary')).FunctionVersion).toBe(version);
  });

  it('leaves an alias alone that somebody moved since', async () => {
    const { step } = await aMovedFunction(cloud);
    const { undo } = await bench.applied(step);
    await point(step.target, { FunctionVersion: '$LATEST' });
    expect(await undo()).toEqual(['live was moved to version $LATEST since']);
    expect((await aliasOf(step.target)).FunctionVersion).toBe('$LATEST');
  });

  it('takes back what a run left that was cut off before the alias moved', async () => {
    const { step, look } = await aMovedFunction(cloud);
    const before = await look();
    const captured = await steps.capture(step);
    const stop = bench.meanwhile('UpdateAliasCommand', () => point(step.target, { Description: 'somebody was here' }));
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(TryAgain);
    stop();
    expect(await versionsOf(step.target)).toHaveLength(3);
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    expect(await versionsOf(step.target)).toEqual(['$LATEST', step.fromVersion]);
    expect(await look()).not.toEqual(before);
    await point(step.target, { Description: 'what customers call' });
    expect(await look()).toEqual(before);
  });

  it('publishes once although a first try met somebody else', async () => {
    const { step } = await aMovedFunction(cloud);
    const captured = await steps.capture(step);
    const stop = bench.meanwhile('UpdateAliasCommand', () => point(step.target, { Description: 'somebody was here' }));
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(TryAgain);
    stop();
    await steps.apply(step, captured);
    expect(await versionsOf(step.target)).toHaveLength(3);
    expect((await aliasOf(step.target)).Description).toBe('somebody was here');
  });

  it('publishes nothing when $LATEST changes right before', async () => {
    const { step } = await aMovedFunction(cloud);
    const captured = await steps.capture(step);
    const stop = bench.meanwhile('PublishVersionCommand', () => bench.update(step.target, { Timeout: 7 }));
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(TryAgain);
    stop();
    await expect(steps.apply(step, captured)).rejects.toThrow('also release a change of Timeout');
    expect(await versionsOf(step.target)).toEqual(['$LATEST', step.fromVersion]);
  });
});

describe('publish-clean-version refuses', () => {
  it('code that nobody released', async () => {
    const { step } = await aMovedFunction(cloud);
    await otherCode(step.target);
    await expect(steps.capture(step)).rejects.toThrow(/\$LATEST holds other code/);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(Refused);
  });

  it('settings and variables that nobody released, by name', async () => {
    const { step } = await aMovedFunction(cloud, { ...REFERENCES, STAGE: 'a-new-stage' });
    await bench.update(step.target, { MemorySize: 512 });
    const refused = await steps.capture(step).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect(String(refused)).toContain('a change of MemorySize, STAGE');
    expect(String(refused)).not.toContain('a-new-stage');
  });

  it('an alias that shares its traffic', async () => {
    const { step } = await aMovedFunction(cloud);
    const captured = await steps.capture(step);
    const { receipt } = await bench.applied(step);
    const { version } = receipt as { version: string };
    await point(step.target, {
      FunctionVersion: step.fromVersion,
      RoutingConfig: { AdditionalVersionWeights: { [version]: 0.1 } },
    });
    await expect(steps.capture(step)).rejects.toBeInstanceOf(Refused);
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(Refused);
  });

  it('an alias with provisioned concurrency', async () => {
    const { step } = await aMovedFunction(cloud);
    await cloud.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName: step.target.name,
        Qualifier: 'live',
        ProvisionedConcurrentExecutions: 1,
      }),
    );
    await expect(steps.capture(step)).rejects.toThrow('provisioned concurrency');
  });

  it('a state that moved', async () => {
    const { step } = await aMovedFunction(cloud);
    await expect(steps.capture({ ...step, fromVersion: '9' })).rejects.toBeInstanceOf(StateMoved);
    await expect(steps.capture({ ...step, alias: 'gone' })).rejects.toBeInstanceOf(StateMoved);
    const captured = await steps.capture(step);
    await point(step.target, { FunctionVersion: '$LATEST' });
    await point(step.target, { FunctionVersion: step.fromVersion });
    await bench.update(step.target, { Environment: { Variables: { STAGE: 'prod', DB_PASSWORD: PASSWORD } } });
    await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
    await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: step.target.name }));
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(step, captured, undefined)).toEqual([`${step.target.name} no longer exists`]);
  });
});

describe('permissions', () => {
  it('declares every action that was used, and no other', () => {
    expect(used.write).toEqual(declaredActions(['publish-clean-version'], 'permissions'));
    expect(used.undo).toEqual(declaredActions(['publish-clean-version'], 'undoPermissions'));
  });

  it('lets the undo role delete a version, but no function', async () => {
    const { step } = await aMovedFunction(cloud);
    const { lambda } = cloud.members.clients(MEMBER, REGION, 'undo');
    await expect(lambda.send(new DeleteFunctionCommand({ FunctionName: step.target.name }))).rejects.toThrow(/not authorized/);
    expect(await versionsOf(step.target)).toHaveLength(2);
  });
});
