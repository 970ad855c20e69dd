import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { canonicalJson } from '../../../engine/fingerprint.ts';
import { isReference, NEXT_WRAPPER_VARIABLE, WRAPPER_PATH, WRAPPER_VARIABLE } from '../../../secrets/resolver-contract.ts';
import { isOwnLayer, layersOf, type Variables, variablesOf } from './environment.ts';

/** Of which version it is told, or how it lies and when it changed: no part of what would run. */
const NO_PART_OF_IT: ReadonlySet<string> = new Set([
  '$metadata',
  'FunctionArn',
  'Version',
  'RevisionId',
  'LastModified',
  'Description',
  'State',
  'StateReason',
  'StateReasonCode',
  'LastUpdateStatus',
  'LastUpdateStatusReason',
  'LastUpdateStatusReasonCode',
  'CodeSize',
  'MasterArn',
  'ConfigSha256',
]);

/** What the move of secrets changes itself; these are compared by their meaning. */
const MOVED: ReadonlySet<string> = new Set(['Environment', 'Layers']);

/** Names of variables that the version holds in clear and $LATEST by a reference. @throws Refused when the variables are hidden */
export function movedSince(version: FunctionConfiguration, latest: FunctionConfiguration): string[] {
  const now = variablesOf(latest);
  return Object.entries(variablesOf(version))
    .filter(([name, value]) => !isReference(value) && isReference(now[name] ?? ''))
    .map(([name]) => name);
}

/** What would be released besides the move, were $LATEST served in place of the version: names of fields and variables, never a value. */
export function releasedBesides(version: FunctionConfiguration, latest: FunctionConfiguration): string[] {
  const fields = new Set([...Object.keys(version), ...Object.keys(latest)]);
  const differing = [...fields]
    .filter((field) => !NO_PART_OF_IT.has(field) && !MOVED.has(field))
    .filter((field) => {
      const key = field as keyof FunctionConfiguration;
      return field === 'SnapStart'
        ? version.SnapStart?.ApplyOn !== latest.SnapStart?.ApplyOn
        : canonicalJson(version[key] ?? null) !== canonicalJson(latest[key] ?? null);
    });
  const theirs = (config: FunctionConfiguration): string => canonicalJson(layersOf(config).filter((arn) => !isOwnLayer(arn)));
  if (theirs(version) !== theirs(latest)) differing.push('Layers');
  return [...differing.sort(), ...variablesBesides(version, latest)];
}

function variablesBesides(version: FunctionConfiguration, latest: FunctionConfiguration): string[] {
  const [then, now] = [variablesOf(version), variablesOf(latest)];
  const ours = new Set([WRAPPER_VARIABLE, NEXT_WRAPPER_VARIABLE, ...movedSince(version, latest)]);
  const names = new Set([...Object.keys(then), ...Object.keys(now)]);
  const others = [...names].filter((name) => !ours.has(name) && then[name] !== now[name]).sort();
  return ownWrapper(then) === ownWrapper(now) ? others : [...others, WRAPPER_VARIABLE];
}

/** The function's own wrapper: where the resolver is the wrapper, the one that it calls. */
const ownWrapper = (variables: Variables): string | undefined =>
  variables[WRAPPER_VARIABLE] === WRAPPER_PATH ? variables[NEXT_WRAPPER_VARIABLE] : variables[WRAPPER_VARIABLE];
