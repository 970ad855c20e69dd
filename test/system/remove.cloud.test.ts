import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cloud } from '../../local/cloud/start.ts';
import { type Developer, invoke, makeFunction, signIn } from '../../local/demo/workloads.ts';
import type { StoredMessage } from '../../local/slack/start.ts';
import { HUB, MEMBER, ONE_MEMBER, type System, startSystem } from '../../local/system.ts';
import { botFunctionName } from '../../shared/names.ts';
import { type Cards, cardsOf, textOf } from './cards.ts';
import { inventory, unseen } from './inventory.ts';
import { watchQueues } from './queues.ts';
import { until } from './until.ts';
import { ALICE } from './workbench.ts';

/** What docs/install.md says about removing Cinch, done: what is undone before, what stays and works, and that nothing else is left. */

const CONFIG_FILE = fileURLToPath(new URL('./secrets.yaml', import.meta.url));
const [MEMBER_STACK = ''] = ONE_MEMBER.stacks;
const PASSWORD = 'k7Q-9vRt2LmXw8Zb';
const NODE = 'exports.handler = async () => process.env.DB_PASSWORD.length;';

/** The developer's own. */
const THEIRS = [
  'AWS::IAM::Role developer',
  ...['given-back', 'kept'].flatMap((name) => [
    `AWS::IAM::Policy ${name}-role/app`,
    `AWS::IAM::Role ${name}-role`,
    `AWS::Lambda::Function ${name}`,
  ]),
];

/** The emulator makes a log group for the sweep that runs at this minute, whatever the function's role allows; AWS does not. */
const isWrittenAgain = (one: string): boolean => one === `AWS::Logs::LogGroup /aws/lambda/${botFunctionName('sweep')}`;

let system: System;
let cards: Cards;
let dana: Developer;
let before: { hub: string[]; member: string[] };

const inventories = async ({ endpoint, credentials }: Pick<Cloud, 'endpoint' | 'credentials'>) => {
  const [hub = [], member = []] = await Promise.all(
    [HUB, MEMBER].map(({ account, region }) => inventory({ endpoint, region, credentials: credentials(account) })),
  );
  return { hub, member };
};
const variables = async (FunctionName: string) =>
  (await dana.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).Environment?.Variables ?? {};

beforeAll(async () => {
  system = await startSystem({
    unlimitedSlack: true,
    prepare: async (cloud) => {
      before = await inventories(cloud);
      return { configFile: CONFIG_FILE, extras: [ONE_MEMBER] };
    },
  });
  cards = cardsOf(system);
  dana = await signIn(system);
}, 300_000);

afterAll(() => system?.stop());

async function remove({ account, region }: typeof HUB | typeof MEMBER, StackName: string): Promise<void> {
  const client = new CloudFormationClient(system.clientConfig(account, region));
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, { StackName });
}

/** A function whose password Cinch has moved, and the card about it. */
async function moved(name: string): Promise<StoredMessage> {
  await makeFunction(dana, { name, node: NODE, environment: { DB_PASSWORD: PASSWORD } });
  const reference = `cinch-ssm:/cinch/${name}/DB_PASSWORD`;
  await until(
    () => variables(name),
    ({ DB_PASSWORD }) => DB_PASSWORD === reference,
    `the move of ${name}`,
  );
  return cards.one(name, 'Moved');
}

describe('to remove Cinch', () => {
  it('leaves what was moved and not undone, which goes on working, and nothing else', async () => {
    const stacks = [
      { at: HUB, name: 'CinchHub' },
      { at: MEMBER, name: MEMBER_STACK },
    ];
    for (const { at, name } of stacks) expect(await unseen(system.clientConfig(at.account, at.region), name)).toEqual([]);
    const card = await moved('given-back');
    await moved('kept');
    await cards.press(card, 'undo', ALICE);
    await until(
      () => textOf(cards.now(card)),
      (text) => text.includes('It is as it was before.'),
      'the undo',
    );
    await watchQueues(system).untilIdle(2_000);
    for (const { at, name } of stacks.toReversed()) await remove(at, name);

    const after = await inventories(system.cloud);
    expect(after.hub.filter((one) => !isWrittenAgain(one))).toEqual(before.hub);
    expect(after.member.filter((one) => !before.member.includes(one) && !THEIRS.includes(one))).toEqual([
      'AWS::IAM::Policy kept-role/cinch-secrets-kept',
      'AWS::KMS::Key Cinch: secrets that were moved from Lambda environments to SSM or Secrets Manager',
      expect.stringMatching(/^AWS::Lambda::LayerVersion .*:layer:cinch-secret-resolver:1$/),
      'AWS::SSM::Parameter /cinch/kept/DB_PASSWORD',
    ]);
    expect([await invoke(dana, 'kept'), await invoke(dana, 'given-back')]).toEqual([PASSWORD.length, PASSWORD.length]);
  });
});
