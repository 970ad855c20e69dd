import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { LedgerFacts } from '../../flows/ports.ts';
import type { Resource } from '../../model/resource.ts';
import { isDenied, isGone, isThrottled } from '../aws-error.ts';
import { mapLimited } from '../concurrency.ts';
import type { MemberAccess } from '../member.ts';

/** Lambda's control plane allows 15 calls a second an account: so many are confirmed, the rest is taken from the index. */
const CONFIRMED = 10;
const AT_ONCE = 5;

/** ARNs of the functions under a role, without `except`: as the index knows, those left out that a fresh read finds moved or gone. */
export async function readRoleUsers(
  members: MemberAccess,
  ledger: LedgerFacts,
  roleArn: string,
  except?: string,
): Promise<string[]> {
  const indexed = (await ledger.functionsOfRole(roleArn)).filter((user) => user.arn !== except);
  const fresh = indexed.slice(0, CONFIRMED);
  const confirmed = await mapLimited(fresh, AT_ONCE, (user) => stillUses(members, user, roleArn));
  return indexed.filter((_, index) => index >= CONFIRMED || confirmed[index]).map((user) => user.arn);
}

/** What can't be read is taken to be as the index says. */
async function stillUses(members: MemberAccess, user: Resource<'function'>, roleArn: string): Promise<boolean> {
  const { lambda } = members.clients(user.account, user.region, 'read');
  try {
    const config = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: user.name }));
    return config.Role === roleArn;
  } catch (error) {
    if (isGone(error)) return false;
    if (isDenied(error) || isThrottled(error)) return true;
    throw error;
  }
}
