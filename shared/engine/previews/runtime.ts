import type { AsyncChoice, RoleGrant, RuntimeStep } from '../../model/steps/runtime.ts';
import { type Previews, qualified } from './words.ts';

const reserved = (limit: number | null): string =>
  limit === null ? 'none reserved' : limit === 0 ? '0: it does not run' : `${limit} at a time`;

/** What the role gets besides, if anything. */
const granted = (grant: RoleGrant | null): string =>
  grant === null ? '' : `\nan inline policy lets its execution role call ${grant.actions.join(', ')} on ${grant.resource}`;

function asyncShown(choice: AsyncChoice | null): string {
  if (choice === null) return 'no configuration: 6 hours, 2 retries, then the event is dropped';
  return [
    `on failure: ${choice.onFailureArn ?? 'the event is dropped'}`,
    `longest age: ${choice.maximumAgeSeconds} s`,
    `retries: ${choice.maximumRetries}`,
  ].join('\n');
}

export const RUNTIME_PREVIEWS: Previews<RuntimeStep> = {
  'remove-variables': (step) => ({
    title: `Variables of ${step.target.name}`,
    before: step.variables.map((variable) => `${variable} = (set)`).join('\n'),
    after: '',
  }),
  'set-concurrency': (step) => ({
    title: `Reserved concurrency of ${step.target.name}`,
    before: reserved(step.from),
    after: reserved(step.to),
  }),
  'set-tracing': (step) => ({
    title: `Tracing of ${step.target.name}`,
    before: 'PassThrough',
    after: `Active${granted(step.grant)}`,
  }),
  'set-async-config': (step) => ({
    title: `Asynchronous events of ${qualified(step.target.name, step.qualifier)}`,
    before: asyncShown(step.from),
    after: `${asyncShown(step.to)}${granted(step.grant)}`,
  }),
  'set-mapping-destination': (step) => ({
    title: `Failure destination of the mapping ${step.mappingId} of ${step.target.name}`,
    before: step.from ?? 'none',
    after: `${step.to}${granted(step.grant)}`,
  }),
  'set-log-retention': (step) => ({
    title: `Retention of ${step.logGroupName}`,
    before: 'for ever',
    after: `${step.toDays} days: older logs are deleted`,
  }),
  'set-log-key': (step) => ({
    title: `Key of ${step.logGroupName}`,
    before: 'the one that AWS manages',
    after: step.keyArn,
  }),
  'attach-vpc': (step) => ({
    title: `VPC of ${step.target.name}`,
    before: 'none: it reaches the whole internet',
    after: `subnets ${step.subnetIds.join(', ')}\nsecurity groups ${step.securityGroupIds.join(', ')}${granted(step.grant)}`,
  }),
  'upgrade-runtime': (step) => ({ title: `Runtime of ${step.target.name}`, before: step.from, after: step.to }),
};
