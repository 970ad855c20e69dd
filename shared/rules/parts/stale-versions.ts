import type { Evidence } from '../../model/rule.ts';
import type { FunctionFacts, FunctionVersion } from '../../model/state.ts';
import { classify } from '../../secrets/classify.ts';
import { isReference } from '../../secrets/resolver-contract.ts';
import { isDeprecated } from './runtimes.ts';
import { listed } from './words.ts';

export type StaleFacts = Pick<FunctionFacts, 'versions' | 'environment' | 'runtime' | 'roleArn'>;

export interface Stale {
  readonly version: string;
  readonly evidence: readonly Evidence[];
}

/** A published version keeps its environment, role and runtime for good: what was put right in $LATEST is still served by whoever points there. */
function staleOf(version: FunctionVersion, state: StaleFacts, now: string): Stale {
  const secrets = secretsLeft(version, state.environment);
  const path = `version ${version.version}`;
  const evidence: Evidence[] = [];
  if (secrets.length > 0)
    evidence.push({ path: `${path}: Environment`, found: `still holds ${listed(secrets)}`, expected: 'what $LATEST holds' });
  if (version.roleArn !== state.roleArn)
    evidence.push({ path: `${path}: Role`, found: version.roleArn, expected: state.roleArn });
  if (isDeprecated(version.runtime, now) && !isDeprecated(state.runtime, now))
    evidence.push({ path: `${path}: Runtime`, found: `${version.runtime}, deprecated`, expected: state.runtime ?? 'an image' });
  return { version: version.version, evidence };
}

/** Names of secrets whose value $LATEST no longer has: moved away, deleted or rotated. */
export function secretsLeft({ environment }: FunctionVersion, latest: StaleFacts['environment']): string[] {
  return Object.entries(environment)
    .filter(([name, value]) => !isReference(value) && latest[name] !== value && classify(name, value).secret)
    .map(([name]) => name);
}

/** The versions that keep what $LATEST gave up, as Lambda lists them: the oldest first. */
export const staleVersions = (state: StaleFacts, now: string): Stale[] =>
  state.versions.map((version) => staleOf(version, state, now)).filter(({ evidence }) => evidence.length > 0);
