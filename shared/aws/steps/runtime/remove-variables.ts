import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { Refused, StateMoved } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { WRAPPER_PATH, WRAPPER_VARIABLE } from '../../../secrets/resolver-contract.ts';
import { changeConfig, readSettled, updateProblem } from '../function-config.ts';
import { clientsFor, type StepHandler } from '../handler.ts';
import { type Variables, variablesOf } from '../secrets/environment.ts';

interface Captured {
  /** With their values: sealed before they are stored. */
  readonly variables: Variables;
}
type Removed = Record<string, never>;

/** Lambda measures the JSON text of all variables (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MOST_BYTES = 4096;

export const removeVariables: StepHandler<'remove-variables', Captured, Removed> = {
  capture: async (deps, step) => {
    const config = await readSettled(deps, clientsFor(deps, step.target, 'write'), step.target);
    const now = variablesOf(config);
    refuseResolver(step, now);
    return { variables: Object.fromEntries(step.variables.map((name) => [name, requireSet(now, name)])) };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    await changeConfig(deps, clients, step.target, (config) => {
      const now = variablesOf(config);
      refuseResolver(step, now);
      const present = step.variables.filter((name) => now[name] !== undefined);
      if (present.length === 0) return undefined;
      const changed = present.find((name) => now[name] !== captured.variables[name]);
      if (changed) throw new StateMoved(`somebody changed ${changed} meanwhile`);
      return { Environment: { Variables: without(now, present) } };
    });
    await readSettled(deps, clients, step.target);
    return {};
  },

  verify: async (deps, step) => {
    const config = await readSettled(deps, clientsFor(deps, step.target, 'write'), step.target);
    const left = step.variables.find((name) => variablesOf(config)[name] !== undefined);
    return left === undefined ? updateProblem(config) : `${left} is set again`;
  },

  undo: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'undo');
    let lines: string[] = [];
    await changeConfig(deps, clients, step.target, (config) => {
      const now = variablesOf(config);
      const given = Object.entries(captured.variables);
      lines = given
        .filter(([name, value]) => now[name] !== undefined && now[name] !== value)
        .map(([name]) => `${name} was set since: it stays`);
      const missing = given.filter(([name]) => now[name] === undefined);
      return missing.length === 0 ? undefined : restored(config, now, missing);
    });
    await readSettled(deps, clients, step.target);
    return lines;
  },
};

function requireSet(variables: Variables, name: string): string {
  const value = variables[name];
  if (value === undefined) throw new StateMoved(`the variable ${name} is gone`);
  return value;
}

/** Without its wrapper the function would take references for secrets. */
function refuseResolver(step: StepOf<'remove-variables'>, variables: Variables): void {
  if (step.variables.includes(WRAPPER_VARIABLE) && variables[WRAPPER_VARIABLE] === WRAPPER_PATH)
    throw new Refused(`${WRAPPER_VARIABLE} is Cinch's own resolver, which reads the secrets of ${step.target.name}`);
}

const without = (variables: Variables, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));

function restored(config: FunctionConfiguration, now: Variables, missing: readonly (readonly [string, string])[]) {
  const variables: Record<string, string> = { ...now, ...Object.fromEntries(missing) };
  if (Buffer.byteLength(JSON.stringify(variables)) > MOST_BYTES)
    throw new Refused(`the variables no longer fit into the environment of ${config.FunctionName}`);
  return { Environment: { Variables: variables } };
}
