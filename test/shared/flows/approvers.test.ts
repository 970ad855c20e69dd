import { beforeEach, describe, expect, it } from 'vitest';
import { checkCircles, checkMember } from '../../../shared/flows/approvers.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import { ALICE } from '../../support/slack-samples.ts';
import { type MemoryWorld, makeWorld } from '../../support/world.ts';

const BUSY = /Slack could not be asked who may decide/;

let world: MemoryWorld;
let asked: number;
let slept: number[];

/** Fails so many times. */
function slackFails(times: number, error: Error): void {
  world.desk.before.user = () => {
    asked += 1;
    if (asked <= times) throw error;
  };
}

beforeEach(() => {
  world = makeWorld({ users: [ALICE] });
  asked = 0;
  slept = [];
  world.clock.sleep = async (ms) => void slept.push(ms);
});

describe('who may decide, while a call of Slack does not come off', () => {
  it('is asked once more, after a moment', async () => {
    slackFails(1, new TryAgain('Slack is away'));
    expect(await checkMember(world, ALICE.id)).toMatchObject({ kind: 'yes' });
    expect([asked, slept]).toEqual([2, [300]]);
  });

  it('is refused when it fails again', async () => {
    slackFails(2, new TryAgain('Slack is away'));
    const circle = { users: [ALICE.id], emails: [] };
    expect(await checkCircles(world, [circle], ALICE.id)).toMatchObject({ kind: 'no', why: expect.stringMatching(BUSY) });
    expect([asked, slept]).toEqual([2, [300]]);
  });

  it('is refused at once when Slack wants to be left alone', async () => {
    slackFails(1, new TryAgain('Slack asks for less', { retryAfter: 30 }));
    expect(await checkMember(world, ALICE.id)).toMatchObject({ kind: 'no', why: expect.stringMatching(BUSY) });
    expect([asked, slept]).toEqual([1, []]);
  });

  it('lets through what is no error of Slack', async () => {
    slackFails(1, new TypeError('a bug'));
    await expect(checkMember(world, ALICE.id)).rejects.toThrow('a bug');
  });
});
