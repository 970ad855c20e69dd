import { UNREAD_TAGS } from '../../shared/config/place.ts';
import { fitOfWaiver } from '../../shared/engine/exemptions.ts';
import type { Waiver } from '../../shared/model/finding.ts';
import type { Resource } from '../../shared/model/resource.ts';

/** Of an account by its configured unit; undefined where it has none. */
export type UnitOf = (account: string) => string | undefined;

/** Whether an exemption is, or by tags that nobody kept may be, why a rule's finding on this resource is exempt; whenever it ends. */
export const covers = (
  waiver: Pick<Waiver, 'rule' | 'resource' | 'accounts' | 'units' | 'tags'>,
  ruleId: string,
  resource: Pick<Resource, 'arn' | 'account'>,
  unitOf: UnitOf,
): boolean => {
  const { account } = resource;
  return fitOfWaiver(waiver, ruleId, resource, { account, unit: unitOf(account), ruleId, tagOf: UNREAD_TAGS }) !== 'no';
};

/** What it is for, in one line. */
export function scopeText({ resource, accounts, units, tags }: Pick<Waiver, 'resource' | 'accounts' | 'units' | 'tags'>): string {
  const parts = [
    resource,
    accounts && `accounts ${accounts.join(', ')}`,
    units && `units ${units.join(', ')}`,
    tags && `tags ${tags.join(', ')}`,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}
