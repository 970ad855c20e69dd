import type { Resource } from '../../model/resource.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { arnParts } from '../../policy/wildcards.ts';
import {
  LAYER_NAME,
  NEXT_WRAPPER_VARIABLE,
  parameterName,
  referenceTo,
  WRAPPER_PATH,
  WRAPPER_VARIABLE,
} from '../../secrets/resolver-contract.ts';

/** Why secrets can't be moved out of a function's environment, and what to do by hand. */
export interface Refusal {
  readonly why: string;
  readonly instructions: string;
}

export type MigrationFacts = Pick<
  FunctionFacts,
  'runtime' | 'packageType' | 'roleArn' | 'layers' | 'environment' | 'snapStart' | 'codeSigned' | 'edge' | 'ssmReachable'
>;

/** Managed runtimes that start through AWS_LAMBDA_EXEC_WRAPPER (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html). */
const WRAPPED_RUNTIMES =
  /^(nodejs(1\d|[2-9]\d)\.x|python3\.([89]|\d\d)|java(8\.al2|1\d|[2-9]\d)(\.al2(023)?)?|ruby(2\.7|[3-9]\.\d+)|dotnet(core3\.1|[5-9]|\d\d))$/;
const MAX_LAYERS = 5;
/** Lambda measures the JSON text of all variables. */
const MAX_ENVIRONMENT_BYTES = 4096;

const READ_IN_CODE =
  'Store the value in SSM Parameter Store or Secrets Manager, read it in the code (AWS Powertools has a parameters utility), and delete the variable.';

/** The first reason that keeps every variable where it is; undefined when the move can be made. */
export function refusalOf(facts: MigrationFacts, fn: Resource<'function'>, variables: readonly string[]): Refusal | undefined {
  for (const check of CHECKS) {
    const why = check(facts);
    if (why !== undefined) return { why, instructions: READ_IN_CODE };
  }
  return (
    refusalOfRole(facts, fn) ?? refusalOfNetwork(facts) ?? refusalOfLayers(facts) ?? refusalOfSize(facts, fn.name, variables)
  );
}

const CHECKS: readonly ((facts: MigrationFacts) => string | undefined)[] = [
  ({ edge }) => (edge ? 'Lambda@Edge takes neither layers nor variables.' : undefined),
  ({ packageType }) =>
    packageType === 'Image' ? 'A container image takes no layers, so the resolver can not be put beside it.' : undefined,
  ({ runtime }) =>
    runtime?.startsWith('provided') || runtime === 'go1.x'
      ? `The runtime ${runtime} is OS-only: Lambda starts it without an exec wrapper.`
      : undefined,
  ({ runtime }) =>
    runtime === null || !WRAPPED_RUNTIMES.test(runtime)
      ? `Lambda is not known to start the runtime ${runtime ?? '(none)'} through an exec wrapper.`
      : undefined,
  ({ snapStart }) => (snapStart ? 'It uses SnapStart, which would freeze the resolved value into its snapshots.' : undefined),
  ({ environment }) =>
    environment[NEXT_WRAPPER_VARIABLE] !== undefined && environment[WRAPPER_VARIABLE] !== WRAPPER_PATH
      ? `It has ${NEXT_WRAPPER_VARIABLE} already, but the resolver is not its wrapper.`
      : undefined,
  ({ codeSigned }) =>
    codeSigned ? 'Its code signing configuration would refuse the unsigned layer of the resolver.' : undefined,
];

/** The right to read the parameter goes into the role as an inline policy. */
function refusalOfRole({ roleArn }: MigrationFacts, { account }: Resource<'function'>): Refusal | undefined {
  const [, , , , owner, path = ''] = arnParts(roleArn);
  if (owner === account && !path.startsWith('role/aws-service-role/')) return undefined;
  return {
    why:
      owner === account
        ? 'Its role is linked to an AWS service, and only that service may change it.'
        : `Its role belongs to the account ${owner}, where Cinch would have to change it.`,
    instructions: 'Give the function a role of its own in its account; Cinch then moves the secret.',
  };
}

function refusalOfNetwork({ ssmReachable }: MigrationFacts): Refusal | undefined {
  if (ssmReachable) return undefined;
  return {
    why: 'Its VPC has no way to SSM: every cold start would fail.',
    instructions:
      'Add an interface endpoint for com.amazonaws.<region>.ssm (or a NAT route) to its subnets; Cinch then moves the secret.',
  };
}

function refusalOfLayers({ layers }: MigrationFacts): Refusal | undefined {
  if (layers.length < MAX_LAYERS || layers.some((arn) => arn.split(':')[6] === LAYER_NAME)) return undefined;
  return {
    why: `It has ${layers.length} layers already, and Lambda takes no more than ${MAX_LAYERS}.`,
    instructions: `Merge two layers into one; Cinch then moves the secret. Or: ${READ_IN_CODE}`,
  };
}

function refusalOfSize({ environment }: MigrationFacts, functionName: string, variables: readonly string[]): Refusal | undefined {
  const bytes = environmentBytes(environmentAfter(environment, functionName, variables));
  if (bytes <= MAX_ENVIRONMENT_BYTES) return undefined;
  return {
    why: `Its environment would have ${bytes} bytes with the references, and Lambda takes no more than ${MAX_ENVIRONMENT_BYTES}.`,
    instructions: `Delete or shorten other variables; Cinch then moves the secret. Or: ${READ_IN_CODE}`,
  };
}

/** The environment as it will be: references for values, the wrapper, and the wrapper that was there before. */
export function environmentAfter(
  environment: Readonly<Record<string, string>>,
  functionName: string,
  variables: readonly string[],
): Record<string, string> {
  const references = variables.map((name) => [name, referenceTo(parameterName(functionName, name))]);
  const before = environment[WRAPPER_VARIABLE];
  return {
    ...environment,
    ...Object.fromEntries(references),
    [WRAPPER_VARIABLE]: WRAPPER_PATH,
    ...(!before || before === WRAPPER_PATH ? {} : { [NEXT_WRAPPER_VARIABLE]: before }),
  };
}

export const environmentBytes = (environment: Readonly<Record<string, string>>): number =>
  Buffer.byteLength(JSON.stringify(environment), 'utf8');
