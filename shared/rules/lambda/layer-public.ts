import type { Statement } from '../../model/policy-document.ts';
import type { Resource } from '../../model/resource.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';

import { byHand } from '../parts/by-hand.ts';
import { exposureOf } from '../parts/home.ts';
import { layerOf } from '../parts/layers.ts';
import { permissionStatement, placeIn } from '../parts/permission-statement.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['layerPolicies'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Everybody can then download the code (https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html). */
function evaluate({ layerPolicies }: Seen, context: RuleContext<'function'>): Violation | undefined {
  const open = layerPolicies.flatMap(({ layerArn, document }) =>
    document.statements.flatMap((statement, index) =>
      exposureOf(statement, context) === 'public' ? [{ layerArn, statement, place: placeIn(statement, index) }] : [],
    ),
  );
  const [first] = open;
  if (first === undefined) return undefined;
  return {
    summary: `everybody may download its ${open.length === 1 ? 'layer' : 'layers'} ${listed([...new Set(open.map(({ layerArn }) => layerOf(layerArn).name))])}`,
    evidence: open.map(({ layerArn, place }) => ({
      path: `policy of ${layerArn}: ${place}`,
      found: 'open to every AWS account',
      expected: 'named accounts or your organization',
    })),
    remedy: remedyFor(open, context.resource),
    advice: [
      'Look for secrets in what was published: it may have been copied.',
      `Give it to your organization first, where its accounts use it: ${layerCommand('add-layer-version-permission', first.layerArn, context.resource)} --statement-id organization --action lambda:GetLayerVersion --principal '*' --organization-id ${context.settings.organizationId ?? '<organization id>'}.`,
      'Each version has a policy of its own: look at the others too.',
    ],
  };
}

interface OpenStatement {
  readonly layerArn: string;
  readonly statement: Statement;
}

function remedyFor(open: readonly OpenStatement[], target: Resource<'function'>): Remedy {
  const steps = open.flatMap(({ layerArn, statement }): Step[] => {
    const one = permissionStatement(statement);
    return one ? [{ kind: 'remove-layer-permission', target, layerArn, statement: one }] : [];
  });
  const nameless = open.find(({ layerArn, statement }) => statement.sid === null || layerRegion(layerArn) !== target.region);
  if (nameless)
    return byHand(
      'A permission is found by its statement id only, in the region of the layer.',
      `Take it away: ${layerCommand('remove-layer-version-permission', nameless.layerArn, target)} --statement-id ${nameless.statement.sid ?? '<statement id>'}.`,
    );
  return {
    kind: 'steps',
    steps,
    approvalBecause: 'the layer may be meant for everybody, and functions of other accounts may use it',
  };
}

const layerRegion = (layerArn: string): string => layerArn.split(':')[3] ?? '';

function layerCommand(verb: string, layerArn: string, { region }: Resource<'function'>): string {
  const version = layerArn.slice(layerArn.lastIndexOf(':') + 1);
  return `aws lambda ${verb} --region ${region} --layer-name ${layerOf(layerArn).name} --version-number ${version}`;
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
