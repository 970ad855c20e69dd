import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateApiCommand, CreateIntegrationCommand, CreateRouteCommand, CreateStageCommand } from '@aws-sdk/client-apigatewayv2';
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Developer, makeRole, signIn } from '../../local/demo/workloads.ts';
import { MEMBER, type System, startSystem } from '../../local/system.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { type HubView, viewHub } from './hub.ts';
import { readLogs } from './logs.ts';
import { until, untilTaken } from './until.ts';
import { WORKLOADS, type WorkloadSample } from './workload-samples.ts';

/** Does a function answer after a fix what it answered before? Nearly forty of them, of the shapes that people write. */

const CONFIG_FILE = join(dirname(fileURLToPath(import.meta.url)), 'workloads.yaml');
const { account, region } = MEMBER;
const arnOf = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

let system: System;
let hub: HubView;
let dana: Developer;
let sqs: SQSClient;
let bus: EventBridgeClient;
const doors = new Map<string, string>();
const before = new Map<string, unknown>();

beforeAll(async () => {
  system = await startSystem({ configFile: CONFIG_FILE, unlimitedSlack: true });
  const settings = system.clientConfig(account, region);
  sqs = new SQSClient(settings);
  bus = new EventBridgeClient(settings);
  [hub, dana] = await Promise.all([viewHub(system), signIn(system)]);
  const roles = new Map<string, Promise<string>>();
  for (const sample of WORKLOADS) {
    const role = sample.sharedRole ?? `role-${sample.name}`.slice(0, 60);
    if (!roles.has(role)) roles.set(role, makeRole(dana, role, POLICY));
    await make(sample, await (roles.get(role) as Promise<string>));
  }
}, 300_000);
afterAll(() => system?.stop());

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:aws:logs:*:${account}:log-group:/aws/lambda/*`,
    },
    {
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      Resource: `arn:aws:sqs:*:${account}:samples-*`,
    },
  ],
});

const zipOf = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, [new TextEncoder().encode(text), { os: 3, attrs: 0o755 << 16 }]]),
    ),
  );

async function make(sample: WorkloadSample, role: string): Promise<void> {
  const { lambda } = dana;
  const FunctionName = sample.name;
  const layers = sample.layer
    ? [
        (
          await lambda.send(
            new PublishLayerVersionCommand({ LayerName: `of-${FunctionName}`, Content: { ZipFile: zipOf(sample.layer) } }),
          )
        ).LayerVersionArn ?? '',
      ]
    : [];
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: role,
      Runtime: sample.runtime as NonNullable<CreateFunctionCommandInput['Runtime']>,
      Handler: sample.handler,
      Code: { ZipFile: zipOf(sample.files) },
      Timeout: 300,
      Environment: { Variables: { ...sample.environment } },
      Layers: layers,
      ...sample.more,
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60, minDelay: 0.1, maxDelay: 0.5 }, { FunctionName });
  await CALLERS[sample.caller].connect(sample);
}

/** How each caller is put before a function, and what it gets from one call. */
const CALLERS: Readonly<
  Record<
    WorkloadSample['caller'],
    { connect: (sample: WorkloadSample) => Promise<void>; call: (sample: WorkloadSample) => Promise<unknown> }
  >
