import type { Finding } from '../model/finding.ts';
import type { Approval, Plan } from '../model/plan.ts';
import { mentions } from './digest.ts';
import { mention, mrkdwn, slackDate, type Trusted } from './mrkdwn.ts';

/** One line of a card's history. */
export interface ThreadLine {
  /** The same line again has the same id: it is posted once. */
  readonly id: string;
  readonly at: string;
  readonly kind: LineKind;
  /** mrkdwn. */
  readonly text: string;
  /** Shown in the channel too. */
  readonly isBroadcast: boolean;
  /** Somebody's decision led to it, and not time or Cinch alone. */
  readonly isOfPerson: boolean;
}

export type LineKind = 'back' | 'asked' | 'decision' | 'waiting' | 'escalated' | 'outcome' | 'failure';

export interface ThreadView {
  readonly finding: Finding;
  readonly plan: Plan | undefined;
  readonly undo: Plan | undefined;
  /** The latest first aid, and its undo. */
  readonly aid: Plan | undefined;
  readonly aidUndo: Plan | undefined;
  /** When the card was posted, in milliseconds. */
  readonly postedAt: number;
  /** Slack ids of those who made the change, so that they hear how it ended. */
  readonly authors: readonly string[];
  /** Slack ids that are called by a reminder, and by an escalation. */
  readonly remind: readonly string[];
  readonly escalate: readonly string[];
}

/** A card that is older than this is out of sight: what is asked on it anew is shown in the channel. */
const OUT_OF_SIGHT_MS = 3_600_000;
/** Card and plan are made by two functions, moments apart. */
const MOMENT_MS = 60_000;

