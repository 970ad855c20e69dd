import type { Resource } from '../../model/resource.ts';
import type { Remedy } from '../../model/rule.ts';

/** What a person must do. `why` says why Cinch doesn't; both end with a full stop. */
export const byHand = (why: string, instructions: string): Remedy => ({ kind: 'manual', why, instructions });

/** One command of the AWS CLI for a function, ready to paste. */
export function lambdaCommand({ name, region }: Resource<'function'>, verb: string, options = ''): string {
  return `aws lambda ${verb} --function-name ${name} --region ${region}${options === '' ? '' : ` ${options}`}`;
}

/** `--qualifier live`, or nothing for the function itself. */
export const qualifierOption = (qualifier: string | null): string => (qualifier === null ? '' : ` --qualifier ${qualifier}`);
