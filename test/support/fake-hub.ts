import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ENV } from '../../shared/names.ts';
import { SIGNING_SECRET } from './slack-samples.ts';

/** What a function of the hub needs of AWS to answer Slack, in the ledger one table of claims. It counts what it is asked. */
export interface FakeHub {
  /** `secretsmanager.GetSecretValue` and so on, in their order. */
  readonly asked: string[];
  /** What was put on the clicks queue. */
  readonly queued: string[];
  close(): Promise<void>;
}

/** Starts it and sets the environment that a function reads while it is loaded: import the handler afterwards. */
export async function startFakeHub(): Promise<FakeHub> {
  const asked: string[] = [];
  const queued: string[] = [];
  const claims = new Set<string>();
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => [status: number, body: object]>> = {
    GetSecretValue: () => [200, { SecretString: JSON.stringify({ signingSecret: SIGNING_SECRET, botToken: 'xoxb-test' }) }],
    PutItem: ({ Item }) => {
      const key = JSON.stringify((Item as { pk: unknown }).pk);
      if (claims.has(key)) return [400, { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' }];
      claims.add(key);
      return [200, {}];
    },
    SendMessage: ({ MessageBody }) => {
      queued.push(String(MessageBody));
      return [200, { MessageId: 'm' }];
    },
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = String(request.headers['x-amz-target']);
      asked.push(target);
      const [status, answer] = answers[target.split('.').at(-1) ?? '']?.(JSON.parse(body)) ?? [
        400,
        { __type: 'UnknownOperation' },
      ];
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not/a/key',
    [ENV.table]: 'cinch',
    [ENV.clicksQueue]: 'https://sqs.eu-central-1.amazonaws.com/111111111111/clicks.fifo',
    [ENV.slackSecret]: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:slack',
    [ENV.slackTeam]: 'T0CINCH0001',
    [ENV.slackApiUrl]: '',
  });
  return {
    asked,
    queued,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
