import { CIS_AWS, CIS_AWS_5 } from './cis-aws.ts';
import { SECURITY_HUB } from './security-hub.ts';
import { WELL_ARCHITECTED } from './well-architected.ts';
import { WHITE_PAPER } from './white-paper.ts';

/** The published lists that rules cite. An item's id is unique over all of them. */
export const CHECKLISTS = [WHITE_PAPER, SECURITY_HUB, CIS_AWS, CIS_AWS_5, WELL_ARCHITECTED] as const;

export type ChecklistId = keyof (typeof WHITE_PAPER.items &
  typeof SECURITY_HUB.items &
  typeof CIS_AWS.items &
  typeof CIS_AWS_5.items &
  typeof WELL_ARCHITECTED.items);

/** An item's title and the list it stands in; undefined for an id that no list has. */
export function checklistItem(id: string): { readonly list: string; readonly title: string } | undefined {
  for (const list of CHECKLISTS) {
    const title = (list.items as Readonly<Record<string, string>>)[id];
    if (title !== undefined) return { list: list.name, title };
  }
  return undefined;
}
