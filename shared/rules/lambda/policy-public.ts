import type { Evidence, Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { isUnknown } from '../../model/unknown.ts';
import type { Exposure } from '../../policy/public-access.ts';
import { EXAMPLE_TO_URL, exampleFunctionPolicy } from '../parts/example-policy.ts';
import { exposureOf } from '../parts/home.ts';
import {
  type FunctionStatement,
  functionStatements,
  grantOf,
  pathOf,
  principalsOf,
  removingSteps,
} from '../parts/permission-statement.ts';
import { isToldOfUrl } from '../parts/url-statements.ts';
import { counted, lastingAdvice } from '../parts/words.ts';

const NEEDS = ['resourcePolicies', 'urls', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;
type Context = RuleContext<'function'>;

type OpenStatement = FunctionStatement & { readonly exposure: Exposure };

function openStatements(state: Seen, context: Context): OpenStatement[] {
  return functionStatements(state.resourcePolicies)
    .map((one) => ({ ...one, exposure: exposureOf(one.statement, context) }))
    .filter(({ exposure }) => exposure === 'public' || exposure === 'service-without-source' || isUnknown(exposure))
    .filter(({ statement, qualifier }) => !isToldOfUrl(statement, state.urls, qualifier));
}

function remedyFor(open: readonly OpenStatement[], { resource }: Context): Remedy {
  const sure = open.filter(({ exposure }) => !isUnknown(exposure));
  if (sure.length === 0)
    return {
      kind: 'manual',
      why: 'Cinch can not tell whether the condition limits the callers.',
      instructions:
        'Look whether the statement is needed, and limit it with aws:SourceArn and aws:SourceAccount, or with aws:PrincipalOrgID.',
    };
  const steps = removingSteps(resource, sure);
  if (steps === undefined)
    return {
      kind: 'manual',
      why: 'A statement has no Sid, and RemovePermission finds statements by nothing else.',
      instructions: 'Delete the policy of the function and add the statements that are needed again, each with a statement id.',
    };
  return { kind: 'steps', steps };
}

const evidenceOf = (open: OpenStatement): Evidence => ({
  path: pathOf(open),
  found: `${grantOf(open.statement)}, ${describe(open.exposure)}`,
  expected: 'a limit to your accounts, your organization or one source',
});

function describe(exposure: Exposure): string {
  if (isUnknown(exposure)) return exposure.unknown;
  return exposure === 'public' ? 'which is everybody' : 'on behalf of anybody';
}

function summaryOf(open: readonly OpenStatement[]): string {
  const everybody = open.some(({ exposure }) => exposure === 'public');
  if (everybody) return `anybody may invoke it (${counted(open.length, 'statement')} of its policy)`;
  if (open.some(({ exposure }) => exposure === 'service-without-source'))
    return `an AWS service may invoke it on behalf of anybody (${counted(open.length, 'statement')} of its policy)`;
  return 'it can not be told who may invoke it';
}

function adviceFor(open: readonly OpenStatement[], state: Seen): string[] {
  const services = open
    .filter(({ exposure }) => exposure === 'service-without-source')
    .map(({ statement }) => principalsOf(statement));
  return [
    ...[...new Set(services)].map(
      (service) => `If ${service} still triggers it, grant that again with --source-arn and --source-account before you approve.`,
    ),
    ...open.flatMap(({ statement, exposure }) =>
      isUnknown(exposure) ? [`${statement.sid ?? 'A statement without Sid'}: ${exposure.unknown}.`] : [],
    ),
    ...lastingAdvice(state.managedBy, 'remove or limit the permission'),
  ];
}

function evaluate(state: Seen, context: Context): Violation | undefined {
  const open = openStatements(state, context);
  if (open.length === 0) return undefined;
  return {
    summary: summaryOf(open),
    evidence: open.map(evidenceOf),
    remedy: remedyFor(open, context),
    advice: adviceFor(open, state),
  };
}

const of = (...statements: object[]): Seen => ({
  resourcePolicies: [exampleFunctionPolicy(null, ...statements)],
  urls: [],
  managedBy: null,
});
const S3 = { Service: 's3.amazonaws.com' };
const BUCKET = { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::uploads' } };

export default defineRule({
  id: 'lambda-policy-public',
  title: "A function's policy opens it neither to everybody nor to a service on behalf of anybody",
  severity: 'critical',
  resource: 'function',
  checklist: ['fsbp-Lambda.1', 'wp-4'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no policy', state: { resourcePolicies: [], urls: [], managedBy: null } },
      {
        name: 'a service with a source',
        state: of({
          Sid: 'api',
          Principal: { Service: 'apigateway.amazonaws.com' },
          Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:execute-api:eu-central-1:222222222222:abcd1234/*/GET/orders' } },
        }),
      },
      {
        name: 'a bucket with its account',
        state: of({ Sid: 's3', Principal: S3, Condition: { ...BUCKET, StringEquals: { 'AWS:SourceAccount': '222222222222' } } }),
      },
      { name: 'another account', state: of({ Sid: 'partner', Principal: { AWS: 'arn:aws:iam::333333333333:root' } }) },
      {
        name: 'everybody in the organization',
        state: of({ Sid: 'org', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } }),
        settings: { organizationId: 'o-abcdefghij' },
      },
      { name: 'a Deny for everybody', state: of({ Sid: 'no', Principal: '*', Effect: 'Deny' }) },
      {
        name: 'the statement of a URL without authentication, which another rule handles',
        state: { ...of(EXAMPLE_TO_URL), urls: [{ qualifier: null, authType: 'NONE', cors: null }] },
      },
      { name: 'what a deleted URL left behind, which another rule tells', state: of(EXAMPLE_TO_URL) },
    ],
    violates: [
      { name: 'everybody', state: of({ Sid: 'open', Principal: '*' }) },
      {
        name: 'everybody, among statements that are fine',
        state: of({ Sid: 'own', Principal: { AWS: '222222222222' } }, { Sid: 'open', Principal: { AWS: '*' } }),
      },
      {
        name: 'an alias that is open while the function is not',
        state: {
          resourcePolicies: [exampleFunctionPolicy('live', { Sid: 'open', Principal: '*' })],
          urls: [],
          managedBy: { tool: 'CDK', stack: 'orders' },
        },
      },
      {
        name: 'everybody, with a wildcard for the organization',
        state: of({ Sid: 'open', Principal: '*', Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } }),
      },
      { name: 'a service without a source', state: of({ Sid: 'events', Principal: { Service: 'events.amazonaws.com' } }) },
      { name: 'a bucket without its account', state: of({ Sid: 's3', Principal: S3, Condition: BUCKET }) },
      {
        name: 'everybody, beside what a deleted URL left behind',
        state: of(EXAMPLE_TO_URL, { Sid: 'open', Principal: '*' }),
      },
      {
        name: 'what is left of a URL that answered everybody and asks for IAM now',
        state: { ...of(EXAMPLE_TO_URL), urls: [{ qualifier: null, authType: 'AWS_IAM', cors: null }] },
      },
      {
        name: 'a condition that nobody can judge',
        state: of({ Sid: 'odd', Principal: '*', Condition: { StringEquals: { 'custom:Colour': 'blue' } } }),
      },
      { name: 'a statement without Sid', state: of({ Principal: '*' }) },
    ],
  },
});
