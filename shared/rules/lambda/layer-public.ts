import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';

import { byHand } from '../parts/by-hand.ts';
import { exposureOf } from '../parts/home.ts';
import { layerOf } from '../parts/layers.ts';
import { placeIn } from '../parts/permission-statement.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['layerPolicies'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Everybody can then download the code (https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html). */
function evaluate({ layerPolicies }: Seen, context: RuleContext<'function'>): Violation | undefined {
  const open = layerPolicies.flatMap(({ layerArn, document }) =>
    document.statements.flatMap((statement, index) =>
      exposureOf(statement, context) === 'public' ? [{ layerArn, sid: statement.sid, place: placeIn(statement, index) }] : [],
    ),
  );
  const [first] = open;
  if (first === undefined) return undefined;
  const { name } = layerOf(first.layerArn);
  const version = first.layerArn.slice(first.layerArn.lastIndexOf(':') + 1);
  return {
    summary: `everybody may download its ${open.length === 1 ? 'layer' : 'layers'} ${listed([...new Set(open.map(({ layerArn }) => layerOf(layerArn).name))])}`,
    evidence: open.map(({ layerArn, place }) => ({
      path: `policy of ${layerArn}: ${place}`,
      found: 'open to every AWS account',
      expected: 'named accounts or your organization',
    })),
    remedy: byHand(
      'The layer may be meant for everybody, and functions of other accounts may use it.',
      `Take the permission away: aws lambda remove-layer-version-permission --region ${context.resource.region} --layer-name ${name} --version-number ${version} --statement-id ${first.sid ?? '<statement id>'}; give it to the organization again with --organization-id.`,
    ),
    advice: ['Look for secrets in what was published: it may have been copied.'],
  };
}

const LAYER = 'arn:aws:lambda:eu-central-1:222222222222:layer:shared:7';
const of = (layerArn: string, statement: object) => ({
  layerArn,
  document: parsePolicyDocument(
    { Statement: [{ Effect: 'Allow', Action: 'lambda:GetLayerVersion', Resource: layerArn, ...statement }] },
    'example',
  ),
});

export default defineRule({
  id: 'lambda-layer-public',
  title: "A function's own layers are open to named accounts only",
  severity: 'high',
  resource: 'function',
  checklist: ['wa-SEC03-BP07'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no policy', state: { layerPolicies: [] } },
      { name: 'one account', state: { layerPolicies: [of(LAYER, { Sid: 'a', Principal: { AWS: '333333333333' } })] } },
      {
        name: 'the organization',
        state: {
          layerPolicies: [
            of(LAYER, { Sid: 'o', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } }),
          ],
        },
        settings: { organizationId: 'o-abcdefghij' },
      },
    ],
    violates: [
      { name: 'everybody', state: { layerPolicies: [of(LAYER, { Sid: 'open', Principal: '*' })] } },
      {
        name: 'everybody, without a Sid, beside a closed layer',
        state: {
          layerPolicies: [
            of('arn:aws:lambda:eu-central-1:222222222222:layer:closed:1', { Sid: 'a', Principal: { AWS: '333333333333' } }),
            of(LAYER, { Principal: { AWS: '*' } }),
          ],
        },
      },
    ],
  },
});
