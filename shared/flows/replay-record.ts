import { type Fields, isFields } from '../events/fields.ts';
import { documentOf } from './replay-role-calls.ts';

/** A recorded event, made readable again, and what had to be done for it. */
export interface MendedRecord {
  readonly event: unknown;
  /** Without full stops, for people; empty when the record was whole. */
  readonly notes: readonly string[];
  /** The call must name a role, and the record no longer does. */
  readonly unnamed: boolean;
}

/** Stands for an account that somebody blotted out. No account has it. */
export const BLOTTED_ACCOUNT = '000000000000';
const UNNAMED_ROLE = 'not-told';

/**
 * People blot out accounts before they share a record, and cut it down to what mattered. EventBridge sends no such events, so the bot refuses
 * them; a replay can still judge what is left, and says so.
 */
export function mendRecord(event: unknown): MendedRecord {
  const detail = isFields(event) ? event.detail : undefined;
  if (!isFields(event) || !isFields(detail)) return { event, notes: [], unnamed: false };
  const notes: string[] = [];
  let mended: Fields = detail;
  let account = event.account;
  if (isBlot(event.account)) {
    account = BLOTTED_ACCOUNT;
    mended = { ...withoutBlots(detail, 0), requestParameters: mendHalf(detail, 'requestParameters') };
    if ('responseElements' in detail) mended = { ...mended, responseElements: mendHalf(detail, 'responseElements') };
    notes.push(`its account is blotted out, ${BLOTTED_ACCOUNT} stands for it`);
  }
  const unnamed = lacksRole(mended);
  if (unnamed) {
    mended = { ...mended, requestParameters: { ...(mended.requestParameters as Fields), roleName: UNNAMED_ROLE } };
    notes.push('it does not name the role');
  }
  return notes.length === 0 ? { event, notes, unnamed } : { event: { ...event, account, detail: mended }, notes, unnamed };
}

const BLOT = /^(?:-+|_+|x{3,}|\*{3,}|#{3,}|\?{3,}|[[<(]?redacted[\])>]?)$/i;
const isBlot = (value: unknown): boolean => typeof value === 'string' && value.length <= 64 && BLOT.test(value);

/** A blotted value tells nothing: as if it were missing. */
function withoutBlots(fields: Fields, depth: number): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => !isBlot(value))
      .map(([key, value]) => [key, depth > 0 && typeof value === 'string' ? withAccount(value) : value]),
  );
}

function mendHalf(detail: Fields, half: 'requestParameters' | 'responseElements'): unknown {
  const value = detail[half];
  return isFields(value) ? withoutBlots(value, 1) : value;
}

/** `arn:aws:lambda:eu-west-1:-:function:x`. A policy document is more than an ARN, and is left alone. */
function withAccount(text: string): string {
  const [prefix, partition, service, region, account, ...rest] = text.split(':');
  if (prefix !== 'arn' || rest.length === 0 || !isBlot(account)) return text;
  return [prefix, partition, service, region, BLOTTED_ACCOUNT, ...rest].join(':');
}

function lacksRole(detail: Fields): boolean {
  const { eventSource, eventName, requestParameters: request } = detail;
  if (eventSource !== 'iam.amazonaws.com' || typeof eventName !== 'string' || !isFields(request)) return false;
  const document = DOCUMENT_OF.get(eventName);
  return document !== undefined && !Object.hasOwn(request, 'roleName') && documentOf(request, document) !== undefined;
}

/** The role's calls that carry a document, and where: it can be judged without knowing whose it is. */
const DOCUMENT_OF: ReadonlyMap<string, string> = new Map([
  ['CreateRole', 'assumeRolePolicyDocument'],
  ['UpdateAssumeRolePolicy', 'policyDocument'],
  ['PutRolePolicy', 'policyDocument'],
]);
