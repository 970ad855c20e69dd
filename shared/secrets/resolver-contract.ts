/**
 * What the secret resolver (layers/secret-resolver, Go) and everything that prepares a function for it agree on.
 * The Go program has its own copy of these names; test/layers holds the two equal.
 */

/** A variable whose whole value is this and a parameter's name is replaced before the runtime starts. */
export const REFERENCE_PREFIX = 'cinch-ssm:';
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

const NAME = /^[A-Za-z0-9_.\-/]+$/;
const VERSION = /^[1-9][0-9]{0,17}$/;

export interface SecretReference {
  readonly name: string;
  /** Null: the latest. */
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

/** The value that stands for a parameter; the resolver reads its latest version unless one is named. */
export function referenceTo(parameter: string, version?: number): string {
  return REFERENCE_PREFIX + parameter + (version === undefined ? '' : `:${version}`);
}

/** Undefined when the value is no well-formed reference. (The resolver refuses to start a function with a malformed one.) */
export function parseReference(value: string): SecretReference | undefined {
  if (!value.startsWith(REFERENCE_PREFIX)) return undefined;
  const rest = value.slice(REFERENCE_PREFIX.length);
  const colon = rest.indexOf(':');
  const name = colon < 0 ? rest : rest.slice(0, colon);
  const version = colon < 0 ? null : rest.slice(colon + 1);
  if (!NAME.test(name) || name.length > MAX_PARAMETER_NAME_LENGTH) return undefined;
  return version === null || VERSION.test(version) ? { name, version } : undefined;
}
