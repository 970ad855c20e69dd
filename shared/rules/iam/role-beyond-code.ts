import { actionsOfCall } from '../../code/calls.ts';
import type { Resource } from '../../model/resource.ts';
import type { Evidence, Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { AttachedPolicy, NamedPolicy, RoleFacts } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import { OWN_PREFIX } from '../../names.ts';
import { DATA_PLANE } from '../../policy/data-plane.ts';
import { type KeptOnly, keepOnly, type Needed } from '../../policy/keep-only.ts';
import { byHand } from '../parts/by-hand.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_LOGS,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleInline,
  exampleManaged,
  exampleRoleWith,
} from '../parts/example-role.ts';
import { isForRuntime } from '../parts/managed-policies.ts';
import { isIdle } from '../parts/needless-policies.ts';
import { placeIn } from '../parts/permission-statement.ts';
import { cannotComeBack, INLINE_LIMIT, inlineSize, moveInline, narrowedName } from '../parts/policy-remedy.ts';
import { counted, listed } from '../parts/words.ts';

const NEEDS = ['path', 'tags', 'inlinePolicies', 'attachedPolicies', 'serviceAccess', 'codeCalls'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/** What Lambda does for every function, and what no code shows: keys are used on behalf of whatever is encrypted under them. */
const NAMED_STAY: ReadonlySet<string> = new Set(['logs', 'xray', 'kms']);

const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'));

/** What the code calls, what Lambda does, and what access advisor saw besides. Undefined where a call is none that Cinch understands. */
function neededBy({ codeCalls, serviceAccess }: Seen, context: RuleContext<'role'>): Needed | undefined {
  const called = codeCalls.flatMap(({ calls }) => calls).map(actionsOfCall);
  if (called.includes(undefined)) return undefined;
  const found = [...called.flatMap((actions) => actions ?? []), ...codeCalls.flatMap(({ lambda }) => lambda)];
  const explained = new Set([...found.map(serviceOf), ...NAMED_STAY]);
  const used = serviceAccess.filter(({ lastUsed }) => !isIdle(lastUsed, context));
  const seen = used.flatMap(({ service, actions = [] }) =>
    actions.filter(({ lastUsed }) => !isIdle(lastUsed, context)).map(({ name }) => `${service}:${name}`),
  );
  return {
    actions: [...new Set([...found, ...seen, ...(DATA_PLANE.kms ?? [])])].sort(),
    // It was used, and the code does not say for what: all of it stays.
    services: new Set(used.map(({ service }) => service).filter((service) => !explained.has(service))),
    named: NAMED_STAY,
  };
}

interface Judged<P extends NamedPolicy> {
  readonly policy: P;
  /** Undefined where it can't be told action by action. */
  readonly kept: KeptOnly | undefined;
}

const isJudged = <P extends NamedPolicy>({ kept }: Judged<P>): boolean => kept === undefined || kept.surplus.length > 0;

/** What Cinch gave the role itself has a remedy of its own that made it. */
const isOwn = ({ name }: NamedPolicy): boolean => name.startsWith(OWN_PREFIX) && !name.startsWith(narrowedName(''));
const isLambdas = ({ awsManaged, name }: AttachedPolicy): boolean =>
  isForRuntime(name) || (awsManaged && /^AWSLambda\w+ExecutionRole$/.test(name));

function evidenceOf(where: string, { policy, kept }: Judged<NamedPolicy>): Evidence[] {
  if (!kept) return [{ path: `${where} ${policy.name}`, found: 'NotAction', expected: 'the actions that the code calls' }];
  return kept.surplus.map(({ statement, sid, patterns, left }) => ({
    path: `${where} ${policy.name}: ${placeIn({ sid }, statement)}`,
    found: some(patterns),
    expected: left.length === 0 ? 'nothing: the code calls none of it' : some(left),
  }));
}

const some = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : listed(names);

function narrowed(
  { inlinePolicies }: Seen,
  target: Resource<'role'>,
  inline: readonly Judged<NamedPolicy>[],
  attached: readonly Judged<AttachedPolicy>[],
): Remedy | undefined {
  if ([...inline, ...attached].some(({ kept }) => kept === undefined)) return undefined;
  if (cannotComeBack(attached.map(({ policy }) => policy))) return undefined;
  const steps: Step[] = [
    ...inline.map(
      ({ policy, kept }): Step => ({
        kind: 'replace-role-policy',
        target,
        policyName: policy.name,
        fromText: policy.document.text,
        toText: kept?.text ?? null,
      }),
    ),
    ...attached.flatMap(({ policy, kept }) => moveInline(target, policy, kept?.text ?? null, inlinePolicies)),
  ];
  const written = steps.flatMap((step) => (step.kind === 'replace-role-policy' ? [step.policyName] : []));
  const isTwice = new Set(written).size !== written.length;
  if (isTwice || inlineSize(inlinePolicies, steps) > INLINE_LIMIT) return undefined;
  return { kind: 'steps', steps, approvalBecause: 'code shows the calls, and not everything that a call may need' };
}

function adviceFor({ codeCalls, tags }: Seen, { services }: Needed): string[] {
  const stack = tags['aws:cloudformation:stack-name'];
  const rest = codeCalls.length - 10;
  return [
    ...codeCalls
      .slice(0, 10)
      .map(
        ({ functionArn, calls }) =>
          `${functionArn.slice(functionArn.lastIndexOf(':') + 1)} calls ${calls.length === 0 ? 'nothing of AWS' : some(calls)}.`,
      ),
    ...(rest > 0 ? [`${counted(rest, 'more function')} use the role.`] : []),
    ...(services.size > 0
      ? [`Access advisor saw ${listed([...services].sort())} in use, which the code does not show: that stays as it is.`]
      : []),
    'Source: the calls in the code, published versions included, and access advisor. Code does not show what a call does in turn, nor keys: what the role may do with KMS stays. Functions in regions that Cinch does not watch are not seen.',
    ...(stack === undefined ? [] : [`The stack ${stack} owns the role and would put the old policy back: change it there too.`]),
  ];
}

function evaluate(state: Seen, context: RuleContext<'role'>): Violation | undefined {
  if (state.path.startsWith('/aws-service-role/') || state.codeCalls.length === 0) return undefined;
  const needed = neededBy(state, context);
  if (!needed) return undefined;
  const judge = <P extends NamedPolicy>(policy: P): Judged<P> => ({ policy, kept: keepOnly(policy.document, needed) });
  const inline = state.inlinePolicies
    .filter((policy) => !isOwn(policy))
    .map(judge)
    .filter(isJudged);
  const attached = state.attachedPolicies
    .filter((policy) => !isLambdas(policy))
    .map(judge)
    .filter(isJudged);
  const evidence = [
    ...inline.flatMap((one) => evidenceOf('inline policy', one)),
    ...attached.flatMap((one) => evidenceOf('attached policy', one)),
  ];
  if (evidence.length === 0) return undefined;
  return {
    summary: `it allows more than the code of ${counted(state.codeCalls.length, 'function')} calls (${some([...new Set(evidence.map(({ found }) => found))].slice(0, 3))})`,
    evidence,
    remedy:
      narrowed(state, context.resource, inline, attached) ??
      byHand(
        'The narrowed policies do not fit inline, or one of them could not be put back as it was.',
        `Write a policy with what the code calls and nothing else: aws iam list-role-policies --role-name ${context.resource.name} and aws iam list-attached-role-policies --role-name ${context.resource.name} name those of now.`,
      ),
    advice: adviceFor(state, needed),
  };
}

const ORDERS = 'arn:aws:lambda:eu-central-1:222222222222:function:orders-api';
const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const TABLE = 'arn:aws:dynamodb:eu-central-1:222222222222:table/orders';
const WIDE = exampleRoleWith(exampleAllow('dynamodb:*', TABLE));
const callsOf = (calls: string[], lambda: string[] = LOGS) => [{ functionArn: ORDERS, calls, lambda }];

export default defineRule({
  id: 'iam-role-beyond-code',
  title: "A function's role allows what its code calls, and no more",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP04'],
  optIn: true,
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'what the code calls and no more', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'a role that no function uses', state: { ...WIDE, codeCalls: [] } },
      { name: 'a role that AWS keeps for a service', state: { ...WIDE, path: EXAMPLE_SERVICE_PATH } },
      {
        name: 'what Lambda does with the role, not the code',
        state: {
          ...exampleRoleWith(
            exampleAllow(
              ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
              'arn:aws:sqs:eu-central-1:222222222222:orders',
            ),
            exampleAllow(['logs:*', 'xray:*']),
          ),
          codeCalls: callsOf(
            ['dynamodb GetItem'],
            [...LOGS, 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          ),
        },
      },
      {
        name: 'keys, whose use no code shows',
        state: exampleRoleWith(exampleAllow('kms:*', 'arn:aws:kms:eu-central-1:222222222222:key/1')),
      },
      {
        name: 'a service that access advisor saw in use',
        state: {
          ...exampleRoleWith(exampleAllow(['rekognition:*', 'dynamodb:GetItem'])),
          serviceAccess: [{ service: 'rekognition', lastUsed: '2026-03-01T10:00:00.000Z' }],
        },
      },
      {
        name: 'an action that access advisor saw in use',
        state: {
          ...exampleRoleWith(exampleAllow(['dynamodb:GetItem', 'dynamodb:CreateTable'])),
          serviceAccess: [
            {
              service: 'dynamodb',
              lastUsed: '2026-03-01T10:00:00.000Z',
              actions: [{ name: 'CreateTable', lastUsed: '2026-03-01T10:00:00.000Z' }],
            },
          ],
        },
      },
    ],
    violates: [
      { name: 'every action of a service', state: WIDE },
      { name: 'an administrator', state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_ADMINISTRATOR, EXAMPLE_LOGS] } },
      {
        name: 'an action that nothing calls, under a condition',
        state: exampleRoleWith(
          exampleAllow(['dynamodb:GetItem', 'dynamodb:DeleteItem'], TABLE, {
            Condition: { Bool: { 'aws:SecureTransport': 'true' } },
          }),
        ),
      },
      {
        name: 'a policy of which nothing is called, in a stack',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          tags: { 'aws:cloudformation:stack-name': 'orders' },
          inlinePolicies: [exampleInline('queues', exampleAllow('sqs:SendMessage'))],
        },
      },
      {
        name: "a managed policy of AWS's",
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          attachedPolicies: [EXAMPLE_LOGS, exampleManaged('arn:aws:iam::aws:policy/AmazonSQSFullAccess', exampleAllow('sqs:*'))],
          codeCalls: callsOf(['sqs SendMessageBatch']),
        },
      },
      {
        name: 'everything but IAM, of which access advisor saw Rekognition',
        state: {
          ...exampleRoleWith({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }),
          serviceAccess: [{ service: 'rekognition', lastUsed: '2026-03-01T10:00:00.000Z' }],
        },
      },
      {
        name: 'everything but some of what access advisor saw',
        state: {
          ...exampleRoleWith({ Effect: 'Allow', NotAction: 'rekognition:Delete*', Resource: '*' }),
          serviceAccess: [{ service: 'rekognition', lastUsed: '2026-03-01T10:00:00.000Z' }],
        },
      },
      {
        name: 'a deprecated policy, which AWS would not take back',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          attachedPolicies: [
            EXAMPLE_LOGS,
            exampleManaged('arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess', exampleAllow('dynamodb:*')),
          ],
        },
      },
    ],
  },
});
