import { Refused, StateMoved } from '../../../model/errors.ts';
import { isCode, isGone } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type Retrying, withRetries } from '../../retry.ts';

export interface LogGroup {
  readonly retentionDays: number | null;
  readonly keyArn: string | null;
}

const TRIES = { tries: 5, baseMs: 200, maxMs: 3_000 };

/** The names of others may begin like it. @throws StateMoved when it is gone. */
export async function readLogGroup(clients: MemberClients, name: string): Promise<LogGroup> {
  let token: unknown;
  do {
    const page = await clients.light.call('logs', 'DescribeLogGroups', {
      logGroupNamePrefix: name,
      ...(token ? { nextToken: token } : {}),
    });
    const groups = (Array.isArray(page.logGroups) ? page.logGroups : []) as Readonly<Record<string, unknown>>[];
    const own = groups.find((group) => group.logGroupName === name);
    if (own)
      return {
        retentionDays: typeof own.retentionInDays === 'number' ? own.retentionInDays : null,
        keyArn: typeof own.kmsKeyId === 'string' ? own.kmsKeyId : null,
      };
    token = page.nextToken;
  } while (token);
  throw new StateMoved(`the log group ${name} no longer exists`);
}

/** @param refusal what AWS means by InvalidParameterException here */
export async function writeLogGroup(
  retrying: Retrying,
  clients: MemberClients,
  operation: 'PutRetentionPolicy' | 'DeleteRetentionPolicy' | 'AssociateKmsKey' | 'DisassociateKmsKey',
  input: { readonly logGroupName: string; readonly retentionInDays?: number; readonly kmsKeyId?: string },
  refusal: string,
): Promise<void> {
  try {
    await withRetries(
      retrying,
      TRIES,
      (error) => isCode(error, 'OperationAbortedException'),
      () => clients.light.call('logs', operation, input),
    );
  } catch (error) {
    if (isGone(error)) throw new StateMoved(`the log group ${input.logGroupName} no longer exists`);
    if (isCode(error, 'InvalidParameterException')) throw new Refused(refusal);
    throw error;
  }
}
