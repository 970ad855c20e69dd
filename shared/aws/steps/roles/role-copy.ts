import {
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeleteRoleCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { Refused, StateMoved } from '../../../model/errors.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import type { Retrying } from '../../retry.ts';
import { isSameJson } from '../canonical-json.ts';
import { attach, decodeDocument, detach, listAttached, listInline, readInline, writeIam, writeInline } from './role-policies.ts';

/** Everything of a role that a copy must have. */
export interface RoleSnapshot {
  readonly path: string;
  readonly trust: string;
  readonly description: string | null;
  readonly maxSessionSeconds: number | null;
  readonly boundaryArn: string | null;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly inline: readonly (readonly [name: string, text: string])[];
  readonly attached: readonly string[];
}

/** Marks a role with the id of the plan's capture that made it. */
export const CREATED_BY_TAG = 'cinch:created-by';
const MOST_TAGS = 50;

export async function getRole(clients: MemberClients, name: string): Promise<Role | undefined> {
  try {
    return (await clients.iam.send(new GetRoleCommand({ RoleName: name }))).Role;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** @throws StateMoved when the role is gone. */
export async function mustGetRole(clients: MemberClients, name: string): Promise<Role> {
  const role = await getRole(clients, name);
  if (!role) throw new StateMoved(`the role ${name} no longer exists`);
  return role;
}

export const tagOf = (role: Role, key: string): string | undefined => role.Tags?.find((tag) => tag.Key === key)?.Value;

/** @throws StateMoved when the role is gone, Refused when a copy would not be the same. */
export async function captureRole(clients: MemberClients, name: string): Promise<RoleSnapshot> {
  const role = await mustGetRole(clients, name);
  const path = role.Path ?? '/';
  if (path.startsWith('/aws-service-role/')) throw new Refused(`${name} is a service-linked role, which can't be copied`);
  // AWS's own tags can't be set by anybody else.
  const tags = (role.Tags ?? []).filter((tag) => !tag.Key?.startsWith('aws:') && tag.Key !== CREATED_BY_TAG);
  if (tags.length >= MOST_TAGS) throw new Refused(`${name} has ${tags.length} tags, so a copy could not be marked`);
  return {
    path,
    trust: decodeDocument(role.AssumeRolePolicyDocument ?? ''),
    description: role.Description ?? null,
    maxSessionSeconds: role.MaxSessionDuration ?? null,
    boundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    tags: tags.map(({ Key: key = '', Value: value = '' }) => [key, value] as const),
    ...(await readPolicies(clients, name)),
  };
}

async function readPolicies(clients: MemberClients, name: string): Promise<Pick<RoleSnapshot, 'inline' | 'attached'>> {
  const inline: (readonly [string, string])[] = [];
  for (const policy of await listInline(clients, name)) inline.push([policy, (await readInline(clients, name, policy)) ?? '']);
  return { inline, attached: (await listAttached(clients, name)) ?? [] };
}

/**
 * Makes the copy, or completes one that an earlier run of the same plan began.
 * @throws StateMoved when somebody else's role has the name.
 */
export async function applyRoleCopy(
  retrying: Retrying,
  clients: MemberClients,
  name: string,
  mark: string,
  snapshot: RoleSnapshot,
): Promise<void> {
  const existing = await getRole(clients, name);
  if (existing && tagOf(existing, CREATED_BY_TAG) !== mark) throw new StateMoved(`there is another role called ${name}`);
  if (!existing) await createRole(retrying, clients, name, mark, snapshot);
  for (const [policy, text] of snapshot.inline)
    await writeIam(retrying, () =>
      clients.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: policy, PolicyDocument: text })),
    );
  for (const arn of snapshot.attached) await attach(retrying, clients, name, arn);
}

async function createRole(
  retrying: Retrying,
  clients: MemberClients,
  name: string,
  mark: string,
  snapshot: RoleSnapshot,
): Promise<void> {
  const input: CreateRoleCommandInput = {
    RoleName: name,
    Path: snapshot.path,
    AssumeRolePolicyDocument: snapshot.trust,
    Tags: [...snapshot.tags, [CREATED_BY_TAG, mark] as const].map(([Key, Value]) => ({ Key, Value })),
    ...(snapshot.description ? { Description: snapshot.description } : {}),
    ...(snapshot.maxSessionSeconds ? { MaxSessionDuration: snapshot.maxSessionSeconds } : {}),
    ...(snapshot.boundaryArn ? { PermissionsBoundary: snapshot.boundaryArn } : {}),
  };
  try {
    await writeIam(retrying, () => clients.iam.send(new CreateRoleCommand(input)));
  } catch (error) {
    // A retried call whose first answer got lost: ours if it bears our mark.
    if (!isCode(error, 'EntityAlreadyExistsException', 'EntityAlreadyExists')) throw error;
    const found = await getRole(clients, name);
    if (!found || tagOf(found, CREATED_BY_TAG) !== mark) throw new StateMoved(`there is another role called ${name}`);
  }
}

/** What the copy lacks, or undefined. */
export async function copyProblem(clients: MemberClients, name: string, snapshot: RoleSnapshot): Promise<string | undefined> {
  const { inline, attached } = await readPolicies(clients, name);
  const missing = [
    ...snapshot.inline.filter(([policy, text]) => !inline.some(([own, its]) => own === policy && isSameJson(its, text))),
    ...snapshot.attached.filter((arn) => !attached.includes(arn)).map((arn) => [arn]),
  ];
  return missing.length > 0 ? `the role ${name} lacks ${missing.map(([policy]) => policy).join(', ')}` : undefined;
}

/** Deletes the copy if it is still ours and nobody changed it. Answers why it stays, or undefined. A half-deleted one is finished. */
export async function undoRoleCopy(
  retrying: Retrying,
  clients: MemberClients,
  name: string,
  mark: string,
  snapshot: RoleSnapshot,
): Promise<string | undefined> {
  const role = await getRole(clients, name);
  if (!role) return undefined;
  if (tagOf(role, CREATED_BY_TAG) !== mark) return `the role ${name} is not the one that was made: it stays`;
  const { inline, attached } = await readPolicies(clients, name);
  const isOurs =
    isSameJson(decodeDocument(role.AssumeRolePolicyDocument ?? ''), snapshot.trust) &&
    inline.every(([policy, text]) => snapshot.inline.some(([own, its]) => own === policy && isSameJson(its, text))) &&
    attached.every((arn) => snapshot.attached.includes(arn));
  if (!isOurs) return `the role ${name} was changed since it was made: it stays`;
  for (const [policy] of inline) await writeInline(retrying, clients, name, policy, null);
  for (const arn of attached) await detach(retrying, clients, name, arn);
  return deleteRole(retrying, clients, name);
}

async function deleteRole(retrying: Retrying, clients: MemberClients, name: string): Promise<string | undefined> {
  try {
    await writeIam(retrying, () => clients.iam.send(new DeleteRoleCommand({ RoleName: name })));
    return undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    if (isCode(error, 'DeleteConflictException', 'DeleteConflict')) return `the role ${name} is in use elsewhere: it stays`;
    throw error;
  }
}
