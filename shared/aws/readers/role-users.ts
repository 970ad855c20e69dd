import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { Clock, LedgerFacts } from '../../flows/ports.ts';
import type { Resource } from '../../model/resource.ts';
import { isDenied, isGone, isThrottled } from '../aws-error.ts';
import { mapLimited } from '../concurrency.ts';
import type { MemberAccess } from '../member.ts';

/** Lambda's control plane allows 15 calls a second an account: so many are confirmed, the rest is taken from the index. */
const CONFIRMED = 10;
const AT_ONCE = 5;
/**
 * Who was seen under a role a moment ago is not asked again: one deployment of many functions with one role would else read each of them for
 * each other, twice. Only a yes is kept, and it can only make Cinch more careful: it asks where it might have fixed.
 */
export const KEEP_SEEN_MS = 10_000;

/** Function ARN -> the role it was seen under, and until when that counts. */
export type SeenRoles = Map<string, { readonly roleArn: string; readonly until: number }>;

export interface RoleUsersDeps {
  readonly members: MemberAccess;
  readonly clock: Clock;
  readonly seenRoles: SeenRoles;
  readonly keepSeenMs: number;
}

/** ARNs of the functions under a role, without `except`: as the index knows, those left out that a fresh read finds moved or gone. */
export async function readRoleUsers(
  deps: RoleUsersDeps,
  ledger: LedgerFacts,
  roleArn: string,
  except?: string,
): Promise<string[]> {
  const indexed = (await ledger.functionsOfRole(roleArn)).filter((user) => user.arn !== except);
  const fresh = indexed.slice(0, CONFIRMED);
  const confirmed = await mapLimited(fresh, AT_ONCE, (user) => stillUses(deps, user, roleArn));
  return indexed.filter((_, index) => index >= CONFIRMED || confirmed[index]).map((user) => user.arn);
}

/** A function was just seen under this role. */
export function keepSeen(
  deps: Pick<RoleUsersDeps, 'clock' | 'seenRoles' | 'keepSeenMs'>,
  functionArn: string,
  roleArn: string,
): void {
  deps.seenRoles.set(functionArn, { roleArn, until: deps.clock.now().getTime() + deps.keepSeenMs });
}

/** What can't be read is taken to be as the index says. */
async function stillUses(deps: RoleUsersDeps, user: Resource<'function'>, roleArn: string): Promise<boolean> {
  const now = deps.clock.now().getTime();
  const seen = deps.seenRoles.get(user.arn);
  if (seen?.roleArn === roleArn && now < seen.until) return true;
  deps.seenRoles.delete(user.arn);
  const { lambda } = deps.members.clients(user.account, user.region, 'read');
  try {
    const config = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: user.name }));
    if (config.Role !== roleArn) return false;
    keepSeen(deps, user.arn, roleArn);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    if (isDenied(error) || isThrottled(error)) return true;
    throw error;
  }
}
