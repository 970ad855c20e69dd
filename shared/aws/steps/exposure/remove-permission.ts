import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { Refused, StateMoved, TryAgain } from '../../../model/errors.ts';
import type { PermissionStatement, StepOf } from '../../../model/step.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { backoffMs } from '../../retry.ts';
import { isBusy, qualifiedFunction } from '../function-config.ts';
import { clientsFor, type StepDeps, type StepHandler } from '../handler.ts';
import { isSameStatement, permissionInput, statementTexts } from './permission-statement.ts';

type RemovePermission = StepOf<'remove-permission'>;
interface Captured {
  readonly statements: readonly PermissionStatement[];
}
interface Receipt {
  readonly removed: readonly string[];
}

const TRIES = { tries: 6, baseMs: 100, maxMs: 2_000 };
const targetOf = (step: RemovePermission): string => step.target.name + (step.qualifier ? `:${step.qualifier}` : '');
export const removePermission: StepHandler<'remove-permission', Captured, Receipt> = {
  capture: async (deps, step) => {
    const { texts } = await readPolicy(clientsFor(deps, step.target, 'write'), step);
    const statements = step.statements.map(({ sid, text }) => {
      const now = texts.get(sid);
      if (now === undefined || !isSameStatement(now, text))
        throw new StateMoved(`the statement ${sid} of ${targetOf(step)} is no longer as it was`);
      if (!permissionInput(now))
        throw new Refused(`the statement ${sid} of ${targetOf(step)} could not be put back by AddPermission: remove it by hand`);
      return { sid, text: now };
    });
    return { statements };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    for (const statement of captured.statements) await removeOne(deps, clients, step, statement);
    return { removed: captured.statements.map(({ sid }) => sid) };
  },

  verify: async (deps, step, captured) => {
    const { texts } = await readPolicy(clientsFor(deps, step.target, 'write'), step);
    const left = captured.statements.filter(({ sid }) => texts.has(sid));
    return left.length > 0 ? `the policy still has ${left.map(({ sid }) => sid).join(', ')}` : undefined;
  },

  undo: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'undo');
    const lines: string[] = [];
    for (const statement of captured.statements) lines.push(...(await addOne(deps, clients, step, statement)));
    return lines;
  },
};

async function readPolicy(
  clients: MemberClients,
  step: RemovePermission,
): Promise<{ texts: Map<string, string>; revision: string | undefined }> {
  try {
    const answer = await clients.lambda.send(new GetPolicyCommand(qualifiedFunction(step)));
    return { texts: statementTexts(answer.Policy), revision: answer.RevisionId };
  } catch (error) {
    // No policy at all, or no function: either way the statement is not there.
    if (isGone(error)) return { texts: new Map(), revision: undefined };
    throw error;
  }
}

/** Another write came between, or Lambda is busy: read again and decide again. */
const isOvertaken = (error: unknown): boolean => isBusy(error) || isCode(error, 'PreconditionFailedException');

/** Each removal and addition changes the revision, so it is read before each. */
async function underRevision<T>(deps: StepDeps, step: RemovePermission, write: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < TRIES.tries; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      await deps.clock.sleep(backoffMs(attempt, TRIES, deps.random));
    }
  }
  throw new TryAgain(`the policy of ${targetOf(step)} is being changed by somebody else`);
}

function removeOne(deps: StepDeps, clients: MemberClients, step: RemovePermission, wanted: PermissionStatement): Promise<void> {
  return underRevision(deps, step, async () => {
    const { texts, revision } = await readPolicy(clients, step);
    const now = texts.get(wanted.sid);
    if (now === undefined) return;
    if (!isSameStatement(now, wanted.text)) throw new StateMoved(`the statement ${wanted.sid} of ${targetOf(step)} was changed`);
    try {
      await clients.lambda.send(
        new RemovePermissionCommand({ ...qualifiedFunction(step), StatementId: wanted.sid, RevisionId: revision }),
      );
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  });
}

function addOne(deps: StepDeps, clients: MemberClients, step: RemovePermission, wanted: PermissionStatement): Promise<string[]> {
  const input = permissionInput(wanted.text);
  if (!input) return Promise.resolve([`AddPermission can't express the statement ${wanted.sid} of ${targetOf(step)}`]);
  return underRevision(deps, step, async () => {
    const { texts, revision } = await readPolicy(clients, step);
    const now = texts.get(wanted.sid);
    if (now !== undefined) {
      if (isSameStatement(now, wanted.text)) return [];
      return [`${targetOf(step)} has another statement called ${wanted.sid} now`];
    }
    try {
      await clients.lambda.send(new AddPermissionCommand({ ...input, ...qualifiedFunction(step), RevisionId: revision }));
    } catch (error) {
      if (isGone(error)) return [`${targetOf(step)} no longer exists`];
      throw error;
    }
    const after = (await readPolicy(clients, step)).texts.get(wanted.sid);
    return after !== undefined && isSameStatement(after, wanted.text)
      ? []
      : [`the statement ${wanted.sid} of ${targetOf(step)} was put back, but Lambda writes it differently now`];
  });
}
