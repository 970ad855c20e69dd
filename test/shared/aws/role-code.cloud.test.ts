import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateEventSourceMappingCommand,
  InvokeCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReader } from '../../../shared/aws/reader.ts';
import { evaluateRules } from '../../../shared/engine/evaluate.ts';
import { READ_PERMISSIONS } from '../../../shared/model/read-permissions.ts';
import { roleResource } from '../../../shared/model/resource.ts';
import type { Step } from '../../../shared/model/step.ts';
import rule from '../../../shared/rules/iam/role-beyond-code.ts';
import { exampleContext } from '../../../shared/rules/parts/example-context.ts';
import { bundle } from '../code/samples.ts';
import {
  createExecutionRole,
  createFunction,
  LAMBDA_TRUST,
  MEMBER,
  type MemberCloud,
  memberArn,
  newName,
  policyOf,
  REGION,
  realClock,
  startMemberCloud,
} from './cloud/member-cloud.ts';
import { stepsOf } from './cloud/step-bench.ts';

let cloud: MemberCloud;
let sqs: SQSClient;
let send: string;
beforeAll(async () => {
  cloud = await startMemberCloud();
  sqs = new SQSClient({ endpoint: cloud.cloud.endpoint, region: REGION, credentials: cloud.cloud.credentials(MEMBER) });
  send = await bundle(
    `import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
const client = new SQSClient({});
export const handler = async (event: { queue: string }) => {
  const { MessageId } = await client.send(new SendMessageCommand({ QueueUrl: event.queue, MessageBody: 'hello' }));
  return MessageId ? 'sent' : 'lost';
};`,
    { format: 'cjs', minify: true, modules: 'common' },
  );
});
afterAll(() => cloud?.stop());

const zipped = (text: string, file = 'index.js') => ({ ZipFile: zipSync({ [file]: new TextEncoder().encode(text) }) });
/** Odd spacing and order: undo must bring exactly this back. */
const BROAD = `{ "Statement" : {"Effect":"Allow",\n "Action":["sqs:*", "s3:*"], "Resource":"*"}, "Version":"2012-10-17" }`;

async function roleState(name: string): Promise<object> {
  const { PolicyNames: names = [] } = await cloud.iam.send(new ListRolePoliciesCommand({ RoleName: name }));
  const inline = await Promise.all(
    names.sort().map(async (PolicyName) => {
      const found = await cloud.iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName }));
      return [PolicyName, decodeURIComponent(found.PolicyDocument ?? '')];
    }),
  );
  const attached = await cloud.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
  return { inline, attached: attached.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn) };
}

/** A function under a role of its own with far too many rights. */
async function make(code: string, more: Parameters<typeof createFunction>[3] = {}) {
  const name = newName('beyond');
  const role = await createExecutionRole(cloud, name);
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'broad', PolicyDocument: BROAD }));
  await cloud.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));
  const target = await createFunction(cloud, name, role, { Code: zipped(code), Timeout: 20, ...more });
  const ledger = { note: undefined, functionsOfRole: async () => [target] };
  const read = async (...needs: string[]) => {
    const reader = makeReader({ members: cloud.members, clock: realClock, random: Math.random });
    return ((await reader.readState(roleResource(MEMBER, name), needs, ledger)) ?? {}) as Record<string, unknown>;
  };
  return { name, target, read };
}

