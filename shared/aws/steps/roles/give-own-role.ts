import { Refused, StateMoved } from '../../../model/errors.ts';
import { partitionOf } from '../../../model/resource.ts';
import type { StepOf } from '../../../model/step.ts';
import { isCode } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { changeConfig, type Patience, readSettled, readVersions, updateProblem } from '../function-config.ts';
import { clientsFor, type StepDeps, type StepHandler } from '../handler.ts';
import { assertSameRights } from './copy-check.ts';
import { refuseMoreThanShared } from './no-more-rights.ts';
import { applyRoleCopy, captureRole, copyProblem, getRole, type RoleSnapshot, undoRoleCopy } from './role-copy.ts';
import { roleNameOf } from './role-policies.ts';

type GiveOwnRole = StepOf<'give-own-role'>;
interface Captured {
  /** Marks the new role as this plan's. */
  readonly id: string;
  readonly role: RoleSnapshot;
}
interface Receipt {
  readonly newRoleArn: string;
}

const newRoleArnOf = (step: GiveOwnRole, path: string): string =>
  `arn:${partitionOf(step.target.region)}:iam::${step.target.account}:role${path}${step.newRoleName}`;

/** A role made a moment ago is not yet known to Lambda everywhere. */
const ASSUMABLE: Patience = {
  limits: { tries: 20, baseMs: 500, maxMs: 5_000 },
  isPassing: (error) =>
    isCode(error, 'InvalidParameterValueException') && error instanceof Error && error.message.includes('cannot be assumed'),
};

export const giveOwnRole: StepHandler<'give-own-role', Captured, Receipt> = {
  capture: async (deps, step) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    if (config.Role !== step.fromRoleArn) throw new StateMoved(`${step.target.name} uses ${config.Role} now`);
    if (await getRole(clients, step.newRoleName)) throw new Refused(`a role called ${step.newRoleName} exists already`);
    return { id: deps.id(), role: await captureRole(clients, roleNameOf(step.fromRoleArn)) };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const newRoleArn = newRoleArnOf(step, captured.role.path);
    const before = await readSettled(deps, clients, step.target);
    if (before.Role === newRoleArn) return { newRoleArn };
    if (before.Role !== step.fromRoleArn) throw new StateMoved(`${step.target.name} uses ${before.Role} now`);
    await refuseMoreThanShared(clients, step.fromRoleArn, captured.role);
    await applyRoleCopy(deps, clients, step.newRoleName, captured.id, captured.role);
    // The function must not run under a role whose policies have not reached every endpoint.
    await deps.clock.sleep((await deps.config.read()).secrets.iamPropagationSeconds * 1000);
    await assertSameRights(deps, clients, step.fromRoleArn, newRoleArn, captured.role);
    await moveRole(deps, clients, step, step.fromRoleArn, newRoleArn);
    return { newRoleArn };
  },

  verify: async (deps, step, captured, receipt) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    if (config.Role !== receipt.newRoleArn) return `${step.target.name} uses ${config.Role}`;
    return updateProblem(config) ?? copyProblem(clients, step.newRoleName, captured.role);
  },

  undo: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'undo');
    const newRoleArn = newRoleArnOf(step, captured.role.path);
    const lines: string[] = [];
    const now = await readSettled(deps, clients, step.target);
    if (now.Role === newRoleArn) {
      await moveRole(deps, clients, step, newRoleArn, step.fromRoleArn);
      await readSettled(deps, clients, step.target);
    } else if (now.Role !== step.fromRoleArn) lines.push(`${step.target.name} uses ${now.Role}: somebody set it since`);
    const user = await findUser(deps, clients, step, newRoleArn);
    const stays = user
      ? `the role ${step.newRoleName} stays: ${user} uses it`
      : await undoRoleCopy(deps, clients, step.newRoleName, captured.id, captured.role);
    return stays ? [...lines, stays] : lines;
  },
};

async function moveRole(deps: StepDeps, clients: MemberClients, step: GiveOwnRole, from: string, to: string): Promise<void> {
  await changeConfig(
    deps,
    clients,
    step.target,
    ({ Role: now }) => {
      if (now === to) return undefined;
      if (now === from) return { Role: to };
      throw new StateMoved(`${step.target.name} uses ${now} now`);
    },
    ASSUMABLE,
  );
}

/** Published versions keep the role they were published with, and other functions may have been given it since. */
async function findUser(deps: StepDeps, clients: MemberClients, step: GiveOwnRole, roleArn: string): Promise<string | undefined> {
  const version = (await readVersions(clients, step.target)).find((one) => one.Role === roleArn);
  if (version) return `version ${version.Version} of ${step.target.name}`;
  const others = (await deps.functionsOfRole(roleArn)).filter((user) => user.arn !== step.target.arn);
  return others[0]?.arn;
}
