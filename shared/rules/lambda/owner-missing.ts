import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { isOwnerTag } from '../parts/owner-tags.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['tags', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ tags, managedBy }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  const { ownerTags } = settings;
  if (Object.entries(tags).some(([tag, value]) => isOwnerTag(tag, ownerTags) && value.trim() !== '')) return undefined;
  return {
    summary: `no tag says who owns it (${ownerTags.join(' or ')})`,
    evidence: [{ path: 'Tags', found: 'no owner', expected: `one of ${ownerTags.join(', ')}` }],
    remedy: byHand(
      'Only people know whose it is.',
      `Name the owner: aws lambda tag-resource --region ${resource.region} --resource ${resource.arn} --tags ${ownerTags[0] ?? 'owner'}=<team>.`,
    ),
    advice: lastingAdvice(managedBy, 'add the tag'),
  };
}

export default defineRule({
  id: 'lambda-owner-missing',
  title: 'A tag says who owns a function',
  severity: 'low',
  resource: 'function',
  checklist: ['fsbp-Lambda.6', 'wa-OPS02-BP01'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'an owner', state: { tags: { Owner: 'payments' }, managedBy: null } },
      { name: 'a team', state: { tags: { team: 'payments', stage: 'prod' }, managedBy: null } },
      {
        name: 'a tag of the configuration',
        state: { tags: { 'cost-center': '4711' }, managedBy: null },
        settings: { ownerTags: ['cost-center'] },
      },
    ],
    violates: [
      { name: 'no tag', state: { tags: {}, managedBy: null } },
      { name: 'an empty one', state: { tags: { owner: ' ' }, managedBy: null } },
      { name: 'other tags, under a stack', state: { tags: { stage: 'prod' }, managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
