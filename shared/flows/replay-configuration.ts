import { type Fields, isFields, textOrNull } from '../events/fields.ts';
import type { FunctionFacts, State } from '../model/state.ts';

type Told = State<'function'>;

/**
 * What the record of a call on a function's configuration proves of it. The answer has the whole configuration but for the environment, which
 * CloudTrail omits (https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html); a record that was cut down tells what it tells.
 */
export function factsOfConfiguration(request: Fields | undefined, response: Fields | undefined): Told {
  const merged: Fields = { ...request, ...withoutNulls(response) };
  const whole = response !== undefined && textOrNull(response, 'role') !== null && typeof response.timeout === 'number';
  return known<FunctionFacts>({
    runtime: textOrNull(merged, 'runtime') ?? (whole && merged.packageType === 'Image' ? null : undefined),
    packageType: oneOf(merged.packageType, ['Zip', 'Image'] as const),
    architecture: oneOf(firstOf(merged.architectures), ['x86_64', 'arm64'] as const),
    timeoutSeconds: typeof merged.timeout === 'number' ? merged.timeout : undefined,
    roleArn: textOrNull(merged, 'role') ?? undefined,
    layers: layersOf(merged.layers) ?? (whole ? [] : undefined),
    environment: variablesOf(merged.environment),
    environmentKeyArn: textOrNull(merged, 'kMSKeyArn') ?? textOrNull(merged, 'kmsKeyArn') ?? (whole ? null : undefined),
    snapStart: fieldOf(merged.snapStart, 'applyOn', (value) => value === 'PublishedVersions'),
    ephemeralStorageMb: fieldOf(merged.ephemeralStorage, 'size', (value) => (typeof value === 'number' ? value : undefined)),
    fileSystems: fileSystemsOf(merged.fileSystemConfigs) ?? (whole ? [] : undefined),
    tracing: fieldOf(merged.tracingConfig, 'mode', (value) => value === 'Active'),
    deadLetterArn: isFields(merged.deadLetterConfig)
      ? textOrNull(merged.deadLetterConfig, 'targetArn')
      : whole
        ? null
        : undefined,
    lastModified: timeOf(textOrNull(response, 'lastModified')),
    codeSigned: whole ? textOrNull(merged, 'signingJobArn') !== null : undefined,
    vpc: vpcOf(merged.vpcConfig, whole),
  });
}

/** Leaves out what is undefined, so that the engine finds it unread. */
export function known<F>(facts: { readonly [K in keyof F]?: F[K] | undefined }): { readonly [K in keyof F]?: F[K] } {
  const told = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(told) as { readonly [K in keyof F]?: F[K] };
}

/** Lists of a record that went through some databases are objects: `{"0": "x86_64"}`. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const entries = isFields(value) ? Object.entries(value) : [];
  return entries.length > 0 && entries.every(([key], index) => key === String(index)) ? entries.map(([, one]) => one) : undefined;
}

const firstOf = (value: unknown): unknown => listOf(value)?.[0];

function withoutNulls(half: Fields | undefined): Fields {
  return Object.fromEntries(Object.entries(half ?? {}).filter(([, value]) => value !== null && value !== undefined));
}

export function oneOf<const T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((one) => one === value);
}

export function textsOf(value: unknown): string[] | undefined {
  return listOf(value)?.filter((one): one is string => typeof one === 'string');
}

function fieldOf<T>(value: unknown, key: string, read: (field: unknown) => T | undefined): T | undefined {
  return isFields(value) && Object.hasOwn(value, key) ? read(value[key]) : undefined;
}

function layersOf(value: unknown): string[] | undefined {
  return listOf(value)?.flatMap((one) => (typeof one === 'string' ? one : isFields(one) ? (textOrNull(one, 'arn') ?? []) : []));
}

/** Only a record that somebody wrote by hand has them; an empty environment is what CloudTrail left of one. */
function variablesOf(value: unknown): Record<string, string> | undefined {
  const variables = isFields(value) ? value.variables : undefined;
  if (!isFields(variables)) return undefined;
  const entries = Object.entries(variables);
  if (entries.length === 0 || entries.some(([, one]) => typeof one !== 'string')) return undefined;
  return variables as Record<string, string>;
}

function fileSystemsOf(value: unknown): FunctionFacts['fileSystems'] | undefined {
  return listOf(value)?.flatMap((one) => {
    const arn = isFields(one) ? textOrNull(one, 'arn') : null;
    return isFields(one) && arn ? [{ accessPointArn: arn, mountPath: textOrNull(one, 'localMountPath') ?? '' }] : [];
  });
}

function timeOf(text: string | null): string | undefined {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function vpcOf(value: unknown, whole: boolean): FunctionFacts['vpc'] | undefined {
  if (!isFields(value)) return whole ? null : undefined;
  const subnetIds = textsOf(value.subnetIds) ?? [];
  return subnetIds.length === 0 ? null : { subnetIds, securityGroupIds: textsOf(value.securityGroupIds) ?? [] };
}
