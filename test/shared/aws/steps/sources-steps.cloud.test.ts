import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { AccessRefused, Refused, StateMoved } from '../../../../shared/model/errors.ts';
import type { Step, StepKind } from '../../../../shared/model/step.ts';
import { SOURCES_ROWS } from '../../../../shared/model/steps/sources.ts';
import { forthAndBack } from '../cloud/forth-and-back.ts';
import { MEMBER, type MemberCloud, memberArn, REGION, startMemberCloud } from '../cloud/member-cloud.ts';
import { declaredActions, recordActions, stepsOf } from '../cloud/step-bench.ts';
import { aBus, aPolicedQueue, aQueueOf, aStream, aTopic, SOURCES_SCENARIOS } from './scenarios/sources.ts';

let cloud: MemberCloud;
let steps: StepRunner;
let used: { write: Set<string>; undo: Set<string> };

beforeAll(async () => {
  cloud = await startMemberCloud();
  steps = stepsOf(cloud);
  used = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
});
afterAll(() => cloud?.stop());

async function applied(step: Step) {
  const captured = await steps.capture(step);
  const receipt = await steps.apply(step, captured);
  return { captured, receipt, undo: () => steps.undo(step, captured, receipt) };
}

/** Runs `change` once, right before a role makes the named call: somebody else's hand between our reading and our writing. */
function meanwhile(operation: string, change: () => Promise<unknown>): void {
  const { light } = cloud.members.clients(MEMBER, REGION, 'write');
  const call = light.call;
  Object.assign(light, {
    call: async (...given: Parameters<typeof call>) => {
      if (given[1] === operation) {
        Object.assign(light, { call });
        await change();
      }
      return call(...given);
    },
  });
}

describe('each kind, forth and back', () => {
  it.each(SOURCES_SCENARIOS)('$kind $what', (scenario) => forthAndBack(cloud, steps, scenario));

  it('has a scenario', () => {
    expect(new Set(SOURCES_SCENARIOS.map(({ kind }) => kind))).toEqual(new Set(Object.keys(SOURCES_ROWS)));
  });
});

describe("somebody's later change", () => {
  const theirs = (Action: string, Resource: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: 'theirs', Effect: 'Allow', Principal: { AWS: MEMBER }, Action, Resource }],
    });
  const kinds = {
    'replace-queue-policy': async () => {
      const { target, queueArn, fromText, toText, look, set } = await aPolicedQueue(cloud);
      const step: Step = { kind: 'replace-queue-policy', target, queueArn, fromText, toText };
      return { step, look, change: () => set({ Policy: theirs('sqs:*', queueArn) }) };
    },
    'replace-topic-policy': async () => {
      const { target, topicArn, fromText, toText, look, setPolicy } = await aTopic(cloud);
      const step: Step = { kind: 'replace-topic-policy', target, topicArn, fromText, toText };
      return { step, look, change: () => setPolicy(theirs('sns:Publish', topicArn)) };
    },
    'replace-stream-policy': async () => {
      const { target, streamArn, fromText, toText, look, setPolicy } = await aStream(cloud);
      const step: Step = { kind: 'replace-stream-policy', target, streamArn, fromText, toText };
      return { step, look, change: () => setPolicy(theirs('kinesis:PutRecord', streamArn)) };
    },
    'remove-bus-statement': async () => {
      const { target, busArn, statement, look, permit } = await aBus(cloud);
      const step: Step = { kind: 'remove-bus-statement', target, busArn, statement };
      return { step, look, change: () => permit({ StatementId: 'open', Principal: '333333333333' }) };
    },
    'set-queue-visibility': async () => {
      const { target, queueArn, look, set } = await aQueueOf(cloud);
      const step: Step = { kind: 'set-queue-visibility', target, queueArn, fromSeconds: 60, toSeconds: 180 };
      return { step, look, change: () => set({ VisibilityTimeout: '90' }) };
    },
    'encrypt-queue': async () => {
      const { target, queueArn, look, set } = await aQueueOf(cloud, { SqsManagedSseEnabled: 'false' });
      const step: Step = { kind: 'encrypt-queue', target, queueArn };
      return { step, look, change: () => set({ KmsMasterKeyId: 'alias/aws/sqs', SqsManagedSseEnabled: 'false' }) };
    },
  } satisfies { readonly [K in keyof typeof SOURCES_ROWS]: unknown };

  it.each(Object.entries(kinds))('%s: is not written over by apply, nor by undo, which says so', async (kind, make) => {
    const { step, look, change } = await make();
    const captured = await steps.capture(step);
    await change();
    const changed = await look();
    const error = await steps.apply(step, captured).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind === 'encrypt-queue' ? Refused : StateMoved);
    await expect(steps.capture(step)).rejects.toBeInstanceOf(kind === 'encrypt-queue' ? Refused : StateMoved);
    expect(await look()).toEqual(changed);
    expect(await steps.undo(step, captured, undefined)).toEqual([expect.stringMatching(/somebody changed|has a KMS key now/)]);
    expect(await look()).toEqual(changed);
    // It is waited for at length, as a write may be seen late.
    if (kind === 'remove-bus-statement') expect(await steps.verify(step, captured, {})).toMatch(/is not as it was set/);
  });
});

