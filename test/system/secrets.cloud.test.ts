import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Developer, invoke, makeFunction, makeRole, signIn, zip } from '../../local/demo/workloads.ts';
import { PEOPLE } from '../../local/people.ts';
import { HUB, MEMBER, type System, startSystem } from '../../local/system.ts';
import { BUS_NAME, EVENT_SOURCE, PARAMETER_KEY_ALIAS } from '../../shared/names.ts';
import { type Cards, cardsOf, textOf } from './cards.ts';
import { printed } from './commands.ts';
import { type HubView, viewHub } from './hub.ts';
import { readLogs } from './logs.ts';
import { formsOf } from './secret-forms.ts';
import { keepTrail, type Trail } from './trail.ts';
import { until, untilTaken } from './until.ts';

/** The migration's edges on the deployed system: what must fail loudly, what must be left alone, and that no value is anywhere it should not be. */

const CONFIG_FILE = join(dirname(fileURLToPath(import.meta.url)), 'secrets.yaml');

/** No other text of this run holds it, so that every copy of it is found. */
const CANARY = randomBytes(12).toString('hex');
const PASSWORD = `k7$Q-${CANARY}-"pw'\\é`;
const DATADOG = randomBytes(16).toString('hex');
const NODE = `exports.handler = async () => ({ long: process.env.DB_PASSWORD.length, wrapped: process.env.WRAPPED ?? null });`;
const LONG = PASSWORD.length;

let system: System;
let hub: HubView;
let trail: Trail;
let hubEvents: Trail;
let cards: Cards;
let dana: Developer;
let ssm: SSMClient;

beforeAll(async () => {
  system = await startSystem({ configFile: CONFIG_FILE, unlimitedSlack: true });
  cards = cardsOf(system);
  ssm = new SSMClient(system.clientConfig(MEMBER.account, MEMBER.region));
  [hub, trail, hubEvents, dana] = await Promise.all([
    viewHub(system),
    keepTrail(system, MEMBER),
    keepTrail(system, HUB, { name: BUS_NAME, pattern: { account: [HUB.account, MEMBER.account] } }),
    signIn(system),
  ]);
}, 300_000);

afterAll(() => system?.stop());

const config = (name: string) => dana.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
const variables = async (name: string) => (await config(name)).Environment?.Variables ?? {};
const parameter = (name: string) => `/cinch/${name}/DB_PASSWORD`;
const readParameter = (name: string) => ssm.send(new GetParameterCommand({ Name: parameter(name), WithDecryption: true }));
const moved = (name: string) =>
  until(
    () => config(name),
    (now) => now.Environment?.Variables?.DB_PASSWORD === `cinch-ssm:${parameter(name)}` && now.LastUpdateStatus === 'Successful',
    `the move of ${name}`,
  );
/** A function with a password, which Cinch has moved. */
async function movedFunction(name: string, environment: Record<string, string> = {}): Promise<void> {
  await makeFunction(dana, { name, node: NODE, environment: { DB_PASSWORD: PASSWORD, ...environment } });
  await moved(name);
}
/** Changes something harmless, or the environment too, so that the next invocation starts cold. */
async function recycle(name: string, changes: Record<string, string> = {}): Promise<void> {
  const Environment = { Variables: { ...(await variables(name)), ...changes } };
  await untilTaken(() => dana.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment })));
  await waitUntilFunctionUpdatedV2({ client: dana.lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { FunctionName: name });
}
/** What an invocation that must not work says, to its caller and in the log. */
async function failure(name: string): Promise<string> {
  const {
    FunctionError,
    Payload,
    LogResult = '',
  } = await dana.lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{}', LogType: 'Tail' }));
  expect(FunctionError, `${name} started`).toBeDefined();
  return `${new TextDecoder().decode(Payload)}\n${Buffer.from(LogResult, 'base64').toString('utf8')}`;
}
const refusedCard = async (name: string) => textOf(await cards.one(name, 'Only reported because'));
const bare = async (name: string, changes: object): Promise<void> => {
  const role = await makeRole(dana, `${name}-role`);
  await dana.lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: role,
      Code: { ZipFile: zip({ 'index.js': NODE, bootstrap: '#!/bin/sh\n' }) },
      Environment: { Variables: { DB_PASSWORD: PASSWORD } },
      ...changes,
    }),
  );
};
const layer = async (name: string, files: Parameters<typeof zipSync>[0]): Promise<string> => {
  const { LayerVersionArn } = await dana.lambda.send(
    new PublishLayerVersionCommand({ LayerName: name, Content: { ZipFile: zipSync(files) } }),
  );
  return LayerVersionArn ?? '';
};

