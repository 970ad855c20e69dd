import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Clock } from '../../../flows/ports.ts';
import { StateMoved } from '../../../model/errors.ts';
import { isCode, isGone, isThrottled } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type Retrying, type RetryLimits, withRetries } from '../../retry.ts';
import { pollUntil } from '../polling.ts';

const TRIES: RetryLimits = { tries: 5, baseMs: 200, maxMs: 3_000 };
/** IAM answers from copies: a write may take a while to be seen (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html). */
const CONSISTENT_MS = 10_000;

const isBusy = (error: unknown): boolean =>
  isThrottled(error) || isCode(error, 'ConcurrentModificationException', 'ConcurrentModification');

export const roleNameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1);

/** Runs an IAM write again while IAM is busy. */
export const writeIam = <T>(retrying: Retrying, write: () => Promise<T>): Promise<T> =>
  withRetries(retrying, TRIES, isBusy, write);

/** Reads until it is as wanted or ten seconds have passed; answers whether it is. */
export async function isSeen(clock: Clock, read: () => Promise<boolean>): Promise<boolean> {
  return (await pollUntil(clock, CONSISTENT_MS, read, (value) => value)) ?? false;
}

/** IAM's documents come URL-encoded (RFC 3986). */
export const decodeDocument = (text: string): string => (text.startsWith('%') ? decodeURIComponent(text) : text);

/** The inline policy's text as it was put, or null when there is none (or no such role). */
export async function readInline(clients: MemberClients, role: string, policy: string): Promise<string | null> {
  try {
    const found = await clients.iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: policy }));
    return decodeDocument(found.PolicyDocument ?? '');
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Puts the inline policy, or deletes it when `text` is null. @throws StateMoved when the role is gone. */
export async function writeInline(
  retrying: Retrying,
  clients: MemberClients,
  role: string,
  policy: string,
  text: string | null,
): Promise<void> {
  const name = { RoleName: role, PolicyName: policy };
  try {
    await writeIam(retrying, async () => {
      if (text === null) await clients.iam.send(new DeleteRolePolicyCommand(name));
      else await clients.iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument: text }));
    });
  } catch (error) {
    if (!isGone(error)) throw error;
    if (text !== null) throw new StateMoved(`the role ${role} no longer exists`);
  }
}

/** ARNs of the attached policies; undefined when the role is gone. */
export async function listAttached(clients: MemberClients, role: string): Promise<string[] | undefined> {
  const arns: string[] = [];
  let marker: string | undefined;
  try {
    do {
      const page = await clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role, Marker: marker }));
      arns.push(...(page.AttachedPolicies ?? []).flatMap((policy) => policy.PolicyArn ?? []));
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker);
    return arns;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export async function listInline(clients: MemberClients, role: string): Promise<string[]> {
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = await clients.iam.send(new ListRolePoliciesCommand({ RoleName: role, Marker: marker }));
    names.push(...(page.PolicyNames ?? []));
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker);
  return names;
}

/** @throws what IAM answers, NoSuchEntity included. */
export async function attach(retrying: Retrying, clients: MemberClients, role: string, policyArn: string): Promise<void> {
  await writeIam(retrying, () => clients.iam.send(new AttachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn })));
}

export async function detach(retrying: Retrying, clients: MemberClients, role: string, policyArn: string): Promise<void> {
  try {
    await writeIam(retrying, () => clients.iam.send(new DetachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn })));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
