import type { Resource } from '../../model/resource.ts';
import type { Evidence, Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts, FunctionVersion } from '../../model/state.ts';
import { isReference } from '../../secrets/resolver-contract.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { type Stale, secretsLeft, staleVersions } from '../parts/stale-versions.ts';
import { counted, listed } from '../parts/words.ts';

const NEEDS = ['versions', 'aliases', 'environment', 'runtime', 'roleArn'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

const VERSIONS_SHOWN = 10;

/** The newest ones: old functions have hundreds. */
function shownOf(stale: readonly Stale[]): Evidence[] {
  const shown = stale.slice(-VERSIONS_SHOWN).flatMap(({ evidence }) => evidence);
  const more = stale.length - VERSIONS_SHOWN;
  return more > 0 ? [...shown, { path: 'older versions', found: `${counted(more, 'more version')} of this kind` }] : shown;
}

/** Whether the version differs by nothing that rules see but values that $LATEST holds by reference. The code is compared when the step runs. */
function isMovedOnly(version: FunctionVersion, state: Seen): boolean {
  const left = secretsLeft(version, state.environment);
  const isByReference = left.every((name) => isReference(state.environment[name] ?? ''));
  return left.length > 0 && isByReference && version.roleArn === state.roleArn && version.runtime === state.runtime;
}

function remedyFor(state: Seen, served: Seen['aliases'], resource: Resource<'function'>, quietDays: number): Remedy {
  const movedOnly = (number: string): boolean =>
    state.versions.some((version) => version.version === number && isMovedOnly(version, state));
  const [first] = served;
  if (first === undefined)
    return byHand(
      'A version can not be changed, and what Cinch deletes it could not give back.',
      `Leave them until nobody uses them: what was quiet for ${quietDays} days, lambda-version-idle names with the commands that delete it.`,
    );
  if (served.every(({ version }) => movedOnly(version)))
    return {
      kind: 'steps',
      steps: served.map(({ name, version }) => ({
        kind: 'publish-clean-version',
        target: resource,
        alias: name,
        fromVersion: version,
      })),
    };
  return byHand(
    'A version can not be changed, and an alias that is moved serves other code.',
    `Publish a version and point ${first.name} there: ${lambdaCommand(resource, 'publish-version')}, then ${lambdaCommand(resource, 'update-alias', `--name ${first.name} --function-version <version>`)}; lambda-version-idle says when the old ones can go.`,
  );
}

function evaluate(state: Seen, { resource, settings, now }: RuleContext<'function'>): Violation | undefined {
  const stale = staleVersions(state, now);
  if (stale.length === 0) return undefined;
  const served = state.aliases.filter(({ version }) => stale.some((one) => one.version === version));
  const aliases = listed(served.map(({ name, version }) => `${name} (version ${version})`));
  return {
    summary: `${served.length > 0 ? `its ${served.length === 1 ? 'alias' : 'aliases'} ${aliases} ${served.length === 1 ? 'serves' : 'serve'}` : `its published versions keep`} what $LATEST no longer has (${counted(stale.length, 'version')})`,
    evidence: shownOf(stale),
    remedy: remedyFor(state, served, resource, settings.days.unusedFunction),
    advice: ['A secret that a version held is known to whoever could read it: rotate it too.'],
  };
}

const ROLE = 'arn:aws:iam::222222222222:role/orders-api';
const SHARED = 'arn:aws:iam::222222222222:role/everything';
const PASSWORD = 'uR7-tq2_XvLw9Zd4';
const NOW = {
  versions: [],
  aliases: [],
  environment: { LOG_LEVEL: 'info' },
  runtime: 'nodejs24.x',
  roleArn: ROLE,
} satisfies Seen;
const version = (number: string, change: Partial<FunctionVersion> = {}): FunctionVersion => ({
  version: number,
  environment: { LOG_LEVEL: 'info' },
  roleArn: ROLE,
  timeoutSeconds: 3,
  runtime: 'nodejs24.x',
  ...change,
});

export default defineRule({
  id: 'lambda-version-stale',
  title: 'Published versions hold no secret, role or runtime that $LATEST gave up',
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-2', 'wp-1', 'wa-SEC03-BP06'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no version', state: NOW },
      { name: 'versions like $LATEST', state: { ...NOW, versions: [version('1'), version('2')] } },
      {
        name: 'another setting',
        state: { ...NOW, versions: [version('1', { environment: { LOG_LEVEL: 'debug', TABLE_NAME: 'orders' } })] },
      },
      {
        name: 'a secret that $LATEST still holds, which another rule tells',
        state: {
          ...NOW,
          environment: { DB_PASSWORD: PASSWORD },
          versions: [version('1', { environment: { DB_PASSWORD: PASSWORD } })],
        },
      },
      {
        name: 'the reference that took its place',
        state: { ...NOW, versions: [version('1', { environment: { DB_PASSWORD: 'cinch-ssm:/cinch/orders-api/DB_PASSWORD' } })] },
      },
      {
        name: 'a runtime as old as that of $LATEST, which another rule tells',
        state: { ...NOW, runtime: 'nodejs16.x', versions: [version('1', { runtime: 'nodejs16.x' })] },
      },
    ],
    violates: [
      {
        name: 'a secret, served by an alias',
        state: {
          ...NOW,
          versions: [version('6'), version('7', { environment: { DB_PASSWORD: PASSWORD } })],
          aliases: [{ name: 'live', version: '7' }],
        },
      },
      {
        name: 'a secret that has moved since, served by an alias',
        state: {
          ...NOW,
          environment: { DB_PASSWORD: 'cinch-ssm:/cinch/orders-api/DB_PASSWORD' },
          versions: [version('7', { environment: { DB_PASSWORD: PASSWORD } })],
          aliases: [{ name: 'live', version: '7' }],
        },
      },
      { name: 'an older role, served by none', state: { ...NOW, versions: [version('3', { roleArn: SHARED })] } },
      {
        name: 'a deprecated runtime beside an older role, served by two',
        state: {
          ...NOW,
          versions: [version('3', { roleArn: SHARED }), version('4', { runtime: 'nodejs14.x' })],
          aliases: [
            { name: 'live', version: '4' },
            { name: 'beta', version: '3' },
          ],
        },
      },
    ],
  },
});
