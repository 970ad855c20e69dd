import { beforeEach, describe, expect, it } from 'vitest';
import { decideCommand } from '../../../shared/flows/decide-command.ts';
import { readHalts, tripAccount } from '../../../shared/flows/halts.ts';
import type { CommandMessage } from '../../../shared/flows/messages.ts';
import { InvalidConfiguration, TryAgain } from '../../../shared/model/errors.ts';
import { click, makeClickWorld, planOf } from '../../support/click-bench.ts';
import { aUser, RESOURCE } from '../../support/slack-samples.ts';
import type { MemoryWorld } from '../../support/world.ts';

let world: MemoryWorld;
beforeEach(async () => {
  world = await makeClickWorld();
});
const ACCOUNT = '222222222222';

async function run(text: string, changes: Partial<CommandMessage> = {}): Promise<string> {
  world.clock.advance(1000);
  await decideCommand(world, {
    kind: 'command',
    text,
    userId: 'U0ALICE',
    responseUrl: 'https://hooks.slack.com/commands/T0/1/x',
    at: world.clock.now().toISOString(),
    ...changes,
  });
  return world.desk.responses.at(-1)?.text ?? '';
}
const exemptText = (arn = RESOURCE.arn, rule = 'lambda-policy-public') => `exempt ${rule} ${arn} 30 a demo`;

describe('status', () => {
  it('is for any member, and tells what is open, what ends and what is stopped', async () => {
    await tripAccount(world, ACCOUNT, '26 fixes in 60 minutes');
    const text = await run('status', { userId: 'U0CAROL' });
    expect(text).toContain('▶️ Cinch is running.');
    expect(text).toContain('• 1 waiting for a decision (1 high)');
    expect(text).toContain('report-export in 222222222222 · lambda-policy-public');
    expect(text).toMatch(/In 222222222222 Cinch asks in place of fixing since .*26 fixes in 60 minutes/);
  });

  it('says that the configuration stops it', async () => {
    world = await makeClickWorld({ slack: { guard: { stopped: true, maxFixes: 25, minutes: 60 } } });
    expect(await run('status')).toContain('🛑 *Stopped* by the configuration');
  });

  it('says who stopped it, and that text from people stays text', async () => {
    await run('stop <!channel> deploys look wrong');
    expect(await run('status')).toMatch(/🛑 \*Stopped\* by <@U0ALICE> since .*: &lt;!channel&gt; deploys look wrong/);
  });

  it('is not for guests', async () => {
    world.desk.users.set('U0CAROL', aUser('U0CAROL', { mayDecide: false }));
    expect(await run('status', { userId: 'U0CAROL' })).toMatch(/full members/);
  });
});

describe('who may', () => {
  it('stop and go on: an approver, and the second time it says how it stands', async () => {
    expect(await run('stop deploys look wrong')).toContain('🛑 Stopped');
    expect(await readHalts(world)).toMatchObject({ stopped: { by: 'U0ALICE', why: 'deploys look wrong' } });
    expect(await run('stop too', { userId: 'U0BOB' })).toContain('stopped already');
    expect(await run('resume')).toContain('goes on');
    expect(await readHalts(world)).toEqual({ stopped: null, accounts: [] });
    expect(await run('resume')).toBe('Cinch was not stopped.');
  });

  it('reset an account: an approver, and the second time it says how it stands', async () => {
    await tripAccount(world, ACCOUNT, '26 fixes in 60 minutes');
    expect(await run(`reset ${ACCOUNT}`)).toContain('fixes by itself again');
    expect((await readHalts(world)).accounts).toEqual([]);
    expect(await run(`reset ${ACCOUNT}`)).toContain('nothing to reset');
  });

  it.each(['stop x', 'resume', `reset ${ACCOUNT}`])('%s: no bystander, no guest, nobody who has left', async (text) => {
    if (text === 'resume') await run('stop x');
    await tripAccount(world, ACCOUNT, 'x');
    const before = await readHalts(world);
    expect(await run(text, { userId: 'U0CAROL' })).toMatch(/not one of/);
    world.desk.users.set('U0ALICE', aUser('U0ALICE', { mayDecide: false }));
    expect(await run(text)).toMatch(/full members/);
    world.desk.users.delete('U0ALICE');
    expect(await run(text)).toMatch(/full members/);
    expect(await readHalts(world)).toEqual(before);
  });

  it('nobody, while Slack can’t be asked', async () => {
    world.desk.before.user = () => {
      throw new TryAgain('down');
    };
    expect(await run('stop x')).toMatch(/could not be asked/);
    expect((await readHalts(world)).stopped).toBeNull();
  });

  it('stop: everybody who may decide on anything; resume: the common approvers; reset: those of the account', async () => {
    const line = { accounts: [ACCOUNT], approvers: { users: ['U0CAROL'], emails: [] } };
    world = await makeClickWorld({ slack: { slack: { approvals: [line] } } });
    await tripAccount(world, ACCOUNT, 'x');
    await run('stop x', { userId: 'U0CAROL' });
    expect(await run('resume', { userId: 'U0CAROL' })).toMatch(/not one of/);
    expect(await run(`reset ${ACCOUNT}`)).toMatch(/not one of/);
    expect(await readHalts(world)).toMatchObject({ stopped: { by: 'U0CAROL' }, accounts: [{ account: ACCOUNT }] });
    await run(`reset ${ACCOUNT}`, { userId: 'U0CAROL' });
    await run('resume');
    expect(await readHalts(world)).toEqual({ stopped: null, accounts: [] });
  });

  it('nobody, while the configuration is invalid', async () => {
    await run('stop x');
    world.config.read = async () => {
      throw new InvalidConfiguration('cinch.yaml:3:1: x');
    };
    expect(await run('resume')).toMatch(/configuration is invalid/);
    expect(await readHalts(world)).toMatchObject({ stopped: { by: 'U0ALICE' } });
  });
});

