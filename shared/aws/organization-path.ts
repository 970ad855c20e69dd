import { AccessRefused } from '../model/errors.ts';
import type { AccountInOrganization, Unit } from '../model/organization.ts';
import { isCode, isDenied } from './aws-error.ts';
import type { LightClient } from './hub-client.ts';
import { recordOf } from './readers/source-details.ts';

/** Units nest five deep (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html). */
const DEEPEST = 10;

/**
 * An account and all units above it; null when the organization has no such account. Only the management account, a delegated administrator, and
 * whom the delegation policy names may ask. @throws AccessRefused, AwsError
 */
export async function readAccountInOrganization(client: LightClient, account: string): Promise<AccountInOrganization | null> {
  const ask = async (operation: string, input: object) => recordOf(await client.call('organizations', operation, input));
  try {
    const found = recordOf((await ask('DescribeAccount', { AccountId: account })).Account);
    const units: Unit[] = [];
    for (let child = account; units.length < DEEPEST; ) {
      const { Parents } = await ask('ListParents', { ChildId: child });
      const { Id: id, Type: type } = recordOf(Array.isArray(Parents) ? Parents[0] : undefined);
      if (typeof id !== 'string') break;
      units.push({ id, name: type === 'ROOT' ? 'Root' : await readName(ask, id) });
      if (type === 'ROOT') break;
      child = id;
    }
    return { name: textOf(found.Name) ?? account, isActive: (found.State ?? found.Status) === 'ACTIVE', units };
  } catch (error) {
    if (isCode(error, 'AccountNotFoundException') || isCode(error, 'ChildNotFoundException')) return null;
    if (isDenied(error) || isCode(error, 'AWSOrganizationsNotInUseException'))
      throw new AccessRefused('these credentials may not ask Organizations', { cause: error });
    if (isCode(error, 'CredentialsProviderError')) throw new AccessRefused('there are no credentials', { cause: error });
    throw error;
  }
}

async function readName(
  ask: (operation: string, input: object) => Promise<Record<string, unknown>>,
  unit: string,
): Promise<string> {
  const { OrganizationalUnit } = await ask('DescribeOrganizationalUnit', { OrganizationalUnitId: unit });
  return textOf(recordOf(OrganizationalUnit).Name) ?? unit;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
