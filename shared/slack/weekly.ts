import type { ContextBlock } from '@slack/types';
import type { SeverityCounts } from '../engine/posture/observation.ts';
import type { Worst } from '../engine/posture/worst.ts';
import type { Card } from '../flows/ports.ts';
import { SEVERITIES } from '../model/rule.ts';
import { SEVERITY_WORDS } from './digest.ts';
import { mrkdwn } from './mrkdwn.ts';
import { bold, bullets, type Leaf, line, name, richText, sentence, time, words } from './rich-text.ts';

/** What the weekly message tells. */
export interface WeeklyView {
  /** The end of the week; ISO. */
  readonly at: string;
  readonly open: SeverityCounts;
  /** First seen within the week. */
  readonly opened: number;
  /** Put right within the week: by Cinch, by others. */
  readonly fixed: number;
  readonly resolved: number;
  readonly asked: number;
  /** When the oldest question was asked; ISO, null when nothing is asked. */
  readonly oldestAskedAt: string | null;
  readonly worst: readonly Worst[];
  /** Names of accounts. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Where the page is kept. */
  readonly url: string | null;
}

/** Where everything stands, once a week, in one message. Numbers and names only; it asks nothing and calls nobody. Pure. */
export function renderWeekly(view: WeeklyView): Card {
  const total = SEVERITIES.reduce((sum, severity) => sum + view.open[severity], 0);
  const head = `The week: ${counted(total, 'open finding')}, ${view.opened} new, ${view.fixed + view.resolved} put right`;
  const rows = [
    SEVERITIES.map((severity) => `${SEVERITY_WORDS[severity]} ${view.open[severity]}`).join('   '),
    `${view.fixed} put right by Cinch, ${view.resolved} by people or deployments, or gone`,
  ];
  return {
    text: head,
    blocks: [
      richText(line(bold(head))),
      richText(bullets([...rows.map((row) => line(words(row))), line(...askedWords(view))])),
      ...worstPart(view),
      ...linkPart(view),
      footer(view),
    ],
  };
}

function askedWords({ asked, oldestAskedAt }: WeeklyView): Leaf[] {
  if (asked === 0 || oldestAskedAt === null) return [words('Nothing waits for a decision')];
  return [
    words(`${counted(asked, 'question')} ${asked === 1 ? 'waits' : 'wait'} for a decision, the oldest since `),
    time(oldestAskedAt),
  ];
}

function worstPart({ worst, accounts }: WeeklyView) {
  if (worst.length === 0) return [];
  const items = worst.map(({ resource, findings }) => {
    const [first] = findings;
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
    return line(
      name(resource.name, 100),
      words(' in '),
      sentence(accounts.get(resource.account) ?? resource.account, 60),
      words(': '),
      sentence(first?.summary ?? '', 200),
      words(more),
    );
  });
  return [richText(line(bold('The worst functions')), bullets(items))];
}

const linkPart = ({ url }: WeeklyView) =>
  url === null ? [] : [richText(line({ type: 'link', url, text: 'The whole report' } satisfies Leaf))];

const footer = ({ at }: WeeklyView): ContextBlock => ({
  type: 'context',
  elements: [
    {
      type: 'mrkdwn',
      text: mrkdwn`Open findings of the ledger on ${at.slice(0, 10)}; new and put right in the seven days before`,
      verbatim: true,
    },
  ],
});

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