it('resume says that the configuration still stops it', async () => {
  world = await makeClickWorld({ slack: { guard: { stopped: true, maxFixes: 25, minutes: 60 } } });
  expect(await run('resume')).toContain('stays stopped');
});

describe('exempt', () => {
  it('ends an open question as the button does', async () => {
    expect(await run(exemptText())).toBe('Exempt until 2026-12-22.');
    expect(planOf(world)?.status).toBe('exempted');
    expect(world.ledger.findings.get('f1')?.status).toBe('exempt');
    expect(world.ledger.exemptions).toMatchObject([
      { rule: 'lambda-policy-public', resource: RESOURCE.arn, owner: 'alice', reason: 'a demo' },
    ]);
    expect(world.sent.notices.map(({ message }) => message.kind)).toContain('card');
  });

  it('delivered again is the same exemption', async () => {
    await run(exemptText());
    const before = [world.ledger.plans.get('f1-p1')?.version, world.ledger.findings.get('f1')?.version, world.ledger.exemptions];
    world.clock.advance(3_600_000);
    expect(await run(exemptText())).toBe('Exempt until 2026-12-22.');
    expect([world.ledger.plans.get('f1-p1')?.version, world.ledger.findings.get('f1')?.version, world.ledger.exemptions]).toEqual(
      before,
    );
  });

  it('works where nothing is asked: reported, or denied before', async () => {
    await click(world, { action: 'deny', reason: 'no' });
    expect(await run(exemptText())).toBe('Exempt until 2026-12-22.');
    expect(world.ledger.findings.get('f1')).toMatchObject({
      status: 'exempt',
      reason: 'exempt until 2026-12-22 by alice: a demo',
    });
    expect(world.ledger.exemptions).toHaveLength(1);
  });

  it.each([
    ['the author', { userId: 'U0DAVE' }, exemptText(), /not one of|You made/],
    ['a bystander', { userId: 'U0CAROL' }, exemptText(), /not one of/],
    ['another rule', {}, exemptText(RESOURCE.arn, 'lambda-timeout-excessive'), /no open finding/],
    ['another resource', {}, exemptText(`${RESOURCE.arn}-2`), /no open finding/],
    ['what is no resource of ours', {}, exemptText('arn:aws:s3:us-east-1:222222222222:bucket'), /no open finding/],
  ])('is refused for %s', async (_, changes, text, words) => {
    expect(await run(text, changes)).toMatch(words);
    expect(world.ledger.exemptions).toEqual([]);
    expect(planOf(world)?.status).toBe('asked');
  });

  it('the author who is an approver is refused too', async () => {
    world = await makeClickWorld({ slack: { slack: { approvers: { users: ['U0DAVE'], emails: [] } } } });
    expect(await run(exemptText(), { userId: 'U0DAVE' })).toMatch(/You made/);
    expect(world.ledger.exemptions).toEqual([]);
  });

  it('waits while Cinch is working on it', async () => {
    await click(world);
    expect(await run(exemptText())).toMatch(/working on it/);
    expect(world.ledger.exemptions).toEqual([]);
  });
});

it('what is no command gets help', async () => {
  expect(await run('fly')).toContain('/cinch status');
});
