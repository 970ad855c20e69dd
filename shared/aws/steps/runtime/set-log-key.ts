import { fieldStep } from '../field-step.ts';
import { readLogGroup, writeLogGroup } from './log-group.ts';

/** AWS tries the key before it takes it (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html). */
export const setLogKey = fieldStep<'set-log-key', string | null>({
  name: (step) => `the key of ${step.logGroupName}`,
  from: () => null,
  to: (step) => step.keyArn,
  read: async (_deps, clients, step) => (await readLogGroup(clients, step.logGroupName)).keyArn,
  write: async (deps, clients, { logGroupName, keyArn, target }, kmsKeyId) => {
    const refusal = `${keyArn} does not exist, is disabled, or its policy does not let logs.${target.region}.amazonaws.com use it`;
    if (kmsKeyId === null) await writeLogGroup(deps, clients, 'DisassociateKmsKey', { logGroupName }, refusal);
    else await writeLogGroup(deps, clients, 'AssociateKmsKey', { logGroupName, kmsKeyId }, refusal);
  },
});