> = {
  direct: { connect: async () => undefined, call: (sample) => invokeIt(sample) },
  alias: {
    connect: async ({ name: FunctionName }) => {
      const { Version } = await untilTaken(() => dana.lambda.send(new PublishVersionCommand({ FunctionName })));
      await dana.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version }));
    },
    call: (sample) => invokeIt(sample, { Qualifier: 'live' }),
  },
  async: {
    connect: async () => undefined,
    call: (sample) => loggedBy(sample, () => invokeIt(sample, { InvocationType: 'Event' })),
  },
  queue: {
    connect: async ({ name }) => {
      const QueueName = `samples-${name}`;
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: '1800' } }));
      doors.set(name, QueueUrl);
      await dana.lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: name,
          EventSourceArn: `arn:aws:sqs:${region}:${account}:${QueueName}`,
          BatchSize: 1,
        }),
      );
    },
    call: (sample) =>
      loggedBy(sample, () =>
        sqs.send(new SendMessageCommand({ QueueUrl: doors.get(sample.name), MessageBody: String(sample.payload) })),
      ),
  },
  bus: {
    connect: async ({ name }) => {
      const { RuleArn } = await bus.send(
        new PutRuleCommand({ Name: `to-${name}`, EventPattern: JSON.stringify({ source: ['orders'] }) }),
      );
      await bus.send(new PutTargetsCommand({ Rule: `to-${name}`, Targets: [{ Id: 'fn', Arn: arnOf(name) }] }));
      await dana.lambda.send(
        new AddPermissionCommand({
          FunctionName: name,
          StatementId: 'rule',
          Action: 'lambda:InvokeFunction',
          Principal: 'events.amazonaws.com',
          SourceArn: RuleArn,
        }),
      );
    },
    call: (sample) =>
      loggedBy(sample, () =>
        bus.send(
          new PutEventsCommand({ Entries: [{ Source: 'orders', DetailType: 'order', Detail: JSON.stringify(sample.payload) }] }),
        ),
      ),
  },
  http: {
    connect: async ({ name }) => {
      const { ApiId } = await dana.api.send(new CreateApiCommand({ Name: name, ProtocolType: 'HTTP' }));
      const { IntegrationId } = await dana.api.send(
        new CreateIntegrationCommand({
          ApiId,
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: arnOf(name),
          PayloadFormatVersion: '2.0',
        }),
      );
      await dana.api.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /orders', Target: `integrations/${IntegrationId}` }));
      await dana.api.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
      await dana.lambda.send(
        new AddPermissionCommand({
          FunctionName: name,
          StatementId: 'api',
          Action: 'lambda:InvokeFunction',
          Principal: 'apigateway.amazonaws.com',
          SourceArn: `arn:aws:execute-api:${region}:${account}:${ApiId}/*`,
        }),
      );
      doors.set(name, `http://${ApiId}.execute-api.localhost:${system.cloud.port}/orders`);
    },
    call: async ({ name }) => {
      const answer = await fetch(doors.get(name) ?? '');
      return { status: answer.status, body: await answer.text() };
    },
  },
};

async function invokeIt(sample: WorkloadSample, more: object = {}): Promise<unknown> {
  const answer = await dana.lambda.send(
    new InvokeCommand({ FunctionName: sample.name, Payload: JSON.stringify(sample.payload ?? {}), ...more }),
  );
  const payload = new TextDecoder().decode(answer.Payload ?? new Uint8Array());
  // An error is an answer too; where in the code it was thrown is not the point.
  const {
    trace: _trace,
    stackTrace: _stack,
    requestId: _request,
    ...said
  } = payload.startsWith('{') ? JSON.parse(payload) : { payload };
  return { error: answer.FunctionError ?? null, said };
}

const resultsOf = async (name: string): Promise<string[]> =>
  (await readLogs(system.clientConfig(account, region), name)).flatMap((line) => /RESULT (.*)/.exec(line)?.[1] ?? []);

/** What nobody waits for: the function's own line tells. */
async function loggedBy({ name }: WorkloadSample, send: () => Promise<unknown>): Promise<unknown> {
  const seen = (await resultsOf(name)).length;
  await send();
  const lines = await until(
    () => resultsOf(name),
    (found) => found.length > seen,
    `a result of ${name}`,
  );
  return JSON.parse(lines.at(-1) ?? 'null');
}

