import { StateMoved } from '../../model/errors.ts';
import { changeConfig, readSettled, updateProblem } from './function-config.ts';
import { clientsFor, type StepHandler } from './handler.ts';

interface Captured {
  readonly timeoutSeconds: number;
}
interface Receipt {
  readonly timeoutSeconds: number;
}

export const lowerTimeout: StepHandler<'lower-timeout', Captured, Receipt> = {
  capture: async (deps, step) => {
    const { Timeout: now } = await readSettled(deps, clientsFor(deps, step.target, 'write'), step.target);
    if (now !== step.fromSeconds)
      throw new StateMoved(`the timeout of ${step.target.name} is ${now} s, not ${step.fromSeconds} s`);
    return { timeoutSeconds: now };
  },

  apply: async (deps, step, captured) => {
    await changeConfig(deps, clientsFor(deps, step.target, 'write'), step.target, ({ Timeout: now }) => {
      if (now === step.toSeconds) return undefined;
      if (now === captured.timeoutSeconds) return { Timeout: step.toSeconds };
      throw new StateMoved(`the timeout of ${step.target.name} is ${now} s now`);
    });
    return { timeoutSeconds: step.toSeconds };
  },

  verify: async (deps, step) => {
    const config = await readSettled(deps, clientsFor(deps, step.target, 'write'), step.target);
    if (config.Timeout !== step.toSeconds) return `the timeout is ${config.Timeout} s, not ${step.toSeconds} s`;
    return updateProblem(config);
  },

  undo: async (deps, step, captured) => {
    const lines: string[] = [];
    const clients = clientsFor(deps, step.target, 'undo');
    await changeConfig(deps, clients, step.target, ({ Timeout: now }) => {
      if (now === captured.timeoutSeconds) return undefined;
      if (now === step.toSeconds) return { Timeout: captured.timeoutSeconds };
      lines.push(`the timeout of ${step.target.name} is ${now} s: somebody set it since`);
      return undefined;
    });
    await readSettled(deps, clients, step.target);
    return lines;
  },
};
