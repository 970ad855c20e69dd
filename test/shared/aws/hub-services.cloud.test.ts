import { randomUUID } from 'node:crypto';
import { CreateEventBusCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateSecretCommand, SecretsManagerClient, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBus } from '../../../shared/aws/bus.ts';
import { makeConfigSource } from '../../../shared/aws/config-source.ts';
import { makeQueues } from '../../../shared/aws/queues.ts';
import { makeSlackSecret } from '../../../shared/aws/slack-secret.ts';
import { makeVault } from '../../../shared/aws/vault.ts';
import { haltChanged } from '../../../shared/flows/domain-events.ts';
import { InvalidConfiguration } from '../../../shared/model/errors.ts';
import { type HubCloud, settableClock, startHubCloud } from './cloud/hub-cloud.ts';
import { config, HUB, REGION } from './cloud/member-cloud.ts';

let cloud: HubCloud;
let admin: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
let sqs: SQSClient;

beforeAll(async () => {
  cloud = await startHubCloud();
  admin = { endpoint: cloud.cloud.endpoint, region: REGION, credentials: cloud.cloud.credentials(HUB) };
  sqs = new SQSClient(admin);
});
afterAll(() => cloud?.stop());

const makeQueue = async (name: string, attributes: Record<string, string> = {}): Promise<string> =>
  (await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))).QueueUrl ?? '';
const receive = async (url: string) =>
  (
    await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['All'],
      }),
    )
  ).Messages ?? [];

it('seals and opens under KMS; another context or another text does not open', async () => {
  const { KeyMetadata: key } = await new KMSClient(admin).send(new CreateKeyCommand({}));
  const vault = makeVault({ hub: cloud.hub, keyArn: key?.Arn ?? '' });
  const value = { policy: 'x'.repeat(20_000), odd: 'é漢"\n', none: null };
  const sealed = await vault.seal(value, { plan: 'p1', step: '0' });
  expect(sealed).not.toContain('xxxx');
  expect(sealed.length).toBeLessThan(2_000);
  expect(await vault.open(sealed, { step: '0', plan: 'p1' })).toEqual(value);
  await expect(vault.open(sealed, { plan: 'p2', step: '0' })).rejects.toThrow();
  const bytes = Buffer.from(sealed, 'base64');
  bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
  await expect(vault.open(bytes.toString('base64'), { plan: 'p1', step: '0' })).rejects.toThrow();
  expect(await vault.seal(value, { plan: 'p1' })).not.toBe(await vault.seal(value, { plan: 'p1' }));
});

it('sends to FIFO and standard queues, and does not swallow the same work sent again', async () => {
  const changes = await makeQueue('changes');
  const work = await makeQueue('work.fifo', { FifoQueue: 'true' });
  const looks = await makeQueue('looks.fifo', { FifoQueue: 'true' });
  const queues = makeQueues({
    hub: cloud.hub,
    urls: { changes, work, looks },
    id: randomUUID,
    clock: settableClock('2027-01-10T12:00:00Z'),
    random: () => 0,
  });
  const group = `arn:aws:iam::222222222222:role/${'deep/'.repeat(40)}name`;
  await queues.sendChange({ kind: 'look', id: '1', resourceArn: 'arn' });
  await queues.sendWork({ kind: 'apply', planId: 'p1' }, group);
  await queues.sendWork({ kind: 'apply', planId: 'p1' }, group);
  expect((await receive(changes)).map(({ Body }) => JSON.parse(Body ?? ''))).toEqual([
    { kind: 'look', id: '1', resourceArn: 'arn' },
  ]);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: work, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  expect(Attributes?.ApproximateNumberOfMessages).toBe('2');
  const [first] = await receive(work);
  expect(first?.Attributes?.MessageGroupId).toMatch(/^[0-9a-f]{64}$/);
  // A sweep's looks go in batches of ten, and the same look of one round only once.
  const wished = Array.from({ length: 23 }, (_, index) => ({
    kind: 'look' as const,
    id: `r-${index}`,
    resourceArn: 'arn',
    round: 'r',
  }));
  await queues.sendLooks(wished, '222222222222/eu-central-1');
  await queues.sendLooks(wished.slice(20), '222222222222/eu-central-1');
  const { Attributes: waiting } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: looks, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  expect(waiting?.ApproximateNumberOfMessages).toBe('23');
  await expect(queues.sendNotice({ kind: 'card', findingId: 'f' }, 'f')).rejects.toThrow(/notices/);
});

