import type { RuleContext } from '../../model/rule.ts';
import type { RoleGrant } from '../../model/steps/runtime.ts';
import { ownArn } from './own-arn.ts';

export interface FailureDestination {
  readonly arn: string;
  /** What an execution role needs to send there. */
  readonly grant: RoleGrant;
}

const ACTIONS: Readonly<Record<string, string>> = { sqs: 'sqs:SendMessage', sns: 'sns:Publish' };

/**
 * The configured destination, where it may be one of this function: a queue or topic of its own region, and no FIFO one
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html).
 */
export function failureDestination({ settings, resource }: RuleContext<'function'>): FailureDestination | undefined {
  const configured = settings.remedies.failureDestination;
  if (configured === undefined) return undefined;
  const arn = ownArn(configured, resource);
  const [, , service = '', region] = arn.split(':');
  const action = ACTIONS[service];
  if (action === undefined || region !== resource.region || arn.endsWith('.fifo')) return undefined;
  return { arn, grant: { actions: [action], resource: arn } };
}

/** Ends an instruction; without a full stop. */
export const NAME_DESTINATION =
  'or name a queue or topic of its region as remedies.failureDestination in cinch.yaml, and Cinch offers to set it';
