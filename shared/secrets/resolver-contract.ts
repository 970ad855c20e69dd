/**
 * What the secret resolver (layers/secret-resolver, Go) and everything that prepares a function for it agree on.
 * The Go program has its own copy of these names; test/layers holds the two equal.
 */

import { SECRET_PREFIX } from '../names.ts';

/** A variable whose whole value is this and a parameter's name is replaced before the runtime starts. */
export const REFERENCE_PREFIX = 'cinch-ssm:';
/** The same for a secret of Secrets Manager. */
export const SECRET_REFERENCE_PREFIX = 'cinch-sm:';
/** Value of AWS_LAMBDA_EXEC_WRAPPER: where the layer's program lies in a function's file system. */
export const WRAPPER_PATH = '/opt/cinch/secret-resolver';
export const WRAPPER_VARIABLE = 'AWS_LAMBDA_EXEC_WRAPPER';
/** Holds the wrapper that a function had before; Lambda knows only one, so the resolver starts that one itself. */
export const NEXT_WRAPPER_VARIABLE = 'CINCH_NEXT_WRAPPER';
export const LAYER_NAME = 'cinch-secret-resolver';
/** The resolver's exit code for everything that keeps it from starting the function. */
export const FAILURE_EXIT_CODE = 70;
/** All parameters that Cinch makes lie under it. */
export const PARAMETER_ROOT = '/cinch/';
/** SSM's limit for a parameter's name, in characters. */
export const MAX_PARAMETER_NAME_LENGTH = 1011;
/** Secrets Manager's (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html). */
export const MAX_SECRET_NAME_LENGTH = 512;

const NAME = /^[A-Za-z0-9_.\-/]+$/;
const SECRET_NAME = /^[A-Za-z0-9_.\-/+=@]+$/;
const VERSION = /^[1-9][0-9]{0,17}$/;

export type SecretStore = 'ssm' | 'secrets-manager';

export interface SecretReference {
  readonly name: string;
  readonly store: SecretStore;
  /** Of a parameter. Null: the latest. */
  readonly version: string | null;
}

export class InvalidParameterName extends Error {
  override readonly name = 'InvalidParameterName';
}

/**
 * The parameter that holds a function's variable: `/cinch/<function>/<VARIABLE>`.
 * @throws InvalidParameterName when SSM would not take it: Lambda's own names always fit.
 */
export function parameterName(functionName: string, variable: string): string {
  const name = `${PARAMETER_ROOT}${functionName}/${variable}`;
  const parts = [functionName, variable];
  if (name.length > MAX_PARAMETER_NAME_LENGTH || parts.some((part) => !NAME.test(part) || part.includes('/'))) {
    throw new InvalidParameterName('a function or variable name that does not fit into an SSM parameter name');
  }
  return name;
}

/**
 * The secret that holds a function's variable: `cinch/<function>/<VARIABLE>`.
 * @throws InvalidParameterName when Secrets Manager would not take it.
 */
export function secretName(functionName: string, variable: string): string {
  const name = `${SECRET_PREFIX}${functionName}/${variable}`;
  const parts = [functionName, variable];
  if (name.length > MAX_SECRET_NAME_LENGTH || parts.some((part) => !SECRET_NAME.test(part) || part.includes('/'))) {
    throw new InvalidParameterName("a function or variable name that does not fit into a secret's name");
  }
  return name;
}

/** The value that stands for a parameter; the resolver reads its latest version unless one is named. */
export function referenceTo(parameter: string, version?: number): string {
  return REFERENCE_PREFIX + parameter + (version === undefined ? '' : `:${version}`);
}

/** The value that stands for a secret: the resolver reads its current version. */
export const referenceToSecret = (secret: string): string => SECRET_REFERENCE_PREFIX + secret;

/** What a function's variable holds after it moved. @throws InvalidParameterName when the store would not take its name. */
export const movedReference = (store: SecretStore, functionName: string, variable: string): string =>
  store === 'ssm' ? referenceTo(parameterName(functionName, variable)) : referenceToSecret(secretName(functionName, variable));

/** Whether the resolver would take a value for a reference, well-formed or not. */
export const isReference = (value: string): boolean =>
  value.startsWith(REFERENCE_PREFIX) || value.startsWith(SECRET_REFERENCE_PREFIX);

/** Undefined when the value is no well-formed reference. (The resolver refuses to start a function with a malformed one.) */
export function parseReference(value: string): SecretReference | undefined {
  if (value.startsWith(SECRET_REFERENCE_PREFIX)) {
    const secret = value.slice(SECRET_REFERENCE_PREFIX.length);
    const isName = SECRET_NAME.test(secret) && secret.length <= MAX_SECRET_NAME_LENGTH;
    return isName ? { name: secret, store: 'secrets-manager', version: null } : undefined;
  }
  if (!value.startsWith(REFERENCE_PREFIX)) return undefined;
  const rest = value.slice(REFERENCE_PREFIX.length);
  const colon = rest.indexOf(':');
  const name = colon < 0 ? rest : rest.slice(0, colon);
  const version = colon < 0 ? null : rest.slice(colon + 1);
  if (!NAME.test(name) || name.length > MAX_PARAMETER_NAME_LENGTH) return undefined;
  return version === null || VERSION.test(version) ? { name, store: 'ssm', version } : undefined;
}