it('publishes domain events on the bus', async () => {
  const events = new EventBridgeClient(admin);
  await events.send(new CreateEventBusCommand({ Name: 'cinch' }));
  const url = await makeQueue('listener');
  const arn = `arn:aws:sqs:${REGION}:${HUB}:listener`;
  await events.send(
    new PutRuleCommand({ Name: 'all', EventBusName: 'cinch', EventPattern: JSON.stringify({ source: ['cinch'] }) }),
  );
  await events.send(new PutTargetsCommand({ Rule: 'all', EventBusName: 'cinch', Targets: [{ Id: 'q', Arn: arn }] }));
  const halt = { id: 'all', halted: true, since: '2027-01-10T12:00:00.000Z', by: 'U0ALICE', why: 'an incident', version: 1 };
  const event = haltChanged(halt);
  await makeBus({ region: REGION, busName: 'cinch' }).publish(event);
  const [message] = await receive(url);
  expect(JSON.parse(message?.Body ?? '{}')).toMatchObject({
    source: 'cinch',
    'detail-type': 'HaltChanged',
    detail: event.detail,
  });
});

it('reads the configuration and keeps it a minute; an invalid one is named and never used', async () => {
  const ssm = new SSMClient(admin);
  const clock = settableClock('2027-01-01T00:00:00Z');
  const put = (Value: string) =>
    ssm.send(new PutParameterCommand({ Name: '/c', Value, Type: 'String', Tier: 'Advanced', Overwrite: true }));
  const source = makeConfigSource({ hub: cloud.hub, clock, parameter: '/c' });
  await expect(source.read()).rejects.toThrow(/ParameterNotFound/);
  await put(JSON.stringify(config));
  expect(await source.read()).toEqual(config);
  await put(JSON.stringify({ ...config, mode: 'delete' }));
  clock.advance(59);
  expect(await source.read()).toEqual(config);
  clock.advance(2);
  await expect(source.read()).rejects.toBeInstanceOf(InvalidConfiguration);
  await expect(source.read()).rejects.toThrow(/\/c: mode: /);
  await put('{');
  await expect(source.read()).rejects.toBeInstanceOf(InvalidConfiguration);
  await put(JSON.stringify({ ...config, mode: 'report' }));
  expect(await source.read()).toMatchObject({ mode: 'report' });
});

it('reads the Slack secret once, and again on demand at most once a minute', async () => {
  const secrets = new SecretsManagerClient(admin);
  const made = await secrets.send(
    new CreateSecretCommand({ Name: 'slack', SecretString: '{"signingSecret":"s1","botToken":"xoxb-1"}' }),
  );
  const clock = settableClock('2027-01-01T00:00:00Z');
  const source = makeSlackSecret({ hub: cloud.hub, clock, arn: made.ARN ?? '' });
  expect(await source.read()).toEqual({ signingSecret: 's1', botToken: 'xoxb-1' });
  await secrets.send(new UpdateSecretCommand({ SecretId: 'slack', SecretString: '{"signingSecret":"s2","botToken":"xoxb-2"}' }));
  expect(await source.refresh()).toMatchObject({ signingSecret: 's1' });
  clock.advance(61);
  expect(await source.read()).toMatchObject({ signingSecret: 's1' });
  expect(await source.refresh()).toMatchObject({ signingSecret: 's2' });
  await secrets.send(new UpdateSecretCommand({ SecretId: 'slack', SecretString: '{"signingSecret":"s3"}' }));
  clock.advance(61);
  await expect(source.refresh()).rejects.toThrow(/botToken/);
  expect(await source.read()).toMatchObject({ signingSecret: 's2' });
});
