import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Config } from '../../shared/config/schema.ts';
import { ENV } from '../../shared/names.ts';
import { SIGNING_SECRET } from './slack-samples.ts';
import { makeConfig } from './world.ts';

/** As much of AWS as a function of the hub needs to refuse something: secret, configuration, claims and queues. It counts what it is asked. */
export interface FakeHub {
  /** `secretsmanager.GetSecretValue` and so on, in their order; an AssumeRole with its role, which is refused. */
  readonly asked: string[];
  /** What was put on queues. */
  readonly queued: string[];
  /** The items that were written to the ledger, as DynamoDB's JSON. */
  readonly written: string[];
  close(): Promise<void>;
}

const REFUSED = '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';

/** Starts it and sets the environment that a function reads while it is loaded: import the handler afterwards. */
export async function startFakeHub(config: Config = makeConfig()): Promise<FakeHub> {
  const asked: string[] = [];
  const queued: string[] = [];
  const written: string[] = [];
  const claims = new Set<string>();
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => [status: number, body: object]>> = {
    GetSecretValue: () => [200, { SecretString: JSON.stringify({ signingSecret: SIGNING_SECRET, botToken: 'xoxb-test' }) }],
    GetParameter: () => [200, { Parameter: { Value: JSON.stringify(config) } }],
    GetItem: () => [200, {}],
    Query: () => [200, { Items: [] }],
    PutItem: ({ Item }) => {
      written.push(JSON.stringify(Item));
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
      const target = String(request.headers['x-amz-target'] ?? '');
      asked.push(target === '' ? `sts ${new URLSearchParams(body).get('RoleArn')}` : target);
      if (target === '') return void response.writeHead(403).end(REFUSED);
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
    ...Object.fromEntries(Object.values(ENV).map((name) => [name, `the ${name}`])),
    [ENV.slackTeam]: 'T0CINCH0001',
    [ENV.slackApiUrl]: '',
  });
  return {
    asked,
    queued,
    written,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
