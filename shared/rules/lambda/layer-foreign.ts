import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { layerOf, untrustedLayers } from '../parts/layers.ts';
import { lastingAdvice, listed } from '../parts/words.ts';

const NEEDS = ['layers', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ layers, managedBy }: Seen, context: RuleContext<'function'>): Violation | undefined {
  const foreign = untrustedLayers(layers, context);
  if (foreign.length === 0) return undefined;
  const accounts = [...new Set(foreign.map((arn) => layerOf(arn).account))];
  return {
    summary: `it runs code from ${accounts.length === 1 ? 'the account' : 'the accounts'} ${listed(accounts)}, which nobody here knows`,
    evidence: foreign.map((arn) => ({
      path: 'Layers',
      found: arn,
      expected: 'a layer of your own accounts, of AWS or of a vendor under layerAccounts',
    })),
    remedy: byHand(
      'The function may not start without the layer.',
      `If you trust the publisher, name the account under layerAccounts in cinch.yaml; else look into the layer (aws lambda get-layer-version-by-arn --arn ${foreign[0]}) and publish it in your own account.`,
    ),
    advice: lastingAdvice(managedBy, 'replace the layer'),
  };
}

const layer = (account: string, name: string) => `arn:aws:lambda:eu-central-1:${account}:layer:${name}:3`;
const UNKNOWN = layer('999999999999', 'speedup');

export default defineRule({
  id: 'lambda-layer-foreign',
  title: "A function's layers come from accounts that are known",
  severity: 'medium',
  resource: 'function',
  checklist: ['wa-SEC06-BP04'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no layer', state: { layers: [], managedBy: null } },
      { name: 'its own account', state: { layers: [layer('222222222222', 'shared')], managedBy: null } },
      {
        name: "AWS's and a vendor's",
        state: {
          layers: [layer('580247275435', 'LambdaInsightsExtension'), layer('464622532012', 'Datadog-Extension')],
          managedBy: null,
        },
      },
      {
        name: 'an allowed account',
        state: { layers: [UNKNOWN], managedBy: null },
        settings: { allowedAccounts: ['999999999999'] },
      },
      {
        name: 'a vendor of one’s own',
        state: { layers: [UNKNOWN], managedBy: null },
        settings: { layerAccounts: ['999999999999'] },
      },
    ],
    violates: [
      { name: 'an unknown account', state: { layers: [UNKNOWN], managedBy: null } },
      {
        name: 'two unknown accounts beside its own, under a stack',
        state: {
          layers: [layer('222222222222', 'shared'), UNKNOWN, layer('888888888888', 'helper')],
          managedBy: { tool: 'SAM', stack: 'orders' },
        },
      },
    ],
  },
});
