import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { isOwnerTag } from '../parts/owner-tags.ts';
import { lastingAdvice, listed } from '../parts/words.ts';

const NEEDS = ['taggedPrincipals', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ taggedPrincipals, managedBy }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  const owners = taggedPrincipals.filter(({ tag }) => isOwnerTag(tag, settings.ownerTags));
  const gone = owners.filter(({ exists }) => !exists);
  const [first] = gone;
  // Another owner who is still there is enough.
  if (first === undefined || owners.length > gone.length) return undefined;
  return {
    summary: `its owner ${listed(gone.map(({ arn }) => arn))} does not exist any more`,
    evidence: gone.map(({ tag, arn }) => ({
      path: `Tags.${tag}`,
      found: `${arn}, which is gone`,
      expected: 'somebody who exists',
    })),
    remedy: byHand(
      'Only people know who took it over.',
      `Name the new owner: aws lambda tag-resource --region ${resource.region} --resource ${resource.arn} --tags ${first.tag}=<owner>; or delete the function if nobody did.`,
    ),
    advice: lastingAdvice(managedBy, 'change the tag'),
  };
}

const DANA = 'arn:aws:iam::222222222222:user/dana';
const PAYMENTS = 'arn:aws:iam::222222222222:role/payments';

export default defineRule({
  id: 'lambda-owner-gone',
  title: "A function's owner still exists",
  severity: 'medium',
  resource: 'function',
  checklist: ['wa-OPS02-BP01', 'wa-SEC03-BP06'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no tag that names a principal', state: { taggedPrincipals: [], managedBy: null } },
      { name: 'an owner who exists', state: { taggedPrincipals: [{ tag: 'owner', arn: DANA, exists: true }], managedBy: null } },
      {
        name: 'the deployer is gone, who is no owner',
        state: { taggedPrincipals: [{ tag: 'deployed-by', arn: DANA, exists: false }], managedBy: null },
      },
      {
        name: 'one of two is still there',
        state: {
          taggedPrincipals: [
            { tag: 'owner', arn: DANA, exists: false },
            { tag: 'team', arn: PAYMENTS, exists: true },
          ],
          managedBy: null,
        },
      },
    ],
    violates: [
      { name: 'a user who left', state: { taggedPrincipals: [{ tag: 'Owner', arn: DANA, exists: false }], managedBy: null } },
      {
        name: 'a role that was deleted, under a stack',
        state: {
          taggedPrincipals: [{ tag: 'team', arn: PAYMENTS, exists: false }],
          managedBy: { tool: 'Terraform', stack: null },
        },
      },
    ],
  },
});