describe.concurrent('a parameter that can not be read', () => {
  it('keeps the function from starting, loudly, when it is missing; a new value is taken from the next start on', async () => {
    await movedFunction('missing');
    expect(await invoke(dana, 'missing')).toEqual({ long: LONG, wrapped: null });
    await ssm.send(new DeleteParameterCommand({ Name: parameter('missing') }));
    await recycle('missing');
    const said = await failure('missing');
    expect(said).toContain(parameter('missing'));
    expect(said).not.toContain(CANARY);
    const rotated = { Value: 'rotated', Type: 'SecureString', KeyId: PARAMETER_KEY_ALIAS } as const;
    await ssm.send(new PutParameterCommand({ Name: parameter('missing'), ...rotated }));
    expect(await invoke(dana, 'missing')).toMatchObject({ long: 'rotated'.length });
  });

  it('and when the role may not read it', async () => {
    await movedFunction('denied');
    const role = { RoleName: 'denied-role' };
    const { PolicyNames = [] } = await dana.iam.send(new ListRolePoliciesCommand(role));
    const [PolicyName = ''] = PolicyNames.filter((name) => name !== 'app');
    const { PolicyDocument = '' } = await dana.iam.send(new GetRolePolicyCommand({ ...role, PolicyName }));
    await dana.iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName }));
    await recycle('denied');
    const said = await failure('denied');
    expect(said).toContain(parameter('denied'));
    expect(said).toContain('AccessDenied');
    expect(said).not.toContain(CANARY);
    // The right to the parameter alone, without the key's, is not enough either.
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: { Action: string }[] };
    const withoutKey = JSON.stringify({
      Version: '2012-10-17',
      Statement: Statement.filter(({ Action }) => !Action.startsWith('kms')),
    });
    await dana.iam.send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument: withoutKey }));
    expect(await failure('denied')).toContain(parameter('denied'));
    await dana.iam.send(new PutRolePolicyCommand({ ...role, PolicyName, PolicyDocument: decodeURIComponent(PolicyDocument) }));
    expect(await invoke(dana, 'denied')).toMatchObject({ long: LONG });
  });

  it('and when SSM can not be reached', async () => {
    await movedFunction('unreachable');
    await recycle('unreachable', { AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:9' });
    const said = await failure('unreachable');
    expect(said).toContain(parameter('unreachable'));
    expect(said).not.toContain(CANARY);
  });
});

describe.concurrent('what is beside a secret', () => {
  it('a wrapper that was there is chained and still runs', async () => {
    const script = new TextEncoder().encode('#!/bin/sh\nexport WRAPPED="by its own"\nexec "$@"\n');
    const arn = await layer('own-wrapper', { wrapper: [script, { os: 3, attrs: 0o755 << 16 }] });
    await bare('wrapped', {
      Layers: [arn],
      Environment: { Variables: { DB_PASSWORD: PASSWORD, AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' } },
    });
    const after = await moved('wrapped');
    expect(Object.values(after.Environment?.Variables ?? {})).toContain('/opt/wrapper');
    expect(after.Layers?.map(({ Arn }) => Arn?.split(':')[6])).toEqual(['own-wrapper', 'cinch-secret-resolver']);
    expect(await invoke(dana, 'wrapped')).toEqual({ long: LONG, wrapped: 'by its own' });
  });

  it('a key that an extension reads stays and is reported; the other one moves', async () => {
    await movedFunction('observed', { DD_API_KEY: DATADOG });
    expect(await variables('observed')).toMatchObject({ DD_API_KEY: DATADOG });
    expect(textOf(await cards.one('observed', 'Moved'))).toContain('DD_API_KEY stays: an extension reads it');
  });

  it('published versions that still hold it are named', async () => {
    // Made without the secret first, so that no version is published while it is being moved.
    await makeFunction(dana, { name: 'published', node: NODE });
    const created = async () => (await trail.read()).find(({ detail }) => detail.requestParameters?.functionName === 'published');
    const id = (await until(created, (event) => event !== undefined, 'its event'))?.detail.eventID ?? '';
    await until(
      () => hub.isHandled(id),
      (is) => is,
      'the end of its event',
    );
    await hub.setConsumed('changes', false);
    await dana.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'published',
        Environment: { Variables: { DB_PASSWORD: PASSWORD } },
      }),
    );
    await waitUntilFunctionUpdatedV2(
      { client: dana.lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
      { FunctionName: 'published' },
    );
    const { Version } = await dana.lambda.send(new PublishVersionCommand({ FunctionName: 'published' }));
    await hub.setConsumed('changes', true);
    await moved('published');
    const text = textOf(await cards.one('published', 'Moved'));
    expect(text).toContain(`Published version ${Version} still holds it.`);
    expect(text).toContain('Rotate it');
  });

  it('is kept as a SecureString under the key of Cinch, which only SSM may use for the role', async () => {
    await movedFunction('kept');
    const kms = new KMSClient(system.clientConfig(MEMBER.account, MEMBER.region));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: PARAMETER_KEY_ALIAS }));
    const { Parameter } = await readParameter('kept');
    expect(Parameter).toMatchObject({ Type: 'SecureString', Value: PASSWORD });
    const { Parameters = [] } = await ssm.send(
      new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Values: [parameter('kept')] }] }),
    );
    expect([KeyMetadata?.Arn, KeyMetadata?.KeyId, PARAMETER_KEY_ALIAS]).toContain(Parameters[0]?.KeyId);
  });
});

