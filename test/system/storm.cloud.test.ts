import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StoredMessage } from '../../local/slack/start.ts';
import { textOf } from './cards.ts';
import { until } from './until.ts';
import { ALICE, startWorkbench, type Workbench } from './workbench.ts';

/** A storm on the deployed system: from CloudTrail's records to one message, its list, and a decision made in it. */

let b: Workbench;
const CHANNEL = 'C0CLOUDSEC1';

beforeAll(async () => {
  b = await startWorkbench();
  const config = JSON.parse(await b.hub.readConfig()) as { slack: object };
  await b.hub.putConfig(
    JSON.stringify({ ...config, slack: { ...config.slack, digest: { from: 3, windowSeconds: 600 } } }),
    'notify',
  );
}, 300_000);

afterAll(() => b?.system.stop());

const channel = (): StoredMessage[] => b.system.slack.messages(CHANNEL);
const find = (words: string, what: string): Promise<StoredMessage> =>
  until(
    () => channel().find((message) => message.thread_ts === undefined && textOf(message).includes(words)),
    (message) => message !== undefined,
    what,
  ) as Promise<StoredMessage>;

it('becomes one message, and what it holds is decided from its list, one by one', async () => {
  const names = ['storm-a', 'storm-b', 'storm-c', 'storm-d', 'storm-e', 'storm-f'];
  await Promise.all(names.map((name) => b.makePublic(name)));

  const digest = await find('4 functions against', 'the digest of the storm');
  const own = () => channel().filter((message) => /Finding .*lambda-policy-public/.test(textOf(message)));
  await until(own, (cards) => cards.length === 2, 'the cards of the first two');

  // Its list.
  await b.system.slack.click({ user: ALICE, channel: CHANNEL, ts: digest.ts, actionId: 'cinch-review' });
  const view = await until(
    () => b.system.slack.views(ALICE)[0],
    (found) => JSON.stringify(found).includes('storm-'),
    'the list of the digest',
  );
  const gathered = names.filter((name) => JSON.stringify(view).includes(`"${name}"`));
  expect(gathered).toHaveLength(4);

  // A decision in it.
  const [chosen = ''] = gathered;
  const [finding] = await b.findingsOf(chosen);
  const blockId = `cinch-review-${finding?.id}`;
  await b.system.slack.click({ user: ALICE, viewId: view?.id ?? '', actionId: 'cinch-approve', blockId });
  await b.says(digest, '1 of 4 decided: 3 waiting, 1 done.');
  expect(await b.policy(chosen)).toBeNull();
  expect(await b.trail.writesOf(chosen)).toEqual(['RemovePermission']);
  for (const name of names.filter((other) => other !== chosen)) expect(await b.trail.writesOf(name)).toEqual([]);

  // The digest's thread tells who.
  const told = await until(
    () => channel().filter(({ thread_ts }) => thread_ts === digest.ts),
    (lines) => lines.length > 0,
    'the line in the thread',
  );
  expect(told.map(({ text }) => text).join('\n')).toContain(`${chosen}: 👍 Approved by <@${ALICE}>.`);
});
