import { StateMoved } from '../../../model/errors.ts';
import type { MoveSecretsStep } from '../../../model/steps/secrets.ts';
import type { MemberClients } from '../../member.ts';
import { changeConfig, readSettled, readVersions } from '../function-config.ts';
import { clientsFor, type StepDeps } from '../handler.ts';
import { readInline, roleNameOf, writeInline } from '../roles/role-policies.ts';
import { layersOf, type Move, type Variables, variablesOf, withValues } from './environment.ts';
import { grantText, parseGrant, withoutPlaces } from './grant.ts';
import type { Captured, Receipt } from './shape.ts';
import type { Store } from './store.ts';

/**
 * Puts the values back where our references still stand, then takes back the grant and the parameters or secrets that nothing needs any more. A value
 * that was rotated in its parameter is put back as it is now. Works from what was captured, so also after a run that was cut off.
 */
export async function undoMove(
  store: Store,
  deps: StepDeps,
  step: MoveSecretsStep,
  captured: Captured,
  receipt: Receipt | undefined,
): Promise<string[]> {
  const clients = clientsFor(deps, step.target, 'undo');
  const lines: string[] = [];
  let before: Variables;
  try {
    before = variablesOf(await readSettled(deps, clients, step.target));
  } catch (error) {
    if (error instanceof StateMoved)
      return [`${error.message}; its ${store.grant.service === 'ssm' ? 'parameters' : 'secrets'} stay, with the values it had`];
    throw error;
  }
  const own: Move[] = [];
  for (const move of captured.moves) {
    const isOthers =
      before[move.variable] === move.reference && (await store.readOwner(clients, move.place, captured.id)) === 'foreign';
    if (isOthers) lines.push(`${move.place} is not what this move put there: ${move.variable} stays as it is`);
    else own.push(move);
  }
  const values = new Map<string, string>();
  for (const { variable, place } of own) {
    const value = await store.read(clients, place);
    if (value !== undefined) values.set(variable, value);
  }
  await restoreValues(deps, clients, step, own, values);
  const now = variablesOf(await readSettled(deps, clients, step.target));
  const done: Move[] = [];
  for (const move of own) {
    const why = whyKept(move, now[move.variable], values.get(move.variable), receipt !== undefined);
    if (why) lines.push(why);
    else done.push(move);
  }
  const free = await withoutVersions(clients, step, done, lines);
  lines.push(...(await undoGrant(store, deps, clients, step, captured, free)));
  for (const { place } of free)
    if ((await store.readOwner(clients, place, captured.id)) === 'ours') await store.undoPut(clients, place);
  return lines;
}

async function restoreValues(
  deps: StepDeps,
  clients: MemberClients,
  step: MoveSecretsStep,
  moves: readonly Move[],
  values: ReadonlyMap<string, string>,
): Promise<void> {
  await changeConfig(deps, clients, step.target, (config) => {
    const variables = variablesOf(config);
    const ours = moves.filter(({ variable, reference }) => variables[variable] === reference);
    const back = new Map(
      ours.flatMap(({ variable }) => {
        const value = values.get(variable);
        return value === undefined ? [] : [[variable, value] as const];
      }),
    );
    if (back.size === 0) return undefined;
    const wanted = withValues({ variables, layers: layersOf(config) }, back);
    return { Environment: { Variables: { ...wanted.variables } }, Layers: [...wanted.layers] };
  });
}

/** Why a parameter must stay, or undefined when the variable has its value again (or never lost it). */
function whyKept(move: Move, now: string | undefined, value: string | undefined, wasMoved: boolean): string | undefined {
  if (now === move.reference) return `the value of ${move.variable} could not be read from ${move.place}`;
  if (now === value || value === undefined) return undefined;
  // Cut off before the function was changed: the parameter is a copy that nobody uses.
  return wasMoved ? `${move.variable} was changed since: it stays, and so does ${move.place} with the former value` : undefined;
}

/** Published versions are frozen: one that reads the place would no longer start without it. */
async function withoutVersions(
  clients: MemberClients,
  step: MoveSecretsStep,
  moves: readonly Move[],
  lines: string[],
): Promise<Move[]> {
  const versions = moves.length > 0 ? await readVersions(clients, step.target) : [];
  return moves.filter(({ variable, place, reference }) => {
    const readers = versions.filter((version) => Object.values(version.Environment?.Variables ?? {}).includes(reference));
    if (readers.length === 0) return true;
    lines.push(`${place} stays: version ${readers.map((one) => one.Version).join(', ')} reads ${variable} from it`);
    return false;
  });
}

async function undoGrant(
  store: Store,
  deps: StepDeps,
  clients: MemberClients,
  step: MoveSecretsStep,
  captured: Captured,
  free: readonly Move[],
): Promise<string[]> {
  const role = roleNameOf(step.roleArn);
  const policyName = store.policyNameOf(step.target.name);
  const text = await readInline(clients, role, policyName);
  if (text === null || text === captured.policyText) return [];
  const grant = parseGrant(store.grant, text);
  if (!grant) return [`the inline policy ${policyName} of ${role} was changed since`];
  const former = captured.policyText === null ? undefined : parseGrant(store.grant, captured.policyText);
  const ours = free.map(({ place }) => store.arnOf(step.target, place)).filter((arn) => !former?.placeArns.includes(arn));
  const left = withoutPlaces(grant, ours);
  const wanted = left && grantText(store.grant, left);
  const isFormer = former && wanted === grantText(store.grant, former);
  const next = isFormer ? captured.policyText : wanted;
  if (next !== text) await writeInline(deps, clients, role, policyName, next);
  return [];
}