describe('a role that may do more than its function’s code calls', () => {
  it('is narrowed to the calls, the function still works, and undo brings back every byte', async () => {
    const { QueueUrl: queue = '' } = await sqs.send(new CreateQueueCommand({ QueueName: newName('orders') }));
    const { name, read } = await make(send);
    const invoke = async () => {
      const answer = await cloud.lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify({ queue }) }));
      return JSON.parse(new TextDecoder().decode(answer.Payload)) as unknown;
    };
    expect(await invoke()).toBe('sent');
    const judge = async () => {
      // The local cloud makes no access reports; a young role has none either.
      const state = { ...(await read(...rule.needs.filter((need) => need !== 'serviceAccess'))), serviceAccess: [] };
      const resource = roleResource(MEMBER, name);
      return evaluateRules([rule], resource, state, exampleContext('role'))[0];
    };
    const found = await judge();
    if (found?.result !== 'violation' || found.violation.remedy.kind !== 'steps') throw new Error(JSON.stringify(found));
    expect(found.violation.advice?.join(' ')).toContain(`${name} calls sqs SendMessage.`);
    const before = await roleState(name);
    const steps = stepsOf(cloud);
    const done: { step: Step; captured: unknown; receipt: unknown }[] = [];
    for (const step of found.violation.remedy.steps) {
      const captured = await steps.capture(step);
      const receipt = await steps.apply(step, captured);
      expect(await steps.verify(step, captured, receipt)).toBeUndefined();
      done.push({ step, captured, receipt });
    }
    const after = JSON.stringify(await roleState(name));
    expect(after).toContain('sqs:SendMessage');
    expect(after).not.toMatch(/s3:|sqs:\*|AdministratorAccess"\]/);
    expect(await invoke()).toBe('sent');
    expect(await judge()).toMatchObject({ result: 'pass' });
    const { Attributes: kept } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    expect(kept?.ApproximateNumberOfMessages).toBe('2');
    for (const { step, captured, receipt } of done.reverse())
      expect(await steps.undo(step, captured as never, receipt as never)).toEqual([]);
    expect(await roleState(name)).toEqual(before);
  });

  it('tells what Lambda does with the role beside what the code calls', async () => {
    const { target, read } = await make(send);
    const queue = newName('feed');
    await sqs.send(new CreateQueueCommand({ QueueName: queue }));
    await cloud.lambda.send(
      new CreateEventSourceMappingCommand({ FunctionName: target.name, EventSourceArn: memberArn('sqs', queue), Enabled: false }),
    );
    expect((await read('codeCalls')).codeCalls).toEqual([
      {
        functionArn: target.arn,
        calls: ['sqs SendMessage'],
        lambda: expect.arrayContaining(['logs:PutLogEvents', 'sqs:ReceiveMessage', 'sqs:DeleteMessage']),
      },
    ]);
  });

  it('reads Python, and the code that was changed since', async () => {
    const { name, read } = await make('', {
      Runtime: 'python3.12',
      Handler: 'app.handler',
      Code: zipped('import boto3\nsns = boto3.client("sns")\ndef handler(e, c):\n    return sns.publish(**e)', 'app.py'),
    });
    expect((await read('codeCalls')).codeCalls).toMatchObject([{ calls: ['sns Publish'] }]);
    const changed = zipped('import boto3\ndef handler(e, c):\n    return getattr(boto3.client("sns"), e["m"])()', 'app.py');
    await cloud.lambda.send(new PublishVersionCommand({ FunctionName: name }));
    await cloud.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ...changed }));
    expect((await read('codeCalls')).codeCalls).toEqual({ unknown: expect.stringContaining('getattr') });
  });

  it.each([
    ['code that chooses its calls', 'exports.handler = (e) => new (require("@aws-sdk/client-sqs")[e.name])(e);', {}],
    ['another runtime', '', { Runtime: 'java21', Handler: 'a.B' }],
    [
      'a variable that loads other code',
      'exports.handler = () => 1;',
      { Environment: { Variables: { NODE_OPTIONS: '--require x' } } },
    ],
  ] as const)('%s is unknown', async (_, code, more) => {
    expect((await (await make(code, more as never)).read('codeCalls')).codeCalls).toHaveProperty('unknown');
  });

  it('a role that others may assume too is unknown', async () => {
    const { name, read } = await make('exports.handler = () => 1;');
    expect((await read('codeCalls')).codeCalls).toMatchObject([{ calls: [] }]);
    const { UpdateAssumeRolePolicyCommand } = await import('@aws-sdk/client-iam');
    const both = LAMBDA_TRUST.replace('"lambda.amazonaws.com"', '["lambda.amazonaws.com","ec2.amazonaws.com"]');
    await cloud.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: both }));
    expect((await read('codeCalls')).codeCalls).toEqual({ unknown: expect.stringContaining('others than Lambda') });
  });

  it('without the permission it is unknown, and nothing else is', async () => {
    const { read } = await make(send);
    const others = Object.values(READ_PERMISSIONS.role)
      .flat()
      .filter(({ actions }) => !actions.includes('lambda:GetFunction'));
    const own = { RoleName: 'cinch-read', PolicyName: 'own' };
    const { PolicyDocument: whole } = await cloud.iam.send(new GetRolePolicyCommand(own));
    await cloud.iam.send(new PutRolePolicyCommand({ ...own, PolicyDocument: policyOf(others, cloud.keyArn) }));
    const state = await read('codeCalls', 'inlinePolicies');
    expect(state.codeCalls).toEqual({ unknown: expect.stringContaining('cinch-read may not read codeCalls') });
    expect(state.inlinePolicies).toHaveLength(1);
    await cloud.iam.send(new DeleteRolePolicyCommand(own));
    await cloud.iam.send(new PutRolePolicyCommand({ ...own, PolicyDocument: decodeURIComponent(whole ?? '') }));
  });
});
