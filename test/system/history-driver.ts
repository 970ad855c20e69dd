import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  DeleteFunctionConcurrencyCommand,
  GetAliasCommand,
  GetFunctionConcurrencyCommand,
  GetPolicyCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { roleResource } from '../../shared/model/resource.ts';
import type { Step } from '../../shared/model/step.ts';
import { parseReference } from '../../shared/secrets/resolver-contract.ts';
import {
  createExecutionRole,
  createFunction,
  MEMBER,
  type MemberCloud,
  newName,
  policy,
} from '../shared/aws/cloud/member-cloud.ts';
import { functionState } from '../shared/aws/cloud/step-bench.ts';
import { FIXED, type Fix, type Human, type Picture, referenceFor } from './history-model.ts';
import { untilTaken } from './until.ts';

/** The real function that a history happens to. */
export interface Subject {
  look(): Promise<Picture>;
  human(change: Human): Promise<void>;
  /** From what is there now; undefined when there is nothing to fix. */
  plan(fix: Fix): Promise<Step | undefined>;
}

const allowing = (action: string): string => policy([{ Effect: 'Allow', Action: action, Resource: '*' }]);
const orGone = async <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: Error) => {
    if (/NotFound|NoSuchEntity/.test(error.name)) return undefined;
    throw error;
  });

export async function makeSubject(cloud: MemberCloud): Promise<Subject> {
  const { lambda, iam, ssm } = cloud;
  const name = newName('orders');
  const FunctionName = name;
  const RoleName = name;
  const roleArn = await createExecutionRole(cloud, name);
  const PolicyArn =
    (await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: allowing('sns:*') }))).Policy?.Arn ?? '';
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'main', PolicyDocument: allowing('s3:*') }));
  const Environment = { Variables: { NOTE: 'zero', SECRET: 'secret-0' } };
  const target = await createFunction(cloud, name, roleArn, { Timeout: 900, Environment });
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await untilTaken(() => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'second' })));
  await functionState(lambda, name);
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  const statement = { FunctionName, Action: 'lambda:InvokeFunction' };
  await lambda.send(new AddPermissionCommand({ ...statement, StatementId: 'open', Principal: '*' }));

  const statements = async (): Promise<{ Sid: string; Principal: unknown }[]> => {
    const found = await orGone(lambda.send(new GetPolicyCommand({ FunctionName })));
    return found?.Policy ? JSON.parse(found.Policy).Statement : [];
  };
  const inline = async (PolicyName: string): Promise<string> => {
    const found = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return decodeURIComponent(found.PolicyDocument ?? '');
  };
  const config = async () => (await functionState(lambda, name)) as FunctionLook;
  /** When it answers Lambda is ready for the next: it is the revision alone that keeps Cinch from writing over it. */
  const update = async (change: object): Promise<void> => {
    await untilTaken(() => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...change })));
    await functionState(lambda, name);
  };

  const look = async (): Promise<Picture> => {
    const { Timeout, Environment: environment, Layers = [] } = await config();
    const names = (await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames ?? [];
    const policies: Record<string, string> = {};
    for (const one of names)
      policies[one.startsWith('cinch-') ? 'grant' : one] = JSON.parse(await inline(one)).Statement[0].Action;
    const attached = (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies ?? [];
    const stored = await ssm.send(new GetParametersByPathCommand({ Path: `/cinch/${name}`, WithDecryption: true }));
    const shown = ([key, value]: [string, string]) => [key, parseReference(value) ? referenceFor(key) : value];
    return {
      timeout: Timeout,
      variables: Object.fromEntries(Object.entries(environment?.Variables ?? {}).map(shown)),
      layers: Layers.map(({ Arn }) => Arn.split(':')[6] ?? ''),
      statements: Object.fromEntries((await statements()).map((one) => [one.Sid, principalOf(one.Principal)])),
      alias: (await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).FunctionVersion ?? '',
      limit: (await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions ?? null,
      policies,
      attached: attached.some((one) => one.PolicyArn === PolicyArn),
      parameters: Object.fromEntries(
        (stored.Parameters ?? []).map(({ Name = '', Value = '' }) => [Name.split('/').at(-1), Value]),
      ),
    };
  };

  const human = async (change: Human): Promise<void> => {
    switch (change.sets) {
      case 'timeout':
        return void (await update({ Timeout: change.to }));
      case 'variable': {
        const { [change.name]: _, ...others } = (await config()).Environment?.Variables ?? {};
        const Variables = change.to === null ? others : { ...others, [change.name]: change.to };
        return void (await update({ Environment: { Variables } }));
      }
      case 'limit':
        if (change.to === null) await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
        else await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: change.to }));
        return;
      case 'alias':
        return void (await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: change.to })));
      case 'statement': {
        const StatementId = change.name;
        await orGone(lambda.send(new RemovePermissionCommand({ FunctionName, StatementId })));
        if (change.to !== null) await lambda.send(new AddPermissionCommand({ ...statement, StatementId, Principal: change.to }));
        return;
      }
      case 'policy': {
        const PolicyName = change.name;
        if (change.to === null) await orGone(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
        else await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: allowing(change.to) }));
        return;
      }
      case 'attached':
        if (change.to) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
        else await orGone(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
    }
  };

  const plan = async (fix: Fix): Promise<Step | undefined> => {
    const now = await look();
    const role = roleResource(MEMBER, name);
    switch (fix) {
      case 'lower-timeout':
        if (now.timeout <= FIXED.timeout) return undefined;
        return { kind: fix, target, fromSeconds: now.timeout, toSeconds: FIXED.timeout };
      case 'set-concurrency':
        return now.limit === FIXED.limit ? undefined : { kind: fix, target, from: now.limit, to: FIXED.limit };
      case 'move-secrets-to-ssm':
        if ([undefined, referenceFor('SECRET')].includes(now.variables.SECRET)) return undefined;
        return { kind: fix, target, roleArn, architecture: 'x86_64', variables: ['SECRET'] };
      case 'remove-permission': {
        const open = (await statements()).find(({ Sid }) => Sid === 'open');
        if (!open) return undefined;
        return { kind: fix, target, qualifier: null, statements: [{ sid: 'open', text: JSON.stringify(open) }] };
      }
      case 'replace-role-policy':
        if ([undefined, FIXED.action].includes(now.policies.main as typeof FIXED.action)) return undefined;
        return { kind: fix, target: role, policyName: 'main', fromText: await inline('main'), toText: allowing(FIXED.action) };
      case 'detach-role-policy':
        return now.attached ? { kind: fix, target: role, policyArn: PolicyArn } : undefined;
    }
  };
  return { look, human, plan };
}

interface FunctionLook {
  readonly Timeout: number;
  readonly Environment?: { readonly Variables?: Record<string, string> };
  readonly Layers?: { readonly Arn: string }[];
}

const principalOf = (principal: unknown): string =>
  principal === '*' ? '*' : (/\d{12}/.exec(JSON.stringify(principal))?.[0] ?? JSON.stringify(principal));
