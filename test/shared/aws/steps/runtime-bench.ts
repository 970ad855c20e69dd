import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import type { Resource } from '../../../../shared/model/resource.ts';
import type { Step } from '../../../../shared/model/step.ts';
import { MEMBER, type MemberCloud, REGION } from '../cloud/member-cloud.ts';
import { changeBefore, functionState } from '../cloud/step-bench.ts';

/** What tests of steps on a function's configuration do by somebody else's hand. */
export function runtimeBench(cloud: MemberCloud, steps: StepRunner) {
  return {
    /** Answers when it has settled. */
    update: async ({ name }: Resource<'function'>, change: object): Promise<void> => {
      await cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, ...change }));
      await functionState(cloud.lambda, name);
    },
    configOf: ({ name }: Resource<'function'>) => cloud.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
    /** Right before the write role sends this command. */
    meanwhile: (command: string, change: () => Promise<unknown>) =>
      changeBefore(cloud.members.clients(MEMBER, REGION, 'write').lambda, command, change),
    inlineOf: (RoleName: string, PolicyName: string) =>
      cloud.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })).then(
        ({ PolicyDocument: text = '' }) => decodeURIComponent(text),
        () => null,
      ),
    applied: async (step: Step) => {
      const captured = await steps.capture(step);
      const receipt = await steps.apply(step, captured);
      return { captured, receipt, undo: () => steps.undo(step, captured, receipt) };
    },
  };
}
