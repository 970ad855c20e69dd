import type { Resource } from '../../model/resource.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { STORE_TAG } from '../../names.ts';
import { arnParts } from '../../policy/wildcards.ts';
import {
  LAYER_NAME,
  movedReference,
  NEXT_WRAPPER_VARIABLE,
  type SecretStore,
  WRAPPER_PATH,
  WRAPPER_VARIABLE,
} from '../../secrets/resolver-contract.ts';
import { type Wrapper, whyNoLayer, whyNotWrapped, whyTooLarge } from './wrapper-preflight.ts';

/** Why secrets can't be moved out of a function's environment, and what to do by hand. */
export interface Refusal {
  readonly why: string;
  readonly instructions: string;
}

export type MigrationFacts = Pick<
  FunctionFacts,
  | 'runtime'
  | 'packageType'
  | 'roleArn'
  | 'layers'
  | 'environment'
  | 'snapStart'
  | 'codeSigned'
  | 'edge'
  | 'ssmReachable'
  | 'subnets'
>;

const RESOLVER: Wrapper = {
  word: 'resolver',
  layer: LAYER_NAME,
  underSnapStart: 'freeze the resolved value into its snapshots',
};

const READ_IN_CODE =
  'Store the value in SSM Parameter Store or Secrets Manager, read it in the code (AWS Powertools has a parameters utility), and delete the variable.';

/** The first reason that keeps every variable where it is; undefined when the move can be made. */
export function refusalOf(
  facts: MigrationFacts,
  fn: Resource<'function'>,
  variables: readonly string[],
  store: SecretStore,
): Refusal | undefined {
  const why = whyNotWrapped(facts, RESOLVER) ?? whyNotChained(facts);
  if (why !== undefined) return { why, instructions: READ_IN_CODE };
  return (
    refusalOfRole(facts, fn) ??
    (store === 'ssm' ? refusalOfNetwork(facts) : refusalOfSecretsNetwork(facts)) ??
    refusalOfLayers(facts) ??
    refusalOfSize(environmentAfter(facts.environment, fn.name, variables, store))
  );
}

function whyNotChained({ environment }: MigrationFacts): string | undefined {
  if (environment[NEXT_WRAPPER_VARIABLE] === undefined || environment[WRAPPER_VARIABLE] === WRAPPER_PATH) return undefined;
  return `It has ${NEXT_WRAPPER_VARIABLE} already, but the resolver is not its wrapper.`;
}

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

/** Whether an endpoint of Secrets Manager answers to its ordinary name, no fact tells: only a NAT gateway in every subnet is sure. */
function refusalOfSecretsNetwork({ subnets }: MigrationFacts): Refusal | undefined {
  if (subnets.every(({ defaultRoute }) => defaultRoute === 'nat-gateway')) return undefined;
  return {
    why: 'It lies in a VPC, and it is not certain that it can reach Secrets Manager from all of its subnets: a cold start without would fail.',
    instructions: `Give its subnets a NAT route, or tag the function ${STORE_TAG}=ssm where its VPC has an endpoint of SSM; Cinch then moves the secret. Or: ${READ_IN_CODE}`,
  };
}

function refusalOfLayers(facts: MigrationFacts): Refusal | undefined {
  const why = whyNoLayer(facts, RESOLVER);
  if (why === undefined) return undefined;
  return { why, instructions: `Merge two layers into one; Cinch then moves the secret. Or: ${READ_IN_CODE}` };
}

function refusalOfSize(after: Readonly<Record<string, string>>): Refusal | undefined {
  const why = whyTooLarge(after, 'the references');
  if (why === undefined) return undefined;
  return { why, instructions: `Delete or shorten other variables; Cinch then moves the secret. Or: ${READ_IN_CODE}` };
}

/** The environment as it will be: references for values, the wrapper, and the wrapper that was there before. */
export function environmentAfter(
  environment: Readonly<Record<string, string>>,
  functionName: string,
  variables: readonly string[],
  store: SecretStore,
): Record<string, string> {
  const references = variables.map((name) => [name, movedReference(store, functionName, name)]);
  const before = environment[WRAPPER_VARIABLE];
  return {
    ...environment,
    ...Object.fromEntries(references),
    [WRAPPER_VARIABLE]: WRAPPER_PATH,
    ...(!before || before === WRAPPER_PATH ? {} : { [NEXT_WRAPPER_VARIABLE]: before }),
  };
}

export { environmentBytes } from './wrapper-preflight.ts';
