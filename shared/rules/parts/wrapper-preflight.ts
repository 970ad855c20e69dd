import type { FunctionFacts } from '../../model/state.ts';

/** One of Cinch's programs that Lambda starts before the runtime. */
export interface Wrapper {
  readonly word: 'resolver' | 'cleaner';
  readonly layer: string;
  /** What SnapStart would do with it, a half sentence. */
  readonly underSnapStart: string;
}

export type WrapperFacts = Pick<FunctionFacts, 'runtime' | 'packageType' | 'snapStart' | 'codeSigned' | 'edge'>;

/** Managed runtimes that start through AWS_LAMBDA_EXEC_WRAPPER (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html). */
const WRAPPED_RUNTIMES =
  /^(nodejs(1\d|[2-9]\d)\.x|python3\.([89]|\d\d)|java(8\.al2|1\d|[2-9]\d)(\.al2(023)?)?|ruby(2\.7|[3-9]\.\d+)|dotnet(core3\.1|[5-9]|\d\d))$/;
const MAX_LAYERS = 5;
/** Lambda measures the JSON text of all variables. */
const MAX_ENVIRONMENT_BYTES = 4096;

/** Why Lambda would not start the program before this function's runtime, or undefined when it would. */
export function whyNotWrapped(facts: WrapperFacts, { word, underSnapStart }: Wrapper): string | undefined {
  const { runtime } = facts;
  if (facts.edge) return 'Lambda@Edge takes neither layers nor variables.';
  if (facts.packageType === 'Image') return `A container image takes no layers, so the ${word} can not be put beside it.`;
  if (runtime?.startsWith('provided') || runtime === 'go1.x')
    return `The runtime ${runtime} is OS-only: Lambda starts it without an exec wrapper.`;
  if (runtime === null || !WRAPPED_RUNTIMES.test(runtime))
    return `Lambda is not known to start the runtime ${runtime ?? '(none)'} through an exec wrapper.`;
  if (facts.snapStart) return `It uses SnapStart, which would ${underSnapStart}.`;
  if (facts.codeSigned) return `Its code signing configuration would refuse the unsigned layer of the ${word}.`;
  return undefined;
}

/** Why the layer does not fit beside the others. */
export function whyNoLayer({ layers }: Pick<FunctionFacts, 'layers'>, { layer }: Wrapper): string | undefined {
  if (layers.length < MAX_LAYERS || layers.some((arn) => arn.split(':')[6] === layer)) return undefined;
  return `It has ${layers.length} layers already, and Lambda takes no more than ${MAX_LAYERS}.`;
}

/** Why this environment is too large; `what` makes it so. */
export function whyTooLarge(environment: Readonly<Record<string, string>>, what: string): string | undefined {
  const bytes = environmentBytes(environment);
  if (bytes <= MAX_ENVIRONMENT_BYTES) return undefined;
  return `Its environment would have ${bytes} bytes with ${what}, and Lambda takes no more than ${MAX_ENVIRONMENT_BYTES}.`;
}

export const environmentBytes = (environment: Readonly<Record<string, string>>): number =>
  Buffer.byteLength(JSON.stringify(environment), 'utf8');
