import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { apiCommand, isPrivate } from '../parts/api.ts';
import { letsEverybodyIn } from '../parts/api-callers.ts';
import { byHand } from '../parts/by-hand.ts';

const NEEDS = ['protocol', 'endpointTypes', 'policy'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/**
 * A private API is reached from every VPC with an execute-api endpoint, in any account: only its policy says from which
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html).
 */
function evaluate(state: Seen, { resource, settings }: RuleContext<'api'>): Violation | undefined {
  if (!isPrivate(state)) return undefined;
  const { policy } = state;
  if (policy !== null && !letsEverybodyIn(policy, { account: resource.account, ...settings })) return undefined;
  return {
    summary:
      policy === null
        ? 'it is private and has no resource policy, so that nothing says which networks may call it'
        : 'it is private, but its resource policy lets in every network of every account',
    evidence: [
      {
        path: 'resource policy',
        found: policy === null ? 'none' : 'execute-api:Invoke for everybody without a limit',
        expected: 'a limit by aws:SourceVpce or aws:SourceVpc',
      },
    ],
    remedy: byHand(
      'Only its owner knows which networks call it.',
      `Limit it to your VPC endpoints: ${apiCommand('REST', resource, 'update-rest-api', '--patch-operations op=replace,path=/policy,value=<policy with StringEquals aws:SourceVpce>')}, then deploy the stage again.`,
    ),
  };
}

const policy = (...Statement: object[]) => parsePolicyDocument({ Version: '2012-10-17', Statement }, 'example');
const CALL = { Action: 'execute-api:Invoke', Resource: 'execute-api:/*', Principal: '*' };
const DENY_OTHERS = { Effect: 'Deny', ...CALL, Condition: { StringNotEquals: { 'aws:sourceVpc': 'vpc-1a2b3c4d' } } };

export default defineRule({
  id: 'apigateway-private-api-policy-missing',
  title: "A private API's resource policy names the networks that may call it",
  severity: 'medium',
  resource: 'api',
  checklist: ['wp-4', 'wp-5'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      {
        name: 'a policy that names its endpoint',
        state: {
          protocol: 'REST',
          endpointTypes: ['PRIVATE'],
          policy: policy({ Effect: 'Allow', ...CALL, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b' } } }),
        },
      },
      {
        name: 'a policy that denies other networks',
        state: { protocol: 'REST', endpointTypes: ['PRIVATE'], policy: policy({ Effect: 'Allow', ...CALL }, DENY_OTHERS) },
      },
      { name: 'a regional API', state: { protocol: 'REST', endpointTypes: ['REGIONAL'], policy: null } },
      { name: 'an HTTP API', state: { protocol: 'HTTP', endpointTypes: [], policy: null } },
    ],
    violates: [
      { name: 'no policy', state: { protocol: 'REST', endpointTypes: ['PRIVATE'], policy: null } },
      {
        name: 'a policy for everybody',
        state: { protocol: 'REST', endpointTypes: ['PRIVATE'], policy: policy({ Effect: 'Allow', ...CALL }) },
      },
    ],
  },
});
