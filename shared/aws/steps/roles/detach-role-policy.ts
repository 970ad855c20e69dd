import { StateMoved } from '../../../model/errors.ts';
import { isGone } from '../../aws-error.ts';
import { clientsFor, type StepHandler } from '../handler.ts';
import { refuseMoreByDetaching } from './no-more-rights.ts';
import { attach, detach, isSeen, listAttached } from './role-policies.ts';

interface Captured {
  readonly policyArn: string;
}

export const detachRolePolicy: StepHandler<'detach-role-policy', Captured, Captured> = {
  capture: async (deps, step) => {
    const attached = await listAttached(clientsFor(deps, step.target, 'write'), step.target.name);
    if (!attached?.includes(step.policyArn)) throw new StateMoved(`${step.policyArn} is not attached to ${step.target.name}`);
    return { policyArn: step.policyArn };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    await refuseMoreByDetaching(clients, step.target.name, captured.policyArn);
    await detach(deps, clients, step.target.name, captured.policyArn);
    return captured;
  },

  verify: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const isGoneNow = await isSeen(deps.clock, async () => {
      const attached = await listAttached(clients, step.target.name);
      return !attached?.includes(captured.policyArn);
    });
    return isGoneNow ? undefined : `${captured.policyArn} is still attached`;
  },

  undo: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'undo');
    const attached = await listAttached(clients, step.target.name);
    if (!attached) return [`the role ${step.target.name} no longer exists`];
    if (attached.includes(captured.policyArn)) return [];
    try {
      await attach(deps, clients, step.target.name, captured.policyArn);
      return [];
    } catch (error) {
      if (isGone(error)) return [`${captured.policyArn} or the role ${step.target.name} no longer exists`];
      throw error;
    }
  },
};
