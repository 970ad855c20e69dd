import type { ParsedEvent } from '../model/change.ts';
import { MalformedInput } from '../model/errors.ts';
import { canonicalName } from './canonical.ts';
import { EVENT, type Fields, isFields, optionalFields, optionalText, quoted, requiredText, textOrNull } from './fields.ts';
import { CLOUDTRAIL_DETAIL_TYPE } from './patterns.ts';
import { parsePrincipal } from './principal.ts';
import { parseTargets } from './targets.ts';
import { deployTool } from './tool.ts';
import { type Concern, concernOf, watchedSource } from './watched.ts';

/**
 * An EventBridge event -> the change it tells of, or why it tells of none. Account and region are the envelope's, which EventBridge stamps.
 * @throws MalformedInput for anything that claims to be a CloudTrail record and is broken, or contradicts its envelope.
 */
export function parseEvent(event: unknown): ParsedEvent {
  if (!isFields(event) || Object.keys(event).length === 0) throw new MalformedInput(EVENT, 'event', 'not a JSON object');
  const detailType = event['detail-type'];
  if (detailType !== CLOUDTRAIL_DETAIL_TYPE) return foreign(event, detailType);
  const detail = optionalFields(event, 'detail', 'detail');
  if (!detail) throw new MalformedInput(EVENT, 'detail', 'missing');
  const called = parseCall(event, detail);
  if ('reason' in called) return ignored(called.reason);

  const envelope = parseEnvelope(event, detail);
  const targets = parseTargets(called.concern, {
    account: envelope.account,
    region: envelope.region,
    request: optionalFields(detail, 'requestParameters', 'detail.requestParameters'),
    response: optionalFields(detail, 'responseElements', 'detail.responseElements'),
  });
  if ('nothing' in targets) return ignored(targets.nothing);
  return { kind: 'change', change: { ...authorOf(detail, envelope.account), ...envelope, name: called.name, ...targets } };
}

const ignored = (reason: string): ParsedEvent => ({ kind: 'ignored', reason });

/** Not ours, unless it looks like a CloudTrail record that has lost its envelope. */
function foreign(event: Fields, detailType: unknown): ParsedEvent {
  const bare = 'eventName' in event && 'eventSource' in event;
  const unnamed = detailType === undefined && isFields(event.detail) && 'eventName' in event.detail;
  if (bare || unnamed) throw new MalformedInput(EVENT, 'detail-type', 'a CloudTrail record without its EventBridge envelope');
  return ignored(typeof detailType === 'string' ? `${quoted(detailType)} is no CloudTrail call` : 'no CloudTrail call');
}

/** What was called, or why it is none of Cinch's business. */
function parseCall(event: Fields, detail: Fields): { name: string; concern: Concern } | { reason: string } {
  const source = requiredText(event, 'source', 'source');
  const eventSource = requiredText(detail, 'eventSource', 'detail.eventSource');
  const eventName = requiredText(detail, 'eventName', 'detail.eventName');
  const watched = watchedSource(eventSource);
  // Only AWS may send `aws.*` (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html): another source is forged.
  if (!source.startsWith('aws.') || (watched && source !== watched.source))
    throw new MalformedInput(EVENT, 'source', `${quoted(source)} doesn't send records of ${quoted(eventSource)}`);
  if (!watched) return { reason: `${quoted(eventSource)} is not watched` };
  if (detail.errorCode !== undefined && detail.errorCode !== null) return { reason: 'the call failed and changed nothing' };
  if (detail.readOnly === true) return { reason: 'a read-only call' };
  const name = canonicalName(eventName);
  const concern = concernOf(eventSource, name);
  return concern ? { name, concern } : { reason: `${quoted(name)} is not watched` };
}

interface Envelope {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly time: string;
}

function parseEnvelope(event: Fields, detail: Fields): Envelope {
  const account = requiredText(event, 'account', 'account');
  if (!/^\d{12}$/.test(account)) throw new MalformedInput(EVENT, 'account', `${quoted(account)} is not 12 digits`);
  const recipient = optionalText(detail, 'recipientAccountId', 'detail.recipientAccountId');
  if (recipient !== undefined && recipient !== account)
    throw new MalformedInput(EVENT, 'detail.recipientAccountId', `${quoted(recipient)}, but the event is of account ${account}`);
  const region = requiredText(event, 'region', 'region');
  if (!/^[a-z][a-z0-9-]{2,40}$/.test(region)) throw new MalformedInput(EVENT, 'region', `${quoted(region)} is no region`);
  const id = optionalText(detail, 'eventID', 'detail.eventID') ?? requiredText(event, 'id', 'id');
  if (id.length > 200) throw new MalformedInput(EVENT, 'detail.eventID', 'longer than 200 characters');
  return { id, account, region, time: timeOf(event, detail) };
}

function timeOf(event: Fields, detail: Fields): string {
  const text = optionalText(detail, 'eventTime', 'detail.eventTime') ?? requiredText(event, 'time', 'time');
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new MalformedInput(EVENT, 'detail.eventTime', `${quoted(text)} is no time`);
  return new Date(time).toISOString();
}

function authorOf(detail: Fields, account: string) {
  const identity = optionalFields(detail, 'userIdentity', 'detail.userIdentity');
  const userAgent = textOrNull(detail, 'userAgent') ?? '';
  const principal = parsePrincipal(identity, account);
  return {
    principal,
    userAgent: userAgent.slice(0, 512),
    tool: deployTool({
      userAgent,
      invokedBy: textOrNull(identity, 'invokedBy'),
      sourceIp: textOrNull(detail, 'sourceIPAddress'),
      principalArn: principal.arn,
    }),
  };
}