/** The history of a finding and its plan, oldest first. Derived from what the ledger holds, so a repeated message tells the same. Pure. */
export function threadLines(view: ThreadView): ThreadLine[] {
  const { finding, plan, undo, aid, aidUndo } = view;
  const lines = [
    ...backLine(view),
    ...(plan ? [...askedLine(view, plan), ...approvalLines(plan), ...waitingLines(view, plan), ...endLines(view, plan)] : []),
    ...(undo ? undoLines(view, undo) : []),
    ...(aid ? [...approvalLines(aid), ...endLines(view, aid)] : []),
    ...(aidUndo ? undoLines(view, aidUndo) : []),
    ...resolvedLine(finding, plan),
  ];
  return lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const isOnOldCard = ({ postedAt }: ThreadView, at: string): boolean => postedAt + MOMENT_MS < Date.parse(at);

/** What came back after it was put right: the same card, once more. */
function backLine(view: ThreadView): ThreadLine[] {
  const { finding } = view;
  const { timesSeen, timesFixed, openedAt, author } = finding;
  if ((timesSeen < 2 && timesFixed === 0) || !isOnOldCard(view, openedAt)) return [];
  const who = author ? mrkdwn`, by ${author.session ?? author.arn}` : '';
  const seen = timesSeen > 1 ? mrkdwn`, for the ${ordinal(timesSeen)} time` : '';
  const fixed = timesFixed > 0 ? mrkdwn` Cinch has fixed it ${timesFixed} ${timesFixed === 1 ? 'time' : 'times'} before.` : '';
  return [
    {
      id: `${finding.id}-back-${openedAt}`,
      at: openedAt,
      kind: 'back',
      text: `🔁 It came back${who}${seen}.${fixed}`,
      isBroadcast: false,
      isOfPerson: false,
    },
  ];
}

export function ordinal(n: number): string {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th');
  return `${n}${suffix}`;
}

function askedLine(view: ThreadView, plan: Plan): ThreadLine[] {
  if (plan.kind !== 'remedy' || plan.expiresAt === null) return [];
  const isAnew = isOnOldCard(view, plan.createdAt);
  const isHidden = view.postedAt + OUT_OF_SIGHT_MS < Date.parse(plan.createdAt);
  const people = plan.approvalsNeeded > 1 ? mrkdwn` It needs ${plan.approvalsNeeded} different people.` : '';
  // What a snooze moved was not the first question's end.
  const until = plan.askedAgainAt || plan.snoozedUntil ? '' : mrkdwn`; open until ${slackDate(plan.expiresAt)}`;
  return [
    {
      id: `${plan.id}-asked`,
      at: plan.createdAt,
      kind: isAnew ? 'waiting' : 'asked',
      text: `❓ ${isAnew ? 'Asked anew, for what the resource is now' : 'Asked'}${until}.${people}`,
      isBroadcast: isAnew && isHidden && plan.status === 'asked',
      isOfPerson: false,
    },
  ];
}

function approvalLines(plan: Plan): ThreadLine[] {
  return plan.approvals.map((approval, index) => ({
    id: `${plan.id}-approved-${approval.userId}`,
    at: approval.at,
    kind: 'decision' as const,
    text: mrkdwn`👍 ${plan.kind === 'containment' ? 'First aid asked for' : 'Approved'} by ${mention(approval.userId)}${ofHowMany(plan, index)}.`,
    isBroadcast: false,
    isOfPerson: true,
  }));
}

const ofHowMany = ({ approvalsNeeded }: Plan, index: number): Trusted => ({
  mrkdwn: approvalsNeeded > 1 ? ` (${index + 1} of ${approvalsNeeded})` : '',
});

/** A line in a thread that calls nobody is seen by nobody: then it is shown in the channel. */
function waitingLines({ remind, escalate }: ThreadView, plan: Plan): ThreadLine[] {
  const until = plan.expiresAt ? mrkdwn` It expires ${slackDate(plan.expiresAt)}.` : '';
  const line = (kind: LineKind, what: string, at: string, text: string, isBroadcast = false): ThreadLine => ({
    id: `${plan.id}-${what}-${at}`,
    at,
    kind,
    text,
    isBroadcast,
    isOfPerson: kind === 'decision',
  });
  const { snoozedUntil, snoozedBy, askedAgainAt, remindedAt, escalatedAt } = plan;
  return [
    ...(snoozedUntil
      ? [
          {
            ...line(
              'decision',
              'snoozed',
              snoozedUntil,
              mrkdwn`💤 Put off until ${slackDate(snoozedUntil)}${byWhom(snoozedBy)}.`,
            ),
            at: snoozedBy?.at ?? plan.updatedAt,
          },
        ]
      : []),
    ...(askedAgainAt
      ? [line('waiting', 'again', askedAgainAt, `⏰ ${call(remind)}Asked again after the snooze.${until}`, true)]
      : []),
    // An escalation that came before any reminder is the reminder.
    ...(remindedAt && remindedAt !== escalatedAt
      ? [
          line(
            'waiting',
            'reminded',
            remindedAt,
            `⏰ ${call(remind)}This still waits for a decision.${until}`,
            remind.length === 0,
          ),
        ]
      : []),
    ...(escalatedAt
      ? [line('escalated', 'escalated', escalatedAt, `📣 ${call(escalate)}Nobody has decided on this yet; you may, too.${until}`)]
      : []),
  ];
}

const call = (ids: readonly string[]): string => {
  const text = mentions(ids).mrkdwn;
  return text === '' ? '' : `${text} `;
};

const byWhom = (approval: Approval | null | undefined): Trusted => ({
  mrkdwn: approval ? mrkdwn` by ${mention(approval.userId)}` : '',
});
const whoOf = (plan: Plan): string => byWhom(plan.decidedBy).mrkdwn;

function endLines(view: ThreadView, plan: Plan): ThreadLine[] {
  const toAuthor = authorPart(view);
  const line = (kind: LineKind, at: string, text: string, isBroadcast = false): ThreadLine[] => [
    {
      id: `${plan.id}-${plan.status}`,
      at,
      kind,
      text,
      isBroadcast,
      isOfPerson: plan.approvals.length > 0 || plan.decidedBy !== null,
    },
  ];
  const reason = plan.decisionReason ? mrkdwn`: ${plan.decisionReason}` : '.';
  switch (plan.status) {
    case 'applied':
      return line('outcome', plan.appliedAt ?? plan.updatedAt, `✅ ${appliedWords(plan)}.${toAuthor}`);
    case 'failed':
      return line('failure', plan.updatedAt, `⚠️ It could not be done: ${whyOf(plan)}${toAuthor}`, true);
    case 'denied':
      return line('outcome', plan.decidedBy?.at ?? plan.updatedAt, `🚫 Denied${whoOf(plan)}${reason}${toAuthor}`);
    case 'exempted':
      return line('outcome', plan.decidedBy?.at ?? plan.updatedAt, `🚫 Exempted${whoOf(plan)}${reason}${toAuthor}`);
    case 'discarded':
      return line('outcome', plan.decidedBy?.at ?? plan.updatedAt, `↩️ Withdrawn${whoOf(plan)}${reason}${toAuthor}`);
    case 'expired':
      return line('outcome', plan.updatedAt, `⌛ Expired: nobody decided in time. Nothing was changed.${toAuthor}`);
    case 'stale':
      return line('decision', plan.updatedAt, `🗑️ No longer proposed: ${whyOf(plan)}`);
    default:
      return [];
  }
}

const whyOf = (plan: Plan): string => mrkdwn`${plan.outcome.at(-1) ?? 'the reason is not known'}`;

function appliedWords(plan: Plan): string {
  const verb = plan.kind === 'containment' ? 'First aid applied' : 'Applied';
  const since = plan.approvals.at(-1)?.at ?? plan.createdAt;
  const seconds = Math.max(0, Math.round((Date.parse(plan.appliedAt ?? '') - Date.parse(since)) / 1000));
  const after = Number.isNaN(seconds) ? '' : seconds < 1 ? ' at once' : ` after ${duration(seconds)}`;
  return `${verb}${plan.approvals.length === 0 ? ' by Cinch itself' : ''}${after}, and verified`;
}

const duration = (seconds: number): string =>
  seconds < 120 ? `${seconds} ${seconds === 1 ? 'second' : 'seconds'}` : `${Math.round(seconds / 60)} minutes`;

const authorPart = ({ authors }: ThreadView): string => {
  const known = mentions(authors).mrkdwn;
  return known === '' ? '' : ` ${known}, this was your change.`;
};

function undoLines(view: ThreadView, undo: Plan): ThreadLine[] {
  const started: Approval | null = undo.decidedBy;
  const why = undo.decisionReason ? mrkdwn`: ${undo.decisionReason}` : '.';
  const begun: ThreadLine = {
    id: `${undo.id}-asked-${undo.createdAt}`,
    at: undo.createdAt,
    kind: started ? 'decision' : 'failure',
    text: started ? mrkdwn`↩️ Undo asked for by ${mention(started.userId)}.` : `↩️ Cinch takes its change back by itself${why}`,
    isBroadcast: !started,
    isOfPerson: started !== null,
  };
  const ended: ThreadLine[] = [];
  if (undo.status === 'applied')
    ended.push({
      id: `${undo.id}-applied`,
      at: undo.appliedAt ?? undo.updatedAt,
      kind: 'outcome',
      text: `↩️ Undone, and verified.${authorPart(view)}`,
      isBroadcast: false,
      isOfPerson: started !== null,
    });
  if (undo.status === 'failed' || undo.status === 'stale')
    ended.push({
      id: `${undo.id}-failed-${undo.createdAt}`,
      at: undo.updatedAt,
      kind: 'failure',
      text: `⚠️ The undo failed: ${whyOf(undo)}${authorPart(view)}`,
      isBroadcast: true,
      isOfPerson: started !== null,
    });
  return [begun, ...ended];
}

function resolvedLine({ id, status, reason, openedAt, updatedAt }: Finding, plan: Plan | undefined): ThreadLine[] {
  // A plan that ended has said so itself.
  if (status !== 'resolved' || plan?.status === 'stale') return [];
  const why = reason ? mrkdwn`: ${reason}` : '.';
  return [
    {
      id: `${id}-resolved-${openedAt}`,
      at: updatedAt,
      kind: 'outcome',
      text: `☑️ Resolved without Cinch${why}`,
      isBroadcast: false,
      isOfPerson: false,
    },
  ];
}
