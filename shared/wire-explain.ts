import { ORGANIZATIONS_REGIONS } from './aws/organization.ts';
import { readAccountInOrganization } from './aws/organization-path.ts';
import { makeScanAccess } from './aws/scan-access.ts';
import type { AccountInOrganization } from './model/organization.ts';
import { partitionOf } from './model/resource.ts';
import { retrying } from './wire-common.ts';

export interface ExplainWorld {
  /** Null when the organization has no such account. @throws AccessRefused, AwsError */
  readAccount(account: string): Promise<AccountInOrganization | null>;
}

/** Organizations, asked with a person's own credentials. @param region of the hub, for its partition */
export function wireExplain(region: string, options: { readonly profile?: string }): ExplainWorld {
  const access = makeScanAccess({ ...options, ...retrying, roleIn: () => undefined });
  const at = ORGANIZATIONS_REGIONS[partitionOf(region)] ?? region;
  return { readAccount: (account) => readAccountInOrganization(access.clients(account, at, 'read').light, account) };
}
