import type { FunctionFacts, MovedSecret } from '../../model/state.ts';
import { isUnknown, type Known, unknown } from '../../model/unknown.ts';
import { OWN_PREFIX, ROLE_NAMES, SECRET_PREFIX } from '../../names.ts';
import { isReference, PARAMETER_ROOT, parseReference, type SecretReference } from '../../secrets/resolver-contract.ts';
import { isGone } from '../aws-error.ts';
import { mapLimited } from '../concurrency.ts';
import type { LightClient } from '../hub-client.ts';
import { CONFIG_FACTS } from './function-config.ts';
import type { FunctionReads } from './function-reads.ts';
import { recordOf } from './source-details.ts';

/** A filter takes fifty values, and an answer has fifty parameters (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html). */
const PARAMETERS_AT_ONCE = 50;
const SECRETS_AT_ONCE = 4;
const ROOTS: Readonly<Record<MovedSecret['store'], string>> = { ssm: PARAMETER_ROOT, 'secrets-manager': SECRET_PREFIX };

/** What a store tells of a secret besides its value. */
type Metadata = Readonly<Record<string, unknown>>;
type Described = ReadonlyMap<string, Metadata>;

/** The secrets that Cinch moved out of the environment of $LATEST. What they are is never read, only how often it changed. */
export async function readMovedSecrets(read: FunctionReads): Promise<Known<FunctionFacts['movedSecrets']>> {
  const environment = CONFIG_FACTS.environment(await read.config());
  if (isUnknown(environment)) return environment;
  const references = new Map<string, SecretReference>();
  for (const [variable, value] of Object.entries(environment)) {
    if (!isReference(value)) continue;
    const reference = parseReference(value);
    if (!reference) return unknown(`${variable} holds a reference that names no secret`);
    // Others are references that somebody wrote to a secret of their own: nothing was moved.
    if (reference.name.startsWith(ROOTS[reference.store])) references.set(variable, reference);
  }
  const { light } = read.clients;
  const named = (store: MovedSecret['store']): string[] => [
    ...new Set([...references.values()].filter((one) => one.store === store).map(({ name }) => name)),
  ];
  const [parameters, secrets] = await Promise.all([
    describeParameters(light, named('ssm')),
    describeSecrets(light, named('secrets-manager')),
  ]);
  return movedSecretsOf(references, new Map([...parameters, ...secrets]));
}

async function describeParameters(light: LightClient, names: readonly string[]): Promise<Described> {
  const found = new Map<string, Metadata>();
  for (let from = 0; from < names.length; from += PARAMETERS_AT_ONCE) {
    const ParameterFilters = [{ Key: 'Name', Option: 'Equals', Values: names.slice(from, from + PARAMETERS_AT_ONCE) }];
    let token: unknown;
    // SSM answers on a best-effort basis: a page may be short or empty, and only a missing token is the end.
    do {
      const asked = { ParameterFilters, MaxResults: PARAMETERS_AT_ONCE, ...(token ? { NextToken: token } : {}) };
      const page = await light.call('ssm', 'DescribeParameters', asked);
      for (const one of (Array.isArray(page.Parameters) ? page.Parameters : []).map(recordOf)) found.set(String(one.Name), one);
      token = page.NextToken;
    } while (token);
  }
  return found;
}

async function describeSecrets(light: LightClient, names: readonly string[]): Promise<Described> {
  const described = await mapLimited(names, SECRETS_AT_ONCE, async (name) => {
    try {
      return [name, await light.call('secretsmanager', 'DescribeSecret', { SecretId: name })] as const;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  });
  // One that is to be deleted is still described, and no longer read.
  return new Map(described.flatMap((one) => (one && !one[1].DeletedDate ? [one] : [])));
}

/** @param references by variable. @param described by name: what a parameter and a secret are called never agrees. */
export function movedSecretsOf(
  references: ReadonlyMap<string, SecretReference>,
  described: Described,
): Known<FunctionFacts['movedSecrets']> {
  const moved: MovedSecret[] = [];
  for (const [variable, { name, store, version }] of references) {
    const metadata = described.get(name);
    if (!metadata) return unknown(`${variable} refers to ${name}, which is not there`);
    const rotated = store === 'ssm' ? isParameterRotated(metadata, version) : isSecretRotated(metadata);
    if (rotated === undefined) return unknown(`AWS did not tell how often ${name} changed`);
    moved.push({ variable, store, name, rotated });
  }
  return moved;
}

/**
 * A reference may hold the function to an older version. And a move that was cut off puts the same value again when it is taken up: what
 * Cinch wrote last is not rotated, whatever its number.
 */
function isParameterRotated({ Version, LastModifiedUser: by }: Metadata, held: string | null): boolean | undefined {
  if (typeof Version !== 'number') return undefined;
  const isCinch = typeof by === 'string' && by.includes(`:assumed-role/${ROLE_NAMES.write}/`);
  return !isCinch && Number(held ?? Version) > 1;
}

/** A new value takes AWSCURRENT and leaves AWSPREVIOUS to the old one (https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html). */
function isSecretRotated({ VersionIdsToStages }: Metadata): boolean | undefined {
  const versions = Object.entries(recordOf(VersionIdsToStages)).map(([id, stages]) => ({ id, stages: [stages].flat() }));
  const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'));
  if (!current) return undefined;
  // The version's id is the token that it was put with, and Cinch's own begin so.
  return !current.id.startsWith(OWN_PREFIX) && versions.some(({ stages }) => stages.includes('AWSPREVIOUS'));
}
