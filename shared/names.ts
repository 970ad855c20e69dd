/** Every name that infra and code share. */

/** Environment variables of Cinch's own functions. */
export const ENV = {
  table: 'CINCH_TABLE',
  key: 'CINCH_KEY_ARN',
  bus: 'CINCH_BUS',
  changesQueue: 'CINCH_CHANGES_QUEUE_URL',
  workQueue: 'CINCH_WORK_QUEUE_URL',
  noticesQueue: 'CINCH_NOTICES_QUEUE_URL',
  clicksQueue: 'CINCH_CLICKS_QUEUE_URL',
  exportsQueue: 'CINCH_EXPORTS_QUEUE_URL',
  looksQueue: 'CINCH_LOOKS_QUEUE_URL',
  placesQueue: 'CINCH_PLACES_QUEUE_URL',
  configParameter: 'CINCH_CONFIG_PARAMETER',
  slackSecret: 'CINCH_SLACK_SECRET_ARN',
  /** Another address of Slack's Web API than slack.com's, e.g. GovSlack's; empty otherwise. */
  slackApiUrl: 'CINCH_SLACK_API_URL',
  slackTeam: 'CINCH_SLACK_TEAM',
  alarmTopic: 'CINCH_ALARM_TOPIC_ARN',
} as const;

/** Physical names, because the member stack must name them before it can ask for them. */
export const ROLE_NAMES = { read: 'cinch-read', write: 'cinch-write', undo: 'cinch-undo', canary: 'cinch-canary' } as const;
/** EventBridge forwards a member's events with it, from every region. */
export const FORWARD_ROLE_NAME = 'cinch-forward';
export const BOT_FUNCTIONS = ['on-change', 'apply', 'on-slack', 'on-approval', 'notify', 'sweep', 'export'] as const;
export type BotFunction = (typeof BOT_FUNCTIONS)[number];
export const botFunctionName = (name: BotFunction): string => `cinch-${name}`;
/** The execution role of a hub function, named exactly in the member roles' trust. */
export const botRoleName = (name: BotFunction): string => `cinch-hub-${name}`;
/** The hub's queues, who empties each, and above how many minutes the age of the oldest message is an alarm. */
export const HUB_QUEUES = {
  changes: { consumer: 'on-change', oldMinutes: 5 },
  work: { consumer: 'apply', oldMinutes: 30 },
  notices: { consumer: 'notify', oldMinutes: 15 },
  clicks: { consumer: 'notify', oldMinutes: 1 },
  looks: { consumer: 'on-change', oldMinutes: 360 },
  places: { consumer: 'sweep', oldMinutes: 60 },
  exports: { consumer: 'export', oldMinutes: 30 },
} as const satisfies Readonly<Record<string, { readonly consumer: BotFunction; readonly oldMinutes: number }>>;
export type HubQueue = keyof typeof HUB_QUEUES;
export const BUS_NAME = 'cinch';
export const EVENT_SOURCE = 'cinch';

/** What the self-check sends through every member and region, to see whether it arrives. */
export const CANARY_SOURCE = 'cinch.canary';
export const CANARY_DETAIL_TYPE = 'Cinch canary';
/** The tag that the canary's role puts on itself: a change that harms nothing. */
export const CANARY_TAG = 'cinch:canary';

/** As the functions write them, in CloudWatch's embedded metric format. */
export const METRIC_NAMESPACE = 'Cinch';
/** Each name, and each value of a dimension, is a metric that is paid for by the month (cli/cost/usage.ts): no account, rule or resource is one. */
export const METRICS = {
  /** Events of watched calls that were judged. */
  seen: { name: 'ChangesSeen', unit: 'Count', dimension: null },
  /** Findings that a change or a look has made or changed, by what was decided. */
  decided: { name: 'ChangesDecided', unit: 'Count', dimension: 'Decision' },
  asked: { name: 'Asked', unit: 'Count', dimension: null },
  fixed: { name: 'Fixed', unit: 'Count', dimension: null },
  failed: { name: 'Failed', unit: 'Count', dimension: null },
  /** From the change, or where people decided from their decision, to the fix that was verified. */
  timeToFix: { name: 'TimeToFix', unit: 'Seconds', dimension: null },
  /** Of the oldest question that waits, each minute; 0 when none does. */
  approvalAge: { name: 'ApprovalAge', unit: 'Seconds', dimension: null },
  /** How much of the installation is broken or can't be checked; an alarm watches it, and also that it comes. */
  broken: { name: 'DoctorBroken', unit: 'Count', dimension: null },
  signatureFailures: { name: 'SignatureFailures', unit: 'Count', dimension: null },
} as const satisfies Readonly<Record<string, { name: string; unit: 'Count' | 'Seconds'; dimension: string | null }>>;
export type MetricId = keyof typeof METRICS;
/** What a change can be decided as, engine/decide.ts. */
export const DECISIONS = ['fix', 'ask', 'report', 'exempt'] as const;
/** Counted in the logs of whoever may trip a breaker. */
export const BREAKER_TRIPS = 'BreakerTrips';

/** In the hub. Outside `/cinch/`, which is for parameters that functions read, should the hub be a member of its own. */
export const CONFIG_PARAMETER = '/cinch-hub/config';

/** In the member account: the key for parameters and the path they live under. */
export const PARAMETER_KEY_ALIAS = 'alias/cinch-parameters';
export const PARAMETER_PREFIX = '/cinch/';
/** The same in Secrets Manager. */
export const SECRET_PREFIX = 'cinch/';
/** On a function: `ssm` or `secrets-manager`, where its secrets are moved to. */
export const STORE_TAG = 'cinch:secret-store';
/** Inline policies and roles that Cinch writes carry this prefix. */
export const OWN_PREFIX = 'cinch-';
export const EXEMPT_TAG = 'cinch:exempt';
/** On a resource of which Cinch changes nothing, whatever the tag's value. */
export const PROTECTED_TAG = 'cinch:protected';
/** The layer that empties /tmp between invocations. */
export const TMP_CLEANER_LAYER = 'cinch-tmp-cleaner';

/** The message of the log line that a tripped circuit breaker writes; an alarm counts them. */
export const BREAKER_TRIPPED = 'circuit breaker tripped';

/** The table's global index for lists by status and time. */
export const STATUS_INDEX = 'by-status';

/** @throws Error naming the variable, at cold start, rather than a surprise later. */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
