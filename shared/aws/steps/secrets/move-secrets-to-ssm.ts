import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { Refused, StateMoved } from '../../../model/errors.ts';
import { parameterName, referenceTo, WRAPPER_PATH, WRAPPER_VARIABLE } from '../../../secrets/resolver-contract.ts';
import type { MemberClients } from '../../member.ts';
import { changeConfig, readSettled, updateProblem } from '../function-config.ts';
import { clientsFor, type StepDeps, type StepHandler } from '../handler.ts';
import { getRole } from '../roles/role-copy.ts';
import { isSeen, readInline, roleNameOf, writeInline } from '../roles/role-policies.ts';
import { isOwnLayer, layersOf, situationOf, variablesOf, withReferences } from './environment.ts';
import { type Grant, grantText, joinGrants, parseGrant } from './grant.ts';
import { applyLayer } from './layer.ts';
import { applyParameter, readOwner, readParameterKey, takenMessage } from './parameters.ts';
import { type Captured, type MoveSecrets, parameterArnOf, policyNameOf, type Receipt } from './shape.ts';
import { undoMove } from './undo.ts';

/** Stands for the layer before it is published, to see whether everything would fit. */
const SOME_LAYER = 'arn:aws:lambda:us-east-1:000000000000:layer:cinch-secret-resolver:1';

/** Values go from the function's configuration into SSM and nowhere else; the order is such that the function can start at every moment. */
export const moveSecretsToSsm: StepHandler<'move-secrets-to-ssm', Captured, Receipt> = {
  capture: async (deps, step) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    requirePlanned(step, config);
    const moves = step.variables.map((variable) => ({ variable, parameter: parameterName(step.target.name, variable) }));
    const variables = variablesOf(config);
    if (situationOf(variables, moves) === 'after') throw new StateMoved(`the secrets of ${step.target.name} are moved already`);
    const layers = layersOf(config);
    withReferences({ variables, layers }, moves, SOME_LAYER);
    const id = deps.id();
    // One without tags shows itself when the name is put, which never overwrites it.
    for (const { parameter } of moves)
      if ((await readOwner(clients, parameter, id)) !== 'none') throw new Refused(takenMessage(parameter));
    const [keyArn, policyText] = await Promise.all([
      readParameterKey(clients),
      readInline(clients, roleNameOf(step.roleArn), policyNameOf(step)),
      refuseBoundary(clients, roleNameOf(step.roleArn)),
    ]);
    if (policyText !== null && !parseGrant(policyText))
      throw new Refused(`the inline policy ${policyNameOf(step)} of the role is not as Cinch wrote it`);
    return { id, moves, layers, wrapper: variables[WRAPPER_VARIABLE] ?? null, policyText, keyArn };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    requirePlanned(step, config);
    const values = variablesOf(config);
    const policyText = grantText(wantedGrant(step, captured));
    if (situationOf(values, captured.moves) === 'after')
      return { layerArn: layersOf(config).find(isOwnLayer) ?? null, policyText };
    const layerArn = await applyLayer(clients, deps.layerFolder, step.architecture);
    for (const move of captured.moves)
      await applyParameter(deps, clients, step.target, move, values[move.variable] ?? '', captured.id);
    await applyGrant(deps, clients, step, captured, policyText);
    await deps.clock.sleep((await deps.config.read()).secrets.iamPropagationSeconds * 1000);
    await changeConfig(deps, clients, step.target, (now) => {
      requirePlanned(step, now);
      const variables = variablesOf(now);
      if (situationOf(variables, captured.moves) === 'after') return undefined;
      const changed = captured.moves.find(({ variable }) => variables[variable] !== values[variable]);
      if (changed) throw new StateMoved(`somebody changed ${changed.variable} meanwhile`);
      const wanted = withReferences({ variables, layers: layersOf(now) }, captured.moves, layerArn);
      return { Environment: { Variables: { ...wanted.variables } }, Layers: [...wanted.layers] };
    });
    return { layerArn, policyText };
  },

  verify: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    const variables = variablesOf(config);
    const missing = captured.moves.find(({ variable, parameter }) => variables[variable] !== referenceTo(parameter));
    if (missing) return `${missing.variable} does not hold its reference`;
    if (variables[WRAPPER_VARIABLE] !== WRAPPER_PATH) return `${WRAPPER_VARIABLE} is not the resolver`;
    if (!layersOf(config).some(isOwnLayer)) return 'the layer of the resolver is not there';
    return updateProblem(config) ?? (await storageProblem(deps, clients, step, captured));
  },

  undo: (deps, step, captured, receipt) => undoMove(deps, step, captured, receipt),
};

/** What the plan took for granted of the function. @throws StateMoved, Refused */
function requirePlanned(step: MoveSecrets, config: FunctionConfiguration): void {
  const { name } = step.target;
  if (config.Role !== step.roleArn) throw new StateMoved(`${name} uses the role ${config.Role} now`);
  if ((config.Architectures?.[0] ?? 'x86_64') !== step.architecture)
    throw new StateMoved(`${name} runs on another architecture now`);
  if (config.PackageType === 'Image') throw new Refused(`${name} is an image, which takes no layers`);
  if (config.Runtime?.startsWith('provided')) throw new Refused(`${name} runs on an OS-only runtime, which starts no wrapper`);
  if (config.SnapStart?.ApplyOn === 'PublishedVersions')
    throw new Refused(`${name} uses SnapStart, which would freeze the values`);
}

/** A boundary that forgets Parameter Store would keep the function from starting, whatever the inline policy says. */
async function refuseBoundary(clients: MemberClients, role: string): Promise<void> {
  const boundary = (await getRole(clients, role))?.PermissionsBoundary?.PermissionsBoundaryArn;
  if (boundary)
    throw new Refused(
      `the role ${role} has the permissions boundary ${boundary}, which may forbid to read Parameter Store: move the secrets by hand`,
    );
}

function wantedGrant(step: MoveSecrets, captured: Captured): Grant {
  const own = {
    parameterArns: captured.moves.map(({ parameter }) => parameterArnOf(step, parameter)),
    keyArns: [captured.keyArn],
  };
  const former = captured.policyText === null ? undefined : parseGrant(captured.policyText);
  return former ? joinGrants(former, own) : own;
}

async function applyGrant(
  deps: StepDeps,
  clients: MemberClients,
  step: MoveSecrets,
  captured: Captured,
  policyText: string,
): Promise<void> {
  const role = roleNameOf(step.roleArn);
  const now = await readInline(clients, role, policyNameOf(step));
  if (now === policyText) return;
  if (now !== captured.policyText)
    throw new StateMoved(`the inline policy ${policyNameOf(step)} of ${role} was changed meanwhile`);
  await writeInline(deps, clients, role, policyNameOf(step), policyText);
}

async function storageProblem(
  deps: StepDeps,
  clients: MemberClients,
  step: MoveSecrets,
  captured: Captured,
): Promise<string | undefined> {
  for (const { parameter } of captured.moves)
    if ((await readOwner(clients, parameter, captured.id)) !== 'ours')
      return `the parameter ${parameter} is not the one that was put`;
  const wanted = captured.moves.map(({ parameter }) => parameterArnOf(step, parameter));
  const isGranted = await isSeen(deps.clock, async () => {
    const text = await readInline(clients, roleNameOf(step.roleArn), policyNameOf(step));
    const grant = text === null ? undefined : parseGrant(text);
    return wanted.every((arn) => grant?.parameterArns.includes(arn));
  });
  return isGranted ? undefined : `the role lacks the inline policy ${policyNameOf(step)}`;
}
