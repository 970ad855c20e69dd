import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts, FunctionVersion, VersionUse } from '../../model/state.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { staleVersions } from '../parts/stale-versions.ts';
import { counted, lastingAdvice } from '../parts/words.ts';

const NEEDS = ['versions', 'versionUses', 'asyncConfigs', 'environment', 'runtime', 'roleArn', 'edge', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

const COMMANDS_SHOWN = 10;
const DAY_MS = 86_400_000;

/** A version that was deleted can't be published again as it was, so Cinch deletes none: it says which have been quiet, and how they go. */
function evaluate(state: Seen, { resource, settings, now }: RuleContext<'function'>): Violation | undefined {
  const { unusedFunction: days } = settings.days;
  const quietSince = Date.parse(now) - days * DAY_MS;
  // CloudFront runs versions by their number, and its metrics lie in the regions of the visitors.
  if (state.edge || !(Date.parse(state.versionUses.since) < quietSince)) return undefined;
  const idle = idleNumbers(state, quietSince);
  const stale = staleVersions(state, now).filter(({ version }) => idle.has(version));
  if (stale.length === 0) return undefined;
  const shown = stale.slice(-COMMANDS_SHOWN);
  const more = stale.length - shown.length;
  const commands = shown.map(({ version }) => lambdaCommand(resource, 'delete-function', `--qualifier ${version}`));
  return {
    summary: `nobody has used ${counted(stale.length, 'version')} of it for ${days} days, and ${stale.length === 1 ? 'it keeps' : 'they keep'} what $LATEST no longer has`,
    evidence: shown.flatMap(({ evidence }) => evidence),
    remedy: byHand(
      'What Cinch deletes it could not give back.',
      `A deletion can not be undone, so ask the owner first. Then: ${commands.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
    ),
    advice: [
      'No alias serves them, no policy, event source mapping or asynchronous setting hangs on their numbers, and none was invoked by its number.',
      'Who may call them by number later, a stack that names one for instance, is not seen.',
      ...lastingAdvice(state.managedBy, 'delete it'),
    ],
  };
}

/** A version of which it is not known what hangs on it is none of these. */
function idleNumbers({ asyncConfigs, versionUses }: Seen, quietSince: number): ReadonlySet<string> {
  const isQuiet = ({ version, usedBy, lastInvoked }: VersionUse): boolean =>
    usedBy.length === 0 &&
    !asyncConfigs.some(({ qualifier }) => qualifier === version) &&
    (lastInvoked === null || Date.parse(lastInvoked) < quietSince);
  return new Set(versionUses.versions.filter(isQuiet).map(({ version }) => version));
}

const ROLE = 'arn:aws:iam::222222222222:role/orders-api';
const PASSWORD = 'uR7-tq2_XvLw9Zd4';
const version = (number: string, environment: Record<string, string> = { DB_PASSWORD: PASSWORD }): FunctionVersion => ({
  version: number,
  environment,
  roleArn: ROLE,
  timeoutSeconds: 3,
  runtime: 'nodejs24.x',
});
const use = (number: string, change: Partial<VersionUse> = {}): VersionUse => ({
  version: number,
  usedBy: [],
  lastInvoked: null,
  ...change,
});
const QUIET = {
  versions: [version('3')],
  versionUses: { aliases: '', since: '2025-06-01T00:00:00.000Z', versions: [use('3')] },
  asyncConfigs: [],
  environment: { DB_PASSWORD: 'cinch-ssm:/cinch/orders-api/DB_PASSWORD' },
  runtime: 'nodejs24.x',
  roleArn: ROLE,
  edge: false,
  managedBy: null,
} satisfies Seen;
const withUses = (...versions: VersionUse[]): Seen => ({ ...QUIET, versionUses: { ...QUIET.versionUses, versions } });

export default defineRule({
  id: 'lambda-version-idle',
  title: 'No published version that nobody uses keeps a secret, role or runtime that $LATEST gave up',
  severity: 'low',
  resource: 'function',
  checklist: ['wp-2', 'wa-SEC03-BP06'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no version', state: { ...QUIET, versions: [], versionUses: { ...QUIET.versionUses, versions: [] } } },
      {
        name: 'aliases that were moved last week',
        state: { ...QUIET, versionUses: { ...QUIET.versionUses, since: '2026-02-24T00:00:00.000Z' } },
      },
      { name: 'a policy on its number', state: withUses(use('3', { usedBy: ['its policy'] })) },
      { name: 'invoked by its number last week', state: withUses(use('3', { lastInvoked: '2026-02-24T00:00:00.000Z' })) },
      { name: 'one like $LATEST', state: { ...withUses(), versions: [version('3', QUIET.environment)] } },
    ],
    violates: [
      { name: 'a secret that has moved since, quiet for months', state: QUIET },
      { name: 'invoked long ago', state: withUses(use('3', { lastInvoked: '2025-09-30T00:00:00.000Z' })) },
      {
        name: 'an old runtime',
        state: { ...QUIET, versions: [{ ...version('3', QUIET.environment), runtime: 'nodejs14.x' }] },
      },
      { name: 'under a stack', state: { ...QUIET, managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
