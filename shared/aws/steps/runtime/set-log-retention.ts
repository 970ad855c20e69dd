import { fieldStep } from '../field-step.ts';
import { readLogGroup, writeLogGroup } from './log-group.ts';

/** Only ever from "for ever", so that what somebody chose is not cut short. CloudWatch Logs has no revision. */
export const setLogRetention = fieldStep<'set-log-retention', number | null>({
  name: (step) => `the retention of ${step.logGroupName}`,
  from: () => null,
  to: (step) => step.toDays,
  shown: (days) => (days === null ? 'for ever' : `${days} days`),
  read: async (_deps, clients, step) => (await readLogGroup(clients, step.logGroupName)).retentionDays,
  write: async (deps, clients, { logGroupName }, days) => {
    const refusal = `CloudWatch Logs does not take ${days} days`;
    if (days === null) await writeLogGroup(deps, clients, 'DeleteRetentionPolicy', { logGroupName }, refusal);
    else await writeLogGroup(deps, clients, 'PutRetentionPolicy', { logGroupName, retentionInDays: days }, refusal);
  },
});