const configOf = (name: string) => dana.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
const callAll = async (): Promise<Map<string, unknown>> => {
  const answers = new Map<string, unknown>();
  for (const sample of WORKLOADS) answers.set(sample.name, await CALLERS[sample.caller].call(sample));
  return answers;
};
/** What `cinch approvals undo` asks for; the cards of so many fixes come one a second. */
async function undoOf(name: string): Promise<string> {
  const isIts = ({ ruleId, resource }: Finding) => ruleId === 'lambda-environment-plaintext-secret' && resource.name === name;
  const planId = (await hub.findings()).find(isIts)?.planId;
  const callerArn = 'arn:aws:sts::111111111111:assumed-role/ops/olga@northwind.example';
  return JSON.stringify({ kind: 'decision', action: 'undo', planId, callerArn, requestId: `undo-${name}`, reason: null });
}
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

describe('functions of all shapes that people write', () => {
  it('answer, before anything looks at them', async () => {
    for (const [name, answer] of await callAll()) before.set(name, answer);
    expect(JSON.stringify(before.get('node-cjs'))).toContain(hash('k9Xw2Lq7Zr4Tn8Vb3Mc6'));
    for (const { name } of WORKLOADS) expect(JSON.stringify(before.get(name)), name).not.toMatch(/"secret":null/);
  });

  it('are fixed: no secret is left where one may be moved, and no timeout is too long', async () => {
    const config = JSON.parse(await hub.readConfig()) as { rules: object };
    const rules = { 'lambda-timeout-excessive': 'fix', 'lambda-environment-plaintext-secret': 'fix' };
    await hub.putConfig(JSON.stringify({ ...config, rules }), 'on-change', 'apply', 'notify');
    const looks = WORKLOADS.map(({ name }) => JSON.stringify({ kind: 'look', id: `look-${name}`, resourceArn: arnOf(name) }));
    for (let from = 0; from < looks.length; from += 10) await hub.send('changes', looks.slice(from, from + 10));
    const isSettled = async () => {
      const open = (await hub.findings()).filter(({ status }) => status === 'fixing');
      const seen = new Set((await hub.findings()).map(({ resource }) => resource.name));
      return { open: open.length, unseen: WORKLOADS.filter(({ name }) => !seen.has(name)).length };
    };
    await until(isSettled, ({ open, unseen }) => open === 0 && unseen === 0, 'the end of all fixes', 150_000);

    const findings = await hub.findings();
    const fixed = findings.filter(({ status }) => status === 'fixed');
    expect(
      findings.filter(({ status }) => status === 'failed').map(({ resource, reason }) => `${resource.name}: ${reason}`),
    ).toEqual([]);
    expect(fixed.filter(({ ruleId }) => ruleId === 'lambda-environment-plaintext-secret').length).toBeGreaterThanOrEqual(30);
    expect(fixed.filter(({ ruleId }) => ruleId === 'lambda-timeout-excessive').length).toBeGreaterThanOrEqual(30);
    const { Environment, Timeout } = await configOf('node-cjs');
    expect(JSON.stringify(Environment)).not.toContain('k9Xw2Lq7Zr4Tn8Vb3Mc6');
    expect(Timeout).toBeLessThanOrEqual(60);
  });

  it('answer the same after the fixes, from a cold start and warm', async () => {
    expect(Object.fromEntries(await callAll())).toEqual(Object.fromEntries(before));
    expect(Object.fromEntries(await callAll())).toEqual(Object.fromEntries(before));
  });

  it('answer the same after some of it is undone', async () => {
    const undone = ['node-cjs', 'node-own-wrapper', 'node-many', 'node-queue', 'python', 'python-odd-value'];
    await hub.send('clicks', await Promise.all(undone.map(undoOf)));
    for (const name of undone) {
      const sample = WORKLOADS.find((one) => one.name === name);
      await until(
        () => configOf(name),
        ({ Environment: e }) => e?.Variables?.DB_PASSWORD === sample?.environment.DB_PASSWORD,
        `the undo of ${name}`,
      );
      expect(await CALLERS[sample?.caller ?? 'direct'].call(sample as WorkloadSample), name).toEqual(before.get(name));
    }
  });
});
