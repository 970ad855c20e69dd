import type { Statement } from '../../model/policy-document.ts';
import type { Evidence, Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { AttachedPolicy, NamedPolicy, RoleFacts } from '../../model/state.ts';
import { type BroadGrant, broadGrants, deniesOf } from '../../policy/breadth.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { concernsLambda } from '../parts/lambda-role.ts';
import { ownArn } from '../parts/own-arn.ts';
import { placeIn } from '../parts/permission-statement.ts';
import { cannotComeBack, INLINE_LIMIT, inlineSize, narrowedName, narrowInline, replaceAttached } from '../parts/policy-remedy.ts';
import { counted, listed } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'permissionsBoundaryArn', 'tags', 'inlinePolicies', 'attachedPolicies', 'usedBy'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;
type Context = RuleContext<'role'>;

interface BroadPolicy<P extends NamedPolicy> {
  readonly policy: P;
  readonly grants: readonly BroadGrant[];
}

function broadOnes<P extends NamedPolicy>(policies: readonly P[], denies: readonly Statement[]): BroadPolicy<P>[] {
  return policies
    .map((policy) => ({ policy, grants: broadGrants(policy.document.statements, denies) }))
    .filter(({ grants }) => grants.length > 0);
}

const KIND_WORDS: { readonly [K in BroadGrant['kind']]: string } = {
  admin: 'administrator access',
  'service-wildcard': 'every action of a service',
  'pass-role-star': 'iam:PassRole on every role',
};
const EXPECTED: { readonly [K in BroadGrant['kind']]: string } = {
  admin: 'the actions and resources that the function uses',
  'service-wildcard': 'the actions that the function uses',
  'pass-role-star': 'the one role that it passes on',
};

function evidenceOf(where: string, { policy, grants }: BroadPolicy<NamedPolicy>): Evidence[] {
  return grants.map(({ kind, statement, sid, action }) => ({
    path: `${where} ${policy.name}: ${placeIn({ sid }, statement)}`,
    found: `${action === 'NotAction' ? 'all actions but some (NotAction)' : action}, ${KIND_WORDS[kind]}`,
    expected: EXPECTED[kind],
  }));
}

function remedyFor(
  state: Seen,
  inline: readonly BroadPolicy<NamedPolicy>[],
  attached: readonly BroadPolicy<AttachedPolicy>[],
  denies: readonly Statement[],
  { resource }: Context,
): Remedy {
  const deprecated = cannotComeBack(attached.map(({ policy }) => policy));
  if (deprecated !== undefined)
    return {
      kind: 'manual',
      why: `AWS lets nobody attach the deprecated ${deprecated.name} again, so that detaching it could not be undone.`,
      instructions: `Attach a policy that names what the functions use, then detach it: aws iam detach-role-policy --role-name ${resource.name} --policy-arn ${deprecated.arn}.`,
    };
  const steps = [
    ...inline.map(({ policy }) => narrowInline(resource, policy, denies)),
    ...attached.flatMap(({ policy }) => replaceAttached(resource, policy, denies, state.inlinePolicies)),
  ];
  const twice = attached
    .map(({ policy }) => narrowedName(policy.name))
    .find((name) => inline.some(({ policy }) => policy.name === name));
  if (twice !== undefined)
    return {
      kind: 'manual',
      why: `The inline policy ${twice}, which Cinch would use, was made too broad itself.`,
      instructions: 'Narrow or delete that inline policy by hand; Cinch then sees to the managed one.',
    };
  if (inlineSize(state.inlinePolicies, steps) > INLINE_LIMIT)
    return {
      kind: 'manual',
      why: `What must stay does not fit into the ${INLINE_LIMIT} characters that IAM allows inline.`,
      instructions: 'Write a customer managed policy that names actions and resources, attach it, and detach the broad one.',
    };
  return { kind: 'steps', steps };
}

/** Where narrowing is people's work, a boundary that they have named limits the role until it is done; the finding stays. */
function firstAid(remedy: Remedy, { permissionsBoundaryArn }: Seen, { resource, settings }: Context): Remedy {
  const { boundary } = settings.remedies;
  if (remedy.kind === 'steps' || boundary === undefined || permissionsBoundaryArn !== null) return remedy;
  return {
    kind: 'steps',
    steps: [{ kind: 'set-boundary', target: resource, fromArn: null, toArn: ownArn(boundary, resource) }],
    approvalBecause: 'the boundary takes away whatever it does not name, also what the functions use',
  };
}

/** What the role still has once every step is done. */
function isLeftBare(state: Seen, remedy: Remedy): boolean {
  if (remedy.kind !== 'steps') return false;
  const detached = remedy.steps.filter((step) => step.kind === 'detach-role-policy').length;
  const inline = new Set(state.inlinePolicies.map((policy) => policy.name));
  for (const step of remedy.steps) {
    if (step.kind !== 'replace-role-policy') continue;
    if (step.toText === null) inline.delete(step.policyName);
    else inline.add(step.policyName);
  }
  return inline.size === 0 && detached === state.attachedPolicies.length;
}

function adviceFor(state: Seen, remedy: Remedy): string[] {
  const stack = state.tags['aws:cloudformation:stack-name'];
  const boundary = state.permissionsBoundaryArn;
  return [
    state.usedBy.length === 0
      ? 'No function uses it now.'
      : `${counted(state.usedBy.length, 'function')} ${state.usedBy.length === 1 ? 'uses' : 'use'} it: ${listed(state.usedBy.slice(0, 10).map(nameOf))}.`,
    'Look in the access advisor for what was used, and write the actions and resources down that are missing after the change.',
    ...(isLeftBare(state, remedy)
      ? ['Nothing else gives the role any right: add a policy with what the functions need, logs too, before you approve.']
      : []),
    ...(boundary === null
      ? []
      : [`Its permissions boundary ${nameOf(boundary)} may forbid part of it; what the boundary says was not read.`]),
    ...(stack === undefined ? [] : [`The stack ${stack} owns the role and would put the old policy back: change it there too.`]),
  ];
}

const nameOf = (arn: string): string => arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1);