describe('remove-bus-statement', () => {
  it('keeps what somebody adds meanwhile, and so does its undo', async () => {
    const { target, busArn, statement, permit, statements } = await aBus(cloud);
    const step: Step = { kind: 'remove-bus-statement', target, busArn, statement };
    const captured = await steps.capture(step);
    meanwhile('RemovePermission', () => permit({ StatementId: 'theirs', Principal: '333333333333' }));
    await steps.apply(step, captured);
    expect((await statements()).map(({ Sid }) => Sid)).toEqual(['organization', 'theirs']);
    expect(await steps.undo(step, captured, undefined)).toEqual([]);
    expect((await statements()).map(({ Sid }) => Sid)).toEqual(['organization', 'theirs', 'open']);
  });
});

describe('a source that is gone', () => {
  it('is moved to capture and apply, and a line to undo', async () => {
    const queue = await aQueueOf(cloud);
    const topic = await aTopic(cloud);
    const bus = await aBus(cloud);
    const { target, queueArn } = queue;
    const gone: readonly (readonly [Step, () => Promise<unknown>])[] = [
      [{ kind: 'set-queue-visibility', target, queueArn, fromSeconds: 60, toSeconds: 180 }, queue.remove],
      [{ ...topic, kind: 'replace-topic-policy' }, topic.remove],
      [{ kind: 'remove-bus-statement', target, busArn: bus.busArn, statement: bus.statement }, bus.remove],
    ];
    for (const [step, remove] of gone) {
      const { captured, undo } = await applied(step);
      await remove();
      await expect(steps.capture(step)).rejects.toBeInstanceOf(StateMoved);
      await expect(steps.apply(step, captured)).rejects.toBeInstanceOf(StateMoved);
      expect(await undo()).toEqual([expect.stringMatching(/no longer exists|somebody changed/)]);
    }
  });
});

it("does not reach another account's queue", async () => {
  const { target } = await aQueueOf(cloud);
  const queueArn = memberArn('sqs', 'orders').replace(MEMBER, '333333333333');
  const step: Step = { kind: 'encrypt-queue', target, queueArn };
  await expect(steps.capture(step)).rejects.toBeInstanceOf(AccessRefused);
});

it('called all that these steps declare and nothing else', () => {
  const kinds = Object.keys(SOURCES_ROWS) as StepKind[];
  const declared = (table: 'permissions' | 'undoPermissions') => [...declaredActions(kinds, table)].sort();
  expect([...used.write].sort()).toEqual(declared('permissions'));
  expect([...used.undo].sort()).toEqual(declared('undoPermissions'));
});
