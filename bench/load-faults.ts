import { Agent, type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { HUB, type System } from '../local/system.ts';
import { type BotFunction, botFunctionName } from '../shared/names.ts';

/** Between Cinch's functions and AWS: counts every call, and lets some fail as AWS's do on a bad day. */

const KINDS = ['throttled', 'unavailable', 'reply lost'] as const;
export type Fault = (typeof KINDS)[number];

export interface Between {
  /** `lambda`, `dynamodb` ... -> calls since the last `clear`. */
  readonly calls: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<Fault, number>;
  clear(): void;
  stop(): void;
}

const THROUGH: readonly BotFunction[] = ['on-change', 'apply', 'notify', 'sweep'];

/** From now on the functions' calls go through here. They start cold once more. @param share of the calls that fail, 0 to 1 */
export async function standBetween(system: System, share: number, random: () => number): Promise<Between> {
  const calls = new Map<string, number>();
  const faults = new Map<Fault, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const server = createServer((asked, answer) => {
    const service = serviceOf(asked);
    count(calls, service);
    const fault = random() < share ? KINDS[Math.floor(random() * KINDS.length)] : undefined;
    if (fault) count(faults, fault);
    if (fault === 'throttled' || fault === 'unavailable') {
      asked.resume();
      asked.once('end', () => (fault === 'throttled' ? throttle(asked, answer) : answer.writeHead(503).end()));
      return;
    }
    const passed = forward(system.cloud.port, agent, asked);
    passed.once('error', () => answer.destroy());
    passed.once('response', (back: IncomingMessage) => {
      if (fault === 'reply lost') {
        // AWS has done it by now; nobody will hear of it.
        back.resume();
        back.once('end', () => answer.destroy());
        return;
      }
      answer.writeHead(back.statusCode ?? 500, back.headers);
      back.pipe(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await redirect(system, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    calls,
    faults,
    clear: () => {
      calls.clear();
      faults.clear();
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
      agent.destroy();
    },
  };
}

const count = <K>(counts: Map<K, number>, key: K): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** From the signature's scope: `Credential=ASIA.../20260101/us-east-1/lambda/aws4_request`. */
const serviceOf = ({ headers }: IncomingMessage): string =>
  /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';

function forward(port: number, agent: Agent, asked: IncomingMessage): ClientRequest {
  const { method, url: path, headers } = asked;
  const passed = request({ host: '127.0.0.1', port, agent, method, path, headers });
  asked.pipe(passed);
  return passed;
}

/** In the words of the service's protocol. */
function throttle({ headers }: IncomingMessage, answer: ServerResponse): void {
  const service = serviceOf({ headers } as IncomingMessage);
  if (headers['x-amz-target']) {
    const type = service === 'dynamodb' ? 'ProvisionedThroughputExceededException' : 'ThrottlingException';
    answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': type });
    answer.end(JSON.stringify({ __type: type, message: 'Rate exceeded' }));
  } else if (['iam', 'sts', 'monitoring', 'ec2'].includes(service)) {
    answer.writeHead(400, { 'content-type': 'text/xml' });
    answer.end(
      '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>load</RequestId></ErrorResponse>',
    );
  } else {
    answer.writeHead(429, { 'content-type': 'application/json', 'x-amzn-errortype': 'TooManyRequestsException' });
    answer.end(JSON.stringify({ Reason: 'CallerRateLimitExceeded', message: 'Rate exceeded' }));
  }
}

async function redirect(system: System, url: string): Promise<void> {
  const lambda = new LambdaClient(system.clientConfig(HUB.account, HUB.region));
  for (const FunctionName of THROUGH.map(botFunctionName)) {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables, AWS_ENDPOINT_URL: url };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName });
  }
}
