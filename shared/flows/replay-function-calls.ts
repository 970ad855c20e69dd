import { type Fields, isFields, textOrNull } from '../events/fields.ts';
import type { AsyncConfig, EventSourceMapping, FunctionFacts, FunctionUrl, State } from '../model/state.ts';
import { factsOfConfiguration, known, oneOf, textsOf } from './replay-configuration.ts';
import { permissionOf } from './replay-permission.ts';

/** What a call can change, and what its record proves of that. */
export interface Telling {
  /** Facts that the call can have changed, for the worse too. Empty when it only takes away. */
  readonly touches: readonly string[];
  /** Of a list, only the item that the call was about. */
  readonly told: Readonly<Record<string, unknown>>;
}

export interface Halves {
  readonly request: Fields | undefined;
  readonly response: Fields | undefined;
}

type Reader = (halves: Halves) => State<'function'>;
type Row = readonly [touches: readonly (keyof FunctionFacts)[], read?: Reader];

const CONFIGURATION: readonly (keyof FunctionFacts)[] = [
  'runtime',
  'packageType',
  'architecture',
  'timeoutSeconds',
  'roleArn',
  'layers',
  'environment',
  'environmentKeyArn',
  'snapStart',
  'ephemeralStorageMb',
  'fileSystems',
  'tracing',
  'deadLetterArn',
  'vpc',
];
const configuration: Reader = ({ request, response }) => factsOfConfiguration(request, response);

const ROWS: Readonly<Record<string, Row>> = {
  CreateFunction: [[...CONFIGURATION, 'tags', 'codeSigned'], (halves) => ({ ...configuration(halves), ...tagsOfNew(halves) })],
  UpdateFunctionConfiguration: [CONFIGURATION, configuration],
  UpdateFunctionCode: [['architecture', 'codeSigned', 'versions', 'durations'], configuration],
  DeleteFunction: [[]],
  AddPermission: [['resourcePolicies'], ({ request, response }) => policyWith(request, response)],
  RemovePermission: [[]],
  CreateFunctionUrlConfig: [['urls'], urlOf],
  UpdateFunctionUrlConfig: [['urls'], urlOf],
  DeleteFunctionUrlConfig: [[]],
  PublishVersion: [['versions']],
  CreateAlias: [['aliases']],
  UpdateAlias: [['aliases']],
  DeleteAlias: [[]],
  PutFunctionConcurrency: [['reservedConcurrency'], concurrencyOf],
  DeleteFunctionConcurrency: [['reservedConcurrency'], () => ({ reservedConcurrency: null })],
  PutFunctionEventInvokeConfig: [['asyncConfigs'], asyncConfigOf],
  UpdateFunctionEventInvokeConfig: [['asyncConfigs'], asyncConfigOf],
  DeleteFunctionEventInvokeConfig: [['asyncConfigs']],
  PutFunctionCodeSigningConfig: [['codeSigning']],
  DeleteFunctionCodeSigningConfig: [['codeSigning'], () => ({ codeSigning: null })],
  PutRuntimeManagementConfig: [['runtime']],
  CreateEventSourceMapping: [['mappings'], mappingOf],
  UpdateEventSourceMapping: [['mappings'], mappingOf],
  DeleteEventSourceMapping: [[]],
  TagResource: [['tags']],
  UntagResource: [['tags']],
};
const BY_NAME = new Map(Object.entries(ROWS));

/** Every call that is watched has its row: a test holds it. */
export const FUNCTION_CALLS: readonly string[] = Object.keys(ROWS);

/** @param name canonical */
export function tellOfFunction(name: string, halves: Halves): Telling {
  const [touches = [], read] = BY_NAME.get(name) ?? [];
  return { touches, told: { ...read?.(halves) } };
}

function tagsOfNew({ request }: Halves): State<'function'> {
  const tags = request?.tags;
  if (!isFields(tags)) return request === undefined ? {} : { tags: {} };
  const entries = Object.entries(tags).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return { tags: Object.fromEntries(entries) };
}

/** The qualifier that a call names, by itself or behind the function's name. */
function qualifierOf(request: Fields | undefined): string | null {
  const named = textOrNull(request, 'qualifier');
  if (named !== null) return named;
  const parts = (textOrNull(request, 'functionName') ?? '').split(':');
  const at = parts.lastIndexOf('function');
  const rest = at >= 0 && at < parts.length - 1 ? parts.slice(at + 1) : parts;
  return rest[1] ?? null;
}

function policyWith(request: Fields | undefined, response: Fields | undefined): State<'function'> {
  const document = permissionOf(request, response);
  return document ? { resourcePolicies: [{ qualifier: qualifierOf(request), revisionId: '', document }] } : {};
}

function urlOf({ request, response }: Halves): State<'function'> {
  const merged: Fields = { ...request, ...response };
  const authType = oneOf(merged.authType, ['NONE', 'AWS_IAM'] as const);
  if (authType === undefined) return {};
  const cors: FunctionUrl['cors'] = isFields(merged.cors)
    ? { allowOrigins: textsOf(merged.cors.allowOrigins) ?? [], allowCredentials: merged.cors.allowCredentials === true }
    : null;
  return { urls: [{ qualifier: qualifierOf(request), authType, cors }] };
}

function concurrencyOf({ request, response }: Halves): State<'function'> {
  const reserved = response?.reservedConcurrentExecutions ?? request?.reservedConcurrentExecutions;
  return typeof reserved === 'number' ? { reservedConcurrency: reserved } : {};
}

/** What is not given is AWS's default in a Put; in an Update it is what stood there, which only the answer tells. */
function asyncConfigOf({ request, response }: Halves): State<'function'> {
  const merged: Fields = { ...request, ...response };
  const { maximumEventAgeInSeconds: age, maximumRetryAttempts: retries } = merged;
  if (response === undefined && (age === undefined || retries === undefined)) return {};
  const config: AsyncConfig = {
    qualifier: qualifierOf(request),
    maximumAgeSeconds: typeof age === 'number' ? age : 21_600,
    maximumRetries: typeof retries === 'number' ? retries : 2,
    onFailureArn: onFailureOf(merged),
  };
  return { asyncConfigs: [config] };
}

function onFailureOf({ destinationConfig }: Fields): string | null {
  const failure = isFields(destinationConfig) ? destinationConfig.onFailure : undefined;
  return isFields(failure) ? textOrNull(failure, 'destination') : null;
}

function mappingOf({ request, response }: Halves): State<'function'> {
  const merged: Fields = { ...request, ...response };
  const id = textOrNull(merged, 'uUID') ?? textOrNull(merged, 'uuid');
  const sourceArn = textOrNull(merged, 'eventSourceArn');
  if (id === null || sourceArn === null || response === undefined) return {};
  const criteria = isFields(merged.filterCriteria) ? merged.filterCriteria.filters : undefined;
  const mapping: EventSourceMapping = {
    id,
    sourceArn,
    qualifier: qualifierOf({ functionName: merged.functionArn ?? merged.functionName }),
    enabled: !/^disabl/i.test(textOrNull(merged, 'state') ?? '') && merged.enabled !== false,
    onFailureArn: onFailureOf(merged),
    maximumRetries: typeof merged.maximumRetryAttempts === 'number' ? merged.maximumRetryAttempts : null,
    maximumAgeSeconds: typeof merged.maximumRecordAgeInSeconds === 'number' ? merged.maximumRecordAgeInSeconds : null,
    filtered: Array.isArray(criteria) && criteria.length > 0,
  };
  return known<FunctionFacts>({ mappings: [mapping] });
}