describe.concurrent('what can not be moved safely', () => {
  it('belongs to CloudFormation: asked, with the snippet for its source', async () => {
    const cloudFormation = new CloudFormationClient(system.clientConfig(MEMBER.account, MEMBER.region));
    const Role = await makeRole(dana, 'by-stack-role');
    const Properties = {
      FunctionName: 'by-stack',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role,
      Code: { ZipFile: NODE },
      Environment: { Variables: { DB_PASSWORD: PASSWORD } },
    };
    const TemplateBody = JSON.stringify({ Resources: { Fn: { Type: 'AWS::Lambda::Function', Properties } } });
    await cloudFormation.send(new CreateStackCommand({ StackName: 'orders-stack', TemplateBody }));
    const card = await cards.one('by-stack', 'Asked because');
    const text = textOf(card);
    expect(text).toContain('would put the plaintext back with the next deploy');
    expect(text).toContain("DB_PASSWORD: 'cinch-ssm:/cinch/by-stack/DB_PASSWORD'");
    expect(text).toContain("AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver'");
    expect(text).toContain('kms:EncryptionContext:PARAMETER_ARN');
    expect(text).not.toContain('too long to show');
    expect(await variables('by-stack')).toEqual({ DB_PASSWORD: PASSWORD });
    expect(await trail.writesOf('by-stack')).toEqual([]);
  });

  it('is reported with the reason: OS-only runtimes, five layers, an environment without room', async () => {
    await bare('os-only', { Runtime: 'provided.al2023', Handler: 'bootstrap' });
    const layers = await Promise.all(['l1', 'l2', 'l3', 'l4', 'l5'].map((name) => layer(name, { [name]: new Uint8Array([1]) })));
    await bare('five-layers', { Layers: layers });
    const full = { DB_PASSWORD: PASSWORD, SETTINGS: 'on,'.repeat(1330) };
    await bare('no-room', { Environment: { Variables: full } });
    await bare('only-extension', { Environment: { Variables: { DD_API_KEY: DATADOG } } });
    expect(await refusedCard('os-only')).toContain('The runtime provided.al2023 is OS-only');
    expect(await refusedCard('five-layers')).toContain('It has 5 layers already');
    expect(await refusedCard('no-room')).toMatch(/Its environment would have \d+ bytes with the references/);
    expect(await refusedCard('only-extension')).toContain('DD_API_KEY stays: an extension reads it');
    expect(await variables('no-room')).toEqual(full);
    for (const name of ['os-only', 'five-layers', 'no-room', 'only-extension']) {
      expect((await config(name)).LastUpdateStatus).toBe('Successful');
      expect(await trail.writesOf(name)).toEqual([]);
      expect(await trail.writesOf(`${name}-role`)).toEqual([]);
    }
  });
});

/** Where people put secrets though they should not: nothing of it is Cinch's business, but CloudTrail's, which tells of it. */
const NOTE = randomBytes(16).toString('hex');

