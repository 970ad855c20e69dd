import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  PublishLayerVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';
import type { StepOf } from '../../../../shared/model/step.ts';
import { zip } from '../../../local/cloud/zip.ts';
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

type AddCleaner = StepOf<'add-tmp-cleaner'>;
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
const read = (name: string) => cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
const variablesOf = async (name: string) => (await read(name)).Environment?.Variables ?? {};

async function make(variables: Record<string, string> = { A: '1' }, more: object = {}, keep: string[] = []): Promise<AddCleaner> {
  const target = await createFunction(cloud, newName('writer'), role, {
    Description: 'd',
    Environment: { Variables: variables },
    ...more,
  });
  return { kind: 'add-tmp-cleaner', target, architecture: 'x86_64', keep };
}

async function add(step: AddCleaner): Promise<{ captured: unknown; receipt: unknown }> {
  const captured = await steps.capture(step);
  const receipt = await steps.apply(step, captured);
  expect(await steps.verify(step, captured, receipt)).toBeUndefined();
  return { captured, receipt };
}

const OWN = '/opt/own';
const CLEANER = '/opt/cinch/tmp-cleaner';
const RESOLVER = '/opt/cinch/secret-resolver';

describe('add-tmp-cleaner', () => {
  it.each([
    ['no wrapper', {}, { AWS_LAMBDA_EXEC_WRAPPER: CLEANER }],
    ['an own wrapper', { AWS_LAMBDA_EXEC_WRAPPER: OWN }, { AWS_LAMBDA_EXEC_WRAPPER: CLEANER, CINCH_TMP_NEXT_WRAPPER: OWN }],
    ['the resolver', { AWS_LAMBDA_EXEC_WRAPPER: RESOLVER }, { AWS_LAMBDA_EXEC_WRAPPER: RESOLVER, CINCH_NEXT_WRAPPER: CLEANER }],
    [
      'the resolver before an own wrapper',
      { AWS_LAMBDA_EXEC_WRAPPER: RESOLVER, CINCH_NEXT_WRAPPER: OWN },
      { AWS_LAMBDA_EXEC_WRAPPER: RESOLVER, CINCH_NEXT_WRAPPER: CLEANER, CINCH_TMP_NEXT_WRAPPER: OWN },
    ],
  ])('beside %s: adds itself, twice is once, and undo restores every field', async (_what, wrappers, wanted) => {
    const step = await make({ A: '1', CINCH_TMP_KEEP: '/tmp/theirs', ...wrappers }, {}, ['/tmp/a', '/tmp/b']);
    const before = await functionState(cloud.lambda, step.target.name);
    const { captured, receipt } = await add(step);
    expect(await variablesOf(step.target.name)).toEqual({ A: '1', CINCH_TMP_KEEP: '/tmp/a:/tmp/b', ...wanted });
    expect((await read(step.target.name)).Layers?.map(({ Arn }) => Arn?.split(':')[6])).toEqual(['cinch-tmp-cleaner']);
    const { RevisionId } = await read(step.target.name);
    expect(await steps.apply(step, captured)).toEqual(receipt);
    expect((await read(step.target.name)).RevisionId).toBe(RevisionId);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(before);
    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await functionState(cloud.lambda, step.target.name)).toEqual(before);
  });

  it('keeps the order of layers that were there, and publishes its own once', async () => {
    const published = await cloud.lambda.send(
      new PublishLayerVersionCommand({ LayerName: 'theirs', Content: { ZipFile: zip({ name: 'x', text: 'x' }) } }),
    );
    const theirs = published.LayerVersionArn ?? '';
    const step = await make({}, { Layers: [theirs] });
    await add(step);
    const layers = (await read(step.target.name)).Layers?.map(({ Arn }) => Arn);
    expect(layers).toEqual([theirs, expect.stringMatching(/:layer:cinch-tmp-cleaner:1$/)]);
  });

  it('says moved when it is there already, on another architecture and without the function, and refuses what would not fit', async () => {
    const step = await make();
    await expect(steps.capture({ ...step, architecture: 'arm64' })).rejects.toBeInstanceOf(StateMoved);
    await add(step);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
    const large = await make({ A: 'x'.repeat(4040) });
    await expect(steps.capture(large)).rejects.toBeInstanceOf(Refused);
    const odd = await make({ CINCH_TMP_NEXT_WRAPPER: OWN });
    await expect(steps.capture(odd)).rejects.toBeInstanceOf(Refused);
    const captured = await steps.capture(await make());
    const gone = await make();
    await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: gone.target.name }));
    await expect(steps.apply(gone, captured)).rejects.toBeInstanceOf(StateMoved);
    expect(await steps.undo(gone, captured, undefined)).toEqual([expect.stringMatching(/no longer exists/)]);
  });

  it("chains the wrapper and keeps the variable that somebody's hand set between reading and writing", async () => {
    const step = await make();
    const captured = await steps.capture(step);
    const stop = changeBefore(cloud.members.clients(MEMBER, REGION, 'write').lambda, 'UpdateFunctionConfigurationCommand', () =>
      update(step.target.name, { Environment: { Variables: { A: '2', NEW: '3', AWS_LAMBDA_EXEC_WRAPPER: OWN } } }),
    );
    await steps.apply(step, captured);
    stop();
    expect(await variablesOf(step.target.name)).toEqual({
      A: '2',
      NEW: '3',
      AWS_LAMBDA_EXEC_WRAPPER: CLEANER,
      CINCH_TMP_NEXT_WRAPPER: OWN,
    });
  });

  it('undo leaves what somebody changed since, and says so', async () => {
    const step = await make({}, {}, ['/tmp/a']);
    const { captured, receipt } = await add(step);
    const ours = await variablesOf(step.target.name);
    await update(step.target.name, { Environment: { Variables: { ...ours, CINCH_TMP_KEEP: '/tmp/b', NEW: '1' } } });
    expect(await steps.undo(step, captured, receipt)).toEqual(['CINCH_TMP_KEEP was changed since']);
    expect(await variablesOf(step.target.name)).toEqual({ CINCH_TMP_KEEP: '/tmp/b', NEW: '1' });

    const other = await make();
    const added = await add(other);
    await functionState(cloud.lambda, other.target.name);
    await update(other.target.name, { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: OWN } } });
    expect(await steps.verify(other, added.captured, added.receipt)).toMatch(/not among the wrappers/);
    expect(await steps.undo(other, added.captured, added.receipt)).toEqual([expect.stringMatching(/was changed since/)]);
    expect(await variablesOf(other.target.name)).toEqual({ AWS_LAMBDA_EXEC_WRAPPER: OWN });
  });

  /** Not where a function has no /tmp of its own: there the cleaner gets another folder. */
  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'the function: what one invocation writes is there for the next before it and after undo, and not between',
    async () => {
      const text = `
        const fs = require('node:fs');
        exports.handler = async () => {
          const found = fs.existsSync('/tmp/customer');
          fs.writeFileSync('/tmp/customer', 'x');
          return found;
        };`;
      const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
      const Code = { ZipFile: zip({ name: 'index.js', text }) };
      const step = { ...(await make({}, { Code, Architectures: [architecture] })), architecture } as const;
      const finds = async (): Promise<unknown> => {
        const { Payload, FunctionError } = await cloud.lambda.send(new InvokeCommand({ FunctionName: step.target.name }));
        expect(FunctionError).toBeUndefined();
        return JSON.parse(new TextDecoder().decode(Payload));
      };
      const twice = async (): Promise<unknown[]> => [await finds(), await finds()];
      expect(await twice()).toEqual([false, true]);
      const { captured, receipt } = await add(step);
      expect(await twice()).toEqual([false, false]);
      expect(await steps.undo(step, captured, receipt)).toEqual([]);
      expect(await twice()).toEqual([false, true]);
    },
  );

  it('uses exactly the actions that its row declares', () => {
    expect(used.write).toEqual(declaredActions(['add-tmp-cleaner'], 'permissions'));
    expect(used.undo).toEqual(declaredActions(['add-tmp-cleaner'], 'undoPermissions'));
  });
});
