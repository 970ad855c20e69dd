import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import aws4 from 'aws4';
import type { MemberClients } from '../../../../shared/aws/member.ts';
import { makeStepRunner } from '../../../../shared/aws/steps/index.ts';
import type { Config } from '../../../../shared/config/schema.ts';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { IAM_REGION, type Resource } from '../../../../shared/model/resource.ts';
import { STEP_ROWS, type Step, type StepKind } from '../../../../shared/model/step.ts';
import { config, MEMBER, type MemberCloud, REGION, realClock } from './member-cloud.ts';

export const LAYER_FOLDER = fileURLToPath(new URL('../../../../layers/dist', import.meta.url));

/** What was captured and returned goes through JSON, as it does through the vault. */
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export function stepsOf(
  cloud: MemberCloud,
  functionsOfRole: (arn: string) => Promise<readonly Resource<'function'>[]> = async () => [],
  configured: Config = config,
): StepRunner {
  const runner = makeStepRunner({
    members: cloud.members,
    clock: realClock,
    random: Math.random,
    id: randomUUID,
    config: { read: async () => configured },
    layerFolder: LAYER_FOLDER,
    functionsOfRole,
  });
  return {
    ...runner,
    capture: async (step) => throughJson(await runner.capture(step)),
    apply: async (step, captured) => throughJson(await runner.apply(step, captured)),
  };
}

/** Every field that AWS returns of a function, those left out that count its changes. */
export async function functionState(lambda: LambdaClient, name: string): Promise<object> {
  for (;;) {
    const { $metadata, RevisionId, LastModified, ...fields } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: name }),
    );
    if (fields.State !== 'Pending' && fields.LastUpdateStatus !== 'InProgress') return fields;
    await realClock.sleep(20);
  }
}

/** Runs `change` once, right before a client sends the named command: somebody else's hand between our reading and our writing. */
export function changeBefore(lambda: LambdaClient, command: string, change: () => Promise<unknown>): () => void {
  let isDone = false;
  const name = `before-${randomUUID()}`;
  lambda.middlewareStack.add(
    (next, context) => async (args) => {
      if (!isDone && context.commandName === command) {
        isDone = true;
        await change();
      }
      return next(args);
    },
    { step: 'initialize', name },
  );
  return () => {
    lambda.middlewareStack.remove(name);
  };
}

/** Notes every action that a member role is used for from now on, as `service:Action`. */
export function recordActions(cloud: MemberCloud, role: 'write' | 'undo'): Set<string> {
  const used = new Set<string>();
  for (const region of [REGION, IAM_REGION]) {
    const clients = cloud.members.clients(MEMBER, region, role);
    const { lambda, iam, light } = clients;
    recordSigned(clients, used);
    lambda.middlewareStack.add(
      (next, context) => (args) => {
        used.add(`lambda:${context.commandName?.replace(/Command$/, '')}`);
        return next(args);
      },
      { step: 'initialize', name: 'record' },
    );
    iam.middlewareStack.add(
      (next, context) => (args) => {
        used.add(`iam:${context.commandName?.replace(/Command$/, '')}`);
        return next(args);
      },
      { step: 'initialize', name: 'record' },
    );
    const call = light.call;
    Object.assign(light, {
      call: (...given: Parameters<typeof call>) => {
        used.add(`${given[0]}:${given[1]}`);
        return call(...given);
      },
    });
  }
  return used;
}

/** What each kind of step called, by role. */
export type Calls = Map<StepKind, { readonly write: Set<string>; readonly undo: Set<string> }>;

/** The runner, noting in `calls` what it calls for each kind: one step at a time. */
export function noteCalls(cloud: MemberCloud, runner: StepRunner, calls: Calls): StepRunner {
  const recorded = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
  const noting = async <T>({ kind }: Step, run: () => Promise<T>): Promise<T> => {
    const known = calls.get(kind) ?? { write: new Set(), undo: new Set() };
    calls.set(kind, known);
    for (const role of ['write', 'undo'] as const) recorded[role].clear();
    try {
      return await run();
    } finally {
      for (const role of ['write', 'undo'] as const) for (const action of recorded[role]) known[role].add(action);
    }
  };
  return {
    capture: (step) => noting(step, () => runner.capture(step)),
    apply: (step, captured) => noting(step, () => runner.apply(step, captured)),
    verify: (step, captured, receipt) => noting(step, () => runner.verify(step, captured, receipt)),
    undo: (step, captured, receipt) => noting(step, () => runner.undo(step, captured, receipt)),
  };
}

/** Of services that neither an SDK's client nor the light one calls: API Gateway, whose actions are HTTP's methods, and SNS with its query API. */
function recordSigned(clients: MemberClients, used: Set<string>): void {
  const keys = new Set<string>();
  const { credentials } = clients;
  Object.assign(clients, {
    credentials: async () => {
      const given = await credentials();
      keys.add(given.accessKeyId);
      return given;
    },
  });
  const { sign } = aws4;
  aws4.sign = (request, given) => {
    const { service, method, body } = request as aws4.Request;
    if (keys.has(given?.accessKeyId ?? '')) {
      if (service === 'apigateway') used.add(`apigateway:${method}`);
      const action = /(?:^|&)Action=(\w+)/.exec(String(body))?.[1];
      if (service === 'sns' && action) used.add(`sns:${action}`);
    }
    return sign(request, given);
  };
}

/** What AWS asks for besides the action that is called. */
const IMPLIED = [
  'lambda:GetLayerVersion',
  'iam:PassRole',
  'iam:TagRole',
  'ssm:AddTagsToResource',
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'secretsmanager:TagResource',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
];

/** The actions that the rows of these steps declare and the code calls itself. */
export function declaredActions(kinds: readonly StepKind[], table: 'permissions' | 'undoPermissions'): Set<string> {
  const actions = kinds.flatMap((kind) => STEP_ROWS[kind][table].flatMap((permission) => permission.actions));
  return new Set(actions.filter((action) => !IMPLIED.includes(action)));
}