describe('a secret in a description, a tag, an alias, a layer’s name, a filter, the code', () => {
  it('goes no further than it was', async () => {
    const arn = await layer(`l-${NOTE}`, { a: new Uint8Array([1]) });
    const Code = { ZipFile: zip({ 'index.js': `${NODE} // ${NOTE}` }) };
    const Tags = { note: NOTE, [NOTE]: 'x', owner: 'payments' };
    await bare('noted', { Code, Tags, Description: `the password is ${NOTE}`, Layers: [arn], Timeout: 900 });
    await moved('noted');
    const FunctionName = 'noted';
    const { Version: FunctionVersion = '' } = await untilTaken(() =>
      dana.lambda.send(new PublishVersionCommand({ FunctionName, Description: NOTE })),
    );
    await dana.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion, Description: NOTE }));
    const queues = new SQSClient(system.clientConfig(MEMBER.account, MEMBER.region));
    const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: 'noted' }));
    const { Attributes } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const FilterCriteria = { Filters: [{ Pattern: JSON.stringify({ body: { token: [NOTE] } }) }] };
    const EventSourceArn = Attributes?.QueueArn;
    const reading = {
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      Resource: EventSourceArn,
    };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [reading] });
    await dana.iam.send(new PutRolePolicyCommand({ RoleName: 'noted-role', PolicyName: 'queue', PolicyDocument }));
    const { UUID } = await dana.lambda.send(
      new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn, FilterCriteria, Enabled: false }),
    );
    expect(UUID).toBeDefined();
    const made = async () => (await trail.read()).find(({ detail }) => detail.eventName === 'CreateEventSourceMapping20150331');
    const id = (await until(made, (event) => event !== undefined, 'its event'))?.detail.eventID ?? '';
    await until(
      () => hub.isHandled(id),
      (is) => is,
      'the end of its event',
    );
  });
});

/** What waits in any queue of an account, dead-letter queues too. It stays there. */
async function waiting(place: typeof HUB | typeof MEMBER): Promise<string> {
  const sqs = new SQSClient(system.clientConfig(place.account, place.region));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  expect(QueueUrls.length).toBeGreaterThan(0);
  const peek = async (QueueUrl: string) => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageAttributeNames: ['All'] }),
    );
    return JSON.stringify(Messages);
  };
  return (await Promise.all(QueueUrls.filter((url) => !url.includes('trail')).map(peek))).join('\n');
}

/** Every version there was of the parameters of the hub. */
async function parametersOfHub(): Promise<string> {
  const of = new SSMClient(system.clientConfig(HUB.account, HUB.region));
  const { Parameters = [] } = await of.send(new DescribeParametersCommand({}));
  const histories = Parameters.map(({ Name }) => of.send(new GetParameterHistoryCommand({ Name, WithDecryption: true })));
  return JSON.stringify((await Promise.all(histories)).map(({ Parameters: versions }) => versions));
}

describe('after all of that', () => {
  it('no secret is in a log, the ledger, a queue, a parameter, an event, a card, a whisper, a window or what the command line prints', async () => {
    const toldByCinch = (await hubEvents.read()).filter(({ source }) => source === EVENT_SOURCE);
    const places: Record<string, string> = {
      logs: (await hub.logs()).join('\n'),
      memberLogs: (await readLogs(system.clientConfig(MEMBER.account, MEMBER.region))).join('\n'),
      ledger: await hub.ledgerText(),
      queues: await waiting(HUB),
      memberQueues: await waiting(MEMBER),
      parameters: await parametersOfHub(),
      told: JSON.stringify(toldByCinch),
      slack: JSON.stringify(system.slack.messages(system.channel)),
      whispers: JSON.stringify(Object.values(PEOPLE).map(({ id }) => system.slack.ephemerals(id))),
      windows: JSON.stringify(system.slack.views()),
      ...(await printed(system, hub)),
    };
    const trails = { trail: JSON.stringify(await trail.read()), hubEvents: JSON.stringify(await hubEvents.read()) };
    const search = (where: Record<string, string>, secrets: readonly string[]): void => {
      for (const [place, text] of Object.entries(where))
        for (const form of secrets.flatMap(formsOf)) expect(text.includes(form), `${place} holds a secret`).toBe(false);
    };
    search({ ...places, ...trails }, [CANARY, DATADOG]);
    // CloudTrail itself tells of descriptions and tags; Cinch does not.
    search(places, [NOTE]);
    // What was looked through is what was there.
    for (const place of [
      'logs',
      'memberLogs',
      'ledger',
      'told',
      'slack',
      'report --format html',
      'findings --status all --format asff',
    ])
      expect(places[place], place).toContain('missing');
    expect(places.ledger).toContain('noted');
    expect(places.parameters).toContain('externalId');
  });
});
