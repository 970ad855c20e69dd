import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { TMP_CLEANER_LAYER } from '../../names.ts';
import { CLEANER_NEXT_VARIABLE, cleanerSlot, isCleanerLayer, withCleaner } from '../../secrets/cleaner-contract.ts';
import { WRAPPER_PATH, WRAPPER_VARIABLE } from '../../secrets/resolver-contract.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { lastingAdvice, listed, ownerOf } from '../parts/words.ts';
import { type Wrapper, whyNoLayer, whyNotWrapped, whyTooLarge } from '../parts/wrapper-preflight.ts';

const NEEDS = [
  'ephemeralStorageMb',
  'layers',
  'packageType',
  'managedBy',
  'runtime',
  'architecture',
  'environment',
  'snapStart',
  'codeSigned',
  'edge',
] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** What every function has (https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html). */
const DEFAULT_MB = 512;
const CLEANER: Wrapper = {
  word: 'cleaner',
  layer: TMP_CLEANER_LAYER,
  underSnapStart: 'freeze the cleaner into its snapshots',
};

/** Why Cinch can't add the cleaner, or undefined when it can. */
function whyNot(state: Seen, keep: readonly string[]): string | undefined {
  const { environment } = state;
  if (cleanerSlot(environment) === undefined && environment[CLEANER_NEXT_VARIABLE] !== undefined)
    return `It has ${CLEANER_NEXT_VARIABLE} already, but the cleaner is not among its wrappers.`;
  return (
    whyNotWrapped(state, CLEANER) ??
    whyNoLayer(state, CLEANER) ??
    whyTooLarge(withCleaner(environment, keep), 'the variables of the cleaner')
  );
}

function remedyFor(state: Seen, { resource, settings }: RuleContext<'function'>): Remedy {
  const keep = settings.remedies.tmpKeep ?? [];
  const why = whyNot(state, keep);
  if (why !== undefined) return byHand(why, `Delete the files of ${resource.name} in its code before it returns.`);
  return {
    kind: 'steps',
    steps: [{ kind: 'add-tmp-cleaner', target: resource, architecture: state.architecture, keep }],
    approvalBecause: listed(approvalReasons(state)),
  };
}

function approvalReasons({ environment, managedBy }: Seen): string[] {
  const own = environment[WRAPPER_VARIABLE];
  return [
    'it may count on files of an earlier invocation as a cache',
    // The proxies of some tools are set by their wrapper, which runs after the cleaner: then the runtime asks past it.
    own && own !== WRAPPER_PATH ? 'its own wrapper may lead the runtime past the cleaner' : '',
    managedBy === null ? '' : `${ownerOf(managedBy)} would take the layer out with the next deploy`,
  ].filter((reason) => reason !== '');
}

/** Whoever asks for more than the default writes there, and the next invocation of the same environment finds what the last one left. */
function evaluate(state: Seen, context: RuleContext<'function'>): Violation | undefined {
  const isLarge = state.ephemeralStorageMb > DEFAULT_MB;
  if (!isLarge && !context.settings.require.tmpCleaner) return undefined;
  if (cleanerSlot(state.environment) !== undefined && state.layers.some(isCleanerLayer)) return undefined;
  return {
    summary: `it keeps up to ${state.ephemeralStorageMb} MB in /tmp, and nothing empties it between invocations`,
    evidence: [
      {
        path: 'EphemeralStorage.Size',
        found: `${state.ephemeralStorageMb} MB`,
        expected: `the layer ${TMP_CLEANER_LAYER} as its wrapper${isLarge ? ', or 512 MB' : ''}`,
      },
    ],
    remedy: remedyFor(state, context),
    advice: lastingAdvice(state.managedBy, 'add the layer and its variables'),
  };
}

const LARGE = {
  ephemeralStorageMb: 2048,
  layers: [],
  packageType: 'Zip',
  managedBy: null,
  runtime: 'nodejs22.x',
  architecture: 'arm64',
  environment: { LOG_LEVEL: 'info' },
  snapStart: false,
  codeSigned: false,
  edge: false,
} satisfies Seen;
const layer = (name: string) => `arn:aws:lambda:eu-central-1:222222222222:layer:${name}:2`;
const WRAPPED = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/tmp-cleaner' };
const EVERY = { require: { ...EXAMPLE_SETTINGS.require, tmpCleaner: true } };

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
      {
        name: 'the cleaner',
        state: { ...LARGE, layers: [layer('shared'), layer('cinch-tmp-cleaner')], environment: WRAPPED },
      },
      {
        name: 'the cleaner behind the resolver, asked of every function',
        state: {
          ...LARGE,
          ephemeralStorageMb: 512,
          layers: [layer('cinch-secret-resolver'), layer('cinch-tmp-cleaner')],
          environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver', CINCH_NEXT_WRAPPER: '/opt/cinch/tmp-cleaner' },
        },
        settings: EVERY,
      },
    ],
    violates: [
      { name: 'a large one', state: { ...LARGE, layers: [layer('shared')] } },
      { name: 'the layer without its wrapper', state: { ...LARGE, layers: [layer('cinch-tmp-cleaner')] } },
      { name: 'the default size, asked of every function', state: { ...LARGE, ephemeralStorageMb: 512 }, settings: EVERY },
      {
        name: 'paths that stay',
        state: LARGE,
        settings: { remedies: { ...EXAMPLE_SETTINGS.remedies, tmpKeep: ['/tmp/model'] } },
      },
      { name: 'a wrapper of its own', state: { ...LARGE, environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/datadog_wrapper' } } },
      { name: 'a large one of an image', state: { ...LARGE, packageType: 'Image', runtime: null } },
      { name: 'an OS-only runtime', state: { ...LARGE, runtime: 'provided.al2023' } },
      { name: 'SnapStart', state: { ...LARGE, runtime: 'java21', snapStart: true } },
      { name: 'signed code', state: { ...LARGE, codeSigned: true } },
      { name: 'five layers', state: { ...LARGE, layers: ['a', 'b', 'c', 'd', 'e'].map(layer) } },
      { name: 'a full environment', state: { ...LARGE, environment: { SETTINGS: 'x'.repeat(4060) } } },
      {
        name: "the cleaner's variable without the cleaner",
        state: { ...LARGE, environment: { CINCH_TMP_NEXT_WRAPPER: '/opt/run' } },
      },
      { name: 'a large one, under a stack', state: { ...LARGE, managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
