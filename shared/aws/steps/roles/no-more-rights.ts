import { Refused } from '../../../model/errors.ts';
import { widened } from '../../../policy/widened.ts';
import type { MemberClients } from '../../member.ts';
import { readAttachedPolicies, readInlinePolicies, readManagedPolicy } from '../../readers/iam-policies.ts';
import { documentsOf, refuseWider, refuseWiderDocuments } from '../no-wider.ts';
import { captureRole, type RoleSnapshot } from './role-copy.ts';
import { roleNameOf } from './role-policies.ts';

/**
 * Right before an inline policy is written: with it the role may do no more than it may now. A policy that only takes the place of itself is
 * compared with itself; one that takes over from another, which is detached after, with all that the role has.
 * @param text the new text; null deletes the policy
 * @throws Refused
 */
export async function refuseMoreByInline(
  clients: MemberClients,
  role: string,
  policyName: string,
  now: string | null,
  text: string | null,
): Promise<void> {
  const what = `the inline policy ${policyName} of ${role}`;
  const wanted = documentsOf(what, text);
  if (widened(documentsOf(what, now), wanted).length === 0) return;
  const { inline, attached } = await readRights(clients, role);
  const others = inline.filter(({ name }) => name !== policyName).map(({ document }) => document);
  const whole = attached.map(({ document }) => document);
  refuseWiderDocuments(what, [...inline.map(({ document }) => document), ...whole], [...others, ...whole, ...wanted]);
}

/** Right before a managed policy is detached: what it denies, another of the role's policies must deny as well. @throws Refused */
export async function refuseMoreByDetaching(clients: MemberClients, role: string, policyArn: string): Promise<void> {
  const detached = await readManagedPolicy(new Map(), clients, policyArn);
  if (widened([detached], []).length === 0) return;
  const { inline, attached } = await readRights(clients, role);
  const left = [...inline, ...attached.filter(({ arn }) => arn !== policyArn)].map(({ document }) => document);
  refuseWiderDocuments(`what ${role} may do without ${policyArn}`, [detached, ...left], left);
}

const readRights = async (clients: MemberClients, role: string) => ({
  inline: await readInlinePolicies(clients, role),
  attached: await readAttachedPolicies(new Map(), clients, role),
});

/**
 * Right before a copy of a role is made, or completed: it may do no more than the role may now, nor be assumed by anybody else. Since the copy was
 * planned somebody may have taken rights from the role.
 * @throws Refused; StateMoved when the role is gone
 */
export async function refuseMoreThanShared(clients: MemberClients, roleArn: string, copy: RoleSnapshot): Promise<void> {
  const now = await captureRole(clients, roleNameOf(roleArn));
  const what = `the copy of ${roleNameOf(roleArn)}`;
  const inlineOf = ({ inline }: RoleSnapshot) => inline.flatMap(([name, text]) => documentsOf(`${name} of ${roleArn}`, text));
  const more = copy.attached.find((arn) => !now.attached.includes(arn));
  if (more) throw new Refused(`${what} would have ${more}, which the role no longer has`);
  const less = now.attached.find((arn) => !copy.attached.includes(arn));
  if (less) throw new Refused(`${what} would lack ${less}, which may deny something`);
  if (now.boundaryArn !== null && now.boundaryArn !== copy.boundaryArn)
    throw new Refused(`${what} would not have the permissions boundary ${now.boundaryArn}`);
  refuseWiderDocuments(what, inlineOf(now), inlineOf(copy));
  refuseWider(`the trust policy of ${what}`, now.trust, copy.trust);
}
