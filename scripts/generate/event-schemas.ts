import * as z from 'zod/mini';
import { EVENT_SCHEMAS } from '../../shared/flows/domain-event-schemas.ts';
import { configChanged, type DomainEvent, findingChanged, haltChanged, planChanged } from '../../shared/flows/domain-events.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { type Plan, UNTOUCHED } from '../../shared/model/plan.ts';
import { functionResource } from '../../shared/model/resource.ts';

type EventType = DomainEvent['type'];

/** What each event says, for its page and the title of its schema. */
export const EVENT_WORDS: { readonly [T in EventType]: string } = {
  FindingChanged: 'A finding was opened, or its status, plan or words changed.',
  PlanChanged: 'A remedy, an undo or first aid was decided on, withdrawn, or ended.',
  HaltChanged: 'Cinch was stopped or goes on: everywhere (`all`), or in one account.',
  ConfigChanged: 'There is a new version of the configuration, however it came about.',
};

const AT = '2026-11-22T12:00:00.000Z';
const resource = functionResource('222222222222', 'eu-central-1', 'orders-api');

const FINDING: Finding = {
  id: '5bda78f114cede5f',
  ruleId: 'lambda-policy-public',
  severity: 'critical',
  resource,
  status: 'asked',
  summary: 'anybody may invoke it',
  evidence: [],
  advice: [],
  reason: null,
  planId: '5bda78f114cede5f-2d93f6a1',
  fingerprint: '9f86d081884c7d65',
  author: null,
  authoredAt: AT,
  openedAt: AT,
  updatedAt: AT,
  timesFixed: 0,
  timesSeen: 1,
  owner: null,
  digestId: null,
  card: null,
  version: 1,
};

const PLAN: Plan = {
  ...UNTOUCHED,
  id: '5bda78f114cede5f-2d93f6a1',
  findingId: FINDING.id,
  ruleId: FINDING.ruleId,
  resource,
  kind: 'remedy',
  undoes: null,
  steps: [],
  previews: [],
  fingerprint: FINDING.fingerprint,
  severity: 'critical',
  status: 'applied',
  author: null,
  createdAt: AT,
  updatedAt: '2026-11-22T12:04:10.000Z',
  expiresAt: null,
};

/** One of each, made as Cinch makes them. */
export const EVENT_EXAMPLES: readonly DomainEvent[] = [
  findingChanged(FINDING),
  planChanged(PLAN),
  haltChanged({ id: '222222222222', halted: true, since: AT, by: 'cinch', why: '26 fixes in 60 minutes', version: 1 }),
  configChanged({
    configVersion: 7,
    by: 'arn:aws:sts::111111111111:assumed-role/platform/ana',
    valid: 'yes',
    changes: 'mode: "report" → "ask"',
    updatedAt: AT,
  }),
];

const fileOf = (type: EventType): string => type.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
export const eventSchemaPath = (type: EventType): string => `docs/schemas/events/${fileOf(type)}.schema.json`;

/** The detail of each event. Fields may be added to it, so a listener must not refuse those that it doesn't know. */
export function eventSchemas(): { path: string; text: string }[] {
  return EVENT_EXAMPLES.map(({ type, detail }) => {
    const title = `The detail of Cinch's event ${type}`;
    const schema = { title, description: EVENT_WORDS[type], ...z.toJSONSchema(EVENT_SCHEMAS[type], { io: 'input' }) };
    return { path: eventSchemaPath(type), text: `${JSON.stringify({ ...schema, examples: [detail] }, null, 2)}\n` };
  });
}
