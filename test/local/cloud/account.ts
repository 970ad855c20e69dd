import { setTimeout as sleep } from 'node:timers/promises';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { Cloud } from '../../../local/cloud/start.ts';
import { zip } from './zip.ts';

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

export type Statement = Readonly<Record<string, unknown>>;

/** Clients of one account and region, and the few things that the tests of the cloud do there. */
export interface Account {
  id: string;
  region: string;
  lambda: LambdaClient;
  iam: IAMClient;
  sqs: SQSClient;
  sts: STSClient;
  events: EventBridgeClient;
}

export function openAccount(cloud: Cloud, id: string, region = 'us-east-1', credentials?: Credentials): Account {
  const config = { endpoint: cloud.endpoint, region, credentials: credentials ?? cloud.credentials(id) };
  return {
    id,
    region,
    lambda: new LambdaClient(config),
    iam: new IAMClient(config),
    sqs: new SQSClient(config),
    sts: new STSClient(config),
    events: new EventBridgeClient(config),
  };
}

export function policyOf(...statements: Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) });
}

export function trustOf(principal: unknown, condition?: Statement): string {
  return policyOf({ Principal: principal, Action: 'sts:AssumeRole', ...(condition ? { Condition: condition } : {}) });
}

/** A role that Lambda may assume, with these statements. Returns its ARN. */
export async function createExecutionRole(account: Account, name: string, ...statements: Statement[]): Promise<string> {
  const trust = trustOf({ Service: 'lambda.amazonaws.com' });
  const made = await account.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  if (statements.length > 0) {
    await account.iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: policyOf(...statements) }),
    );
  }
  return made.Role?.Arn ?? '';
}

/** A Node function from its source. Resolves when it is active. */
export async function createFunction(
  account: Account,
  name: string,
  source: string,
  more: Partial<CreateFunctionCommandInput> & { Role: string },
): Promise<void> {
  const file = more.Runtime?.startsWith('python') ? 'index.py' : 'index.js';
  await account.lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: zip({ name: file, text: source }) },
      ...more,
    }),
  );
  await untilSettled(account, name);
}

/** Waits until the function takes changes again. */
export async function untilSettled(account: Account, name: string): Promise<void> {
  for (;;) {
    const now = await account.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    if (now.State === 'Active' && now.LastUpdateStatus === 'Successful') return;
    await sleep(30);
  }
}

export interface Answer {
  payload: unknown;
  error: string | undefined;
  log: string;
}

export async function invoke(account: Account, name: string, payload: unknown = {}): Promise<Answer> {
  const answer = await account.lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload), LogType: 'Tail' }),
  );
  return {
    payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')),
    error: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
  };
}

export async function createQueue(account: Account, name: string, attributes: Record<string, string> = {}): Promise<string> {
  const made = await account.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return made.QueueUrl ?? '';
}

export function queueArn(account: Account, name: string): string {
  return `arn:aws:sqs:${account.region}:${account.id}:${name}`;
}

/** A rule that sends what matches to a queue of the same account and region. Returns the queue's URL. */
export async function catchEvents(account: Account, name: string, pattern: unknown, bus = 'default'): Promise<string> {
  const url = await createQueue(account, name);
  await account.events.send(new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) }));
  const targets = [{ Id: 'queue', Arn: queueArn(account, name) }];
  await account.events.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets: targets }));
  return url;
}

/** Receives until `enough` messages came or `seconds` passed without a new one. */
export async function receive(account: Account, url: string, enough: number, seconds = 2): Promise<string[]> {
  const bodies: string[] = [];
  while (bodies.length < enough) {
    const got = await account.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: seconds }),
    );
    if (!got.Messages?.length) return bodies;
    for (const message of got.Messages) {
      bodies.push(message.Body ?? '');
      await account.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle ?? '' }));
    }
  }
  return bodies;
}

/** The names of the errors of those that were refused. */
export const refusalsOf = (results: readonly PromiseSettledResult<unknown>[]): string[] =>
  results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).name] : []));