function evaluate(state: Seen, context: Context): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const all = [...state.inlinePolicies, ...state.attachedPolicies];
  const denies = all.flatMap((policy) => deniesOf(policy.document.statements));
  const inline = broadOnes(state.inlinePolicies, denies);
  const attached = broadOnes(state.attachedPolicies, denies);
  const kinds = new Set([...inline, ...attached].flatMap(({ grants }) => grants.map((grant) => grant.kind)));
  if (kinds.size === 0) return undefined;
  const lasting = remedyFor(state, inline, attached, denies, context);
  const remedy = firstAid(lasting, state, context);
  return {
    summary: `it allows ${listed([...kinds].map((kind) => KIND_WORDS[kind]))}`,
    evidence: [
      ...inline.flatMap((one) => evidenceOf('inline policy', one)),
      ...attached.flatMap((one) => evidenceOf('attached policy', one)),
    ],
    remedy,
    advice: [
      ...(lasting.kind === 'manual' && remedy.kind === 'steps'
        ? [`The boundary is first aid, the finding stays. ${lasting.why} ${lasting.instructions}`]
        : []),
      ...adviceFor(state, remedy),
    ],
  };
}

const inlinePolicy = (name: string, ...Statement: object[]): NamedPolicy => ({
  name,
  document: parsePolicyDocument(JSON.stringify({ Version: '2012-10-17', Statement }), 'example'),
});
const managedPolicy = (arn: string, ...Statement: object[]): AttachedPolicy => ({
  ...inlinePolicy(arn.slice(arn.lastIndexOf('/') + 1), ...Statement),
  arn,
  awsManaged: arn.startsWith('arn:aws:iam::aws:'),
});
const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const TABLE = 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders';
const LOGS = managedPolicy(
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
);
const trust = (principal: object) =>
  parsePolicyDocument(
    { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' } },
    'example',
  );
const ROLE: Seen = {
  path: '/service-role/',
  trustPolicy: trust({ Service: 'lambda.amazonaws.com' }),
  permissionsBoundaryArn: null,
  tags: {},
  inlinePolicies: [inlinePolicy('orders', allow(['dynamodb:GetItem', 'dynamodb:PutItem'], TABLE))],
  attachedPolicies: [LOGS],
  usedBy: ['arn:aws:lambda:eu-central-1:222222222222:function:orders-api'],
};
const withInline = (...statements: object[]): Seen => ({ ...ROLE, inlinePolicies: [inlinePolicy('orders', ...statements)] });
const ADMINISTRATOR = managedPolicy('arn:aws:iam::aws:policy/AdministratorAccess', allow('*'));

export default defineRule({
  id: 'iam-role-overbroad',
  title: "A function's role allows neither everything, nor every action of a service, nor passing on every role",
  severity: 'critical',
  resource: 'role',
  checklist: ['wp-1', 'fsbp-IAM.1', 'fsbp-IAM.21', 'cis-1.16'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'named actions on a table', state: ROLE },
      {
        name: 'an administrator that no function uses and Lambda may not assume',
        state: { ...ROLE, usedBy: [], trustPolicy: trust({ Service: 'ec2.amazonaws.com' }), attachedPolicies: [ADMINISTRATOR] },
      },
      {
        name: 'a role that AWS keeps for a service',
        state: { ...ROLE, path: '/aws-service-role/replicator.lambda.amazonaws.com/', attachedPolicies: [ADMINISTRATOR] },
      },
      {
        name: 'a wildcard that a Deny in another policy takes back',
        state: {
          ...ROLE,
          inlinePolicies: [
            inlinePolicy('a', allow('s3:*')),
            inlinePolicy('b', { Effect: 'Deny', Action: 's3:*', Resource: '*' }),
          ],
        },
      },
      {
        name: 'passing one role on, and any role to Lambda only',
        state: withInline(
          allow('iam:PassRole', 'arn:aws:iam::222222222222:role/worker'),
          allow('iam:PassRole', '*', { Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } }),
        ),
      },
      { name: 'a wildcard for the reading actions of a service', state: withInline(allow('s3:Get*')) },
    ],
    violates: [
      { name: 'AdministratorAccess', state: { ...ROLE, attachedPolicies: [LOGS, ADMINISTRATOR] } },
      { name: 'an inline administrator', state: withInline(allow('*')) },
      { name: 'an administrator in disguise', state: withInline(allow('*:*', 'arn:aws:*')) },
      { name: 'a role that Lambda may assume and nothing uses yet', state: { ...withInline(allow('*')), usedBy: [] } },
      {
        name: 'everything but IAM',
        state: withInline({ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' }),
      },
      {
        name: 'every action of a service, beside a statement that is fine',
        state: withInline(allow('s3:*', 'arn:aws:s3:::uploads/*'), { Sid: 'Table', ...allow('dynamodb:GetItem', TABLE) }),
      },
      {
        name: 'a managed policy for a whole service',
        state: {
          ...ROLE,
          attachedPolicies: [managedPolicy('arn:aws:iam::aws:policy/AmazonS3FullAccess', allow(['s3:*', 's3-object-lambda:*']))],
        },
      },
      {
        name: 'a deprecated policy for a whole service, which could not be attached again',
        state: {
          ...ROLE,
          attachedPolicies: [managedPolicy('arn:aws:iam::aws:policy/AWSLambdaFullAccess', allow(['lambda:*', 's3:*']))],
        },
      },
      { name: 'passing on every role', state: withInline(allow(['iam:PassRole', 'lambda:CreateFunction'])) },
      {
        name: 'passing on every role of the account, under a stack and a boundary',
        state: {
          ...withInline(allow('iam:Pass*', 'arn:aws:iam::222222222222:role/*')),
          permissionsBoundaryArn: 'arn:aws:iam::222222222222:policy/developers',
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
      {
        name: 'a Deny that a condition can switch off',
        state: withInline(allow('s3:*'), {
          Effect: 'Deny',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-central-1' } },
        }),
      },
      {
        name: 'more than IAM would take inline',
        state: {
          ...ROLE,
          attachedPolicies: [
            managedPolicy(
              'arn:aws:iam::222222222222:policy/everything',
              allow('s3:*'),
              ...Array.from({ length: 120 }, (_, index) => allow('dynamodb:GetItem', `${TABLE}-with-quite-a-long-name-${index}`)),
            ),
          ],
        },
      },
    ],
  },
});
