import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { byHand } from '../parts/by-hand.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleInline,
  exampleManaged,
  exampleRoleWith,
} from '../parts/example-role.ts';
import { concernsLambda, placeOf, policyCommand, roleAdvice } from '../parts/lambda-role.ts';
import { GRANT_NEEDS, type GrantFacts, roleGrants } from '../parts/role-grants.ts';
import { counted, listed } from '../parts/words.ts';

/** One finding for all paths: what closes one often closes the next. An administrator has nothing to climb to. */
function evaluate(state: GrantFacts, { resource }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const { documents, findings, admin } = roleGrants(state);
  const paths = findings.filter(({ id }) => id === 'privilege-escalation');
  const [first] = paths;
  if (first === undefined || admin.length > 0) return undefined;
  const methods = paths.map(({ method }) => (method === undefined || method === '*' ? 'every published one' : method));
  return {
    summary: `it can make itself an administrator or take on another role's rights in ${counted(paths.length, 'way')} (${methods.length > 5 ? `${methods.slice(0, 5).join(', ')} and ${methods.length - 5} more` : listed(methods)})`,
    evidence: paths.map(({ actions, places }, index) => ({
      path: places.map((place) => placeOf(documents, place)).join('; '),
      found: `${methods[index]}${actions.length > 0 ? `: ${listed(actions)}` : ''}`,
      expected: 'one of its actions gone, or limited to resources of the function',
    })),
    remedy: byHand(
      'Which of the actions the function needs is not in the policies.',
      `Take away the action that it needs least, or name its resources: ${policyCommand(resource, state.attachedPolicies, first.places)}.`,
    ),
    advice: roleAdvice(state),
  };
}

const PASS = exampleAllow('iam:PassRole');
const CREATE = exampleAllow(['lambda:CreateFunction', 'lambda:InvokeFunction']);

export default defineRule({
  id: 'iam-role-privilege-escalation',
  title: "A function's role can't give itself more rights",
  severity: 'high',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: GRANT_NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'a table', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'half of a path', state: exampleRoleWith(PASS) },
      { name: 'the other half of it', state: exampleRoleWith(CREATE) },
      {
        name: 'an administrator, which another rule finds',
        state: { ...exampleRoleWith(PASS, CREATE), attachedPolicies: [EXAMPLE_ADMINISTRATOR] },
      },
      {
        name: 'a path that a Deny closes',
        state: exampleRoleWith(PASS, CREATE, { Effect: 'Deny', Action: 'lambda:CreateFunction', Resource: '*' }),
      },
      {
        name: 'a path that the boundary closes',
        state: {
          ...exampleRoleWith(PASS, CREATE),
          boundary: exampleInline('functions', exampleAllow(['lambda:*', 's3:*'])).document,
        },
      },
      { name: 'a role that AWS keeps for a service', state: { ...exampleRoleWith(PASS, CREATE), path: EXAMPLE_SERVICE_PATH } },
    ],
    violates: [
      { name: 'a new policy version', state: exampleRoleWith(exampleAllow('iam:CreatePolicyVersion')) },
      {
        name: 'a path whose pieces lie in two policies',
        state: {
          ...exampleRoleWith(PASS),
          attachedPolicies: [exampleManaged('arn:aws:iam::222222222222:policy/functions', CREATE)],
          tags: { 'aws:cloudformation:stack-name': 'deploy' },
        },
      },
      { name: 'every way at once', state: exampleRoleWith(exampleAllow(['iam:*', 'lambda:*', 'ec2:*', 'cloudformation:*'])) },
    ],
  },
});
