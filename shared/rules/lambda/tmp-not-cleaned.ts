import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { TMP_CLEANER_LAYER } from '../../names.ts';
import { byHand } from '../parts/by-hand.ts';
import { layerOf } from '../parts/layers.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['ephemeralStorageMb', 'layers', 'packageType', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** What every function has (https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html). */
const DEFAULT_MB = 512;

/** Whoever asks for more writes there, and the next invocation of the same environment finds what the last one left. */
function evaluate(state: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  if (state.ephemeralStorageMb <= DEFAULT_MB) return undefined;
  if (state.layers.some((arn) => layerOf(arn).name === TMP_CLEANER_LAYER)) return undefined;
  return {
    summary: `it keeps up to ${state.ephemeralStorageMb} MB in /tmp, and nothing empties it between invocations`,
    evidence: [
      {
        path: 'EphemeralStorage.Size',
        found: `${state.ephemeralStorageMb} MB`,
        expected: `the layer ${TMP_CLEANER_LAYER}, or 512 MB`,
      },
    ],
    remedy: byHand(
      'It may count on files of an earlier invocation as a cache.',
      state.packageType === 'Image'
        ? `Delete the files of ${resource.name} in its code before it returns: an image takes no layers.`
        : `Delete the files in the code before it returns, or add the layer ${TMP_CLEANER_LAYER} to ${resource.name}.`,
    ),
    advice: lastingAdvice(state.managedBy, 'add the layer'),
  };
}

const LARGE = { ephemeralStorageMb: 2048, layers: [], packageType: 'Zip', managedBy: null } satisfies Seen;
const layer = (name: string) => `arn:aws:lambda:eu-central-1:222222222222:layer:${name}:2`;

export default defineRule({
  id: 'lambda-tmp-not-cleaned',
  title: 'A function with a large /tmp empties it between invocations',
  severity: 'low',
  resource: 'function',
  checklist: ['wp-3'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'the default size', state: { ...LARGE, ephemeralStorageMb: 512 } },
      { name: 'the cleaner', state: { ...LARGE, layers: [layer('shared'), layer('cinch-tmp-cleaner')] } },
    ],
    violates: [
      { name: 'a large one', state: { ...LARGE, layers: [layer('shared')] } },
      { name: 'a large one of an image', state: { ...LARGE, packageType: 'Image' } },
      { name: 'a large one, under a stack', state: { ...LARGE, managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
