import * as z from 'zod/mini';
import { approversSchema } from '../../shared/config/approvals-schema.ts';
import { organizationSchema } from '../../shared/config/organization-schema.ts';
import { configSchema } from '../../shared/config/schema.ts';
import { FLAGS, type QuestionKey } from './flags.ts';

/** What `cinch init` asks. Each answer is one line of text, and each question an option as well. */

export interface Question {
  readonly key: QuestionKey;
  readonly flag: string;
  /** As it is asked. */
  readonly text: string;
  /** It is asked only where that question had an answer; its option goes with that one. */
  readonly goesWith?: QuestionKey;
  /** For an empty answer, by the answers before it; undefined, or left out, where it can't be empty. */
  readonly otherwise?: (before: Partial<Answers>) => string | undefined;
  /** What is wrong with an answer; undefined when nothing is. */
  readonly wrong: (answer: string) => string | undefined;
}

export type Answers = Readonly<Record<QuestionKey, string>>;

const { account, region, organizationId } = configSchema.shape.hub.shape;
const { units, callAs } = organizationSchema.shape;
const { team, channel } = configSchema.shape.slack.shape;

const wrongBy =
  (schema: z.core.$ZodType) =>
  (answer: string): string | undefined =>
    z.safeParse(schema, answer).error?.issues[0]?.message;

/** The first of several that is wrong, with its own words. */
const wrongOne =
  (wrong: (one: string) => string | undefined) =>
  (answer: string): string | undefined => {
    const ones = listOf(answer);
    if (ones.length === 0) return 'name at least one';
    for (const one of ones) {
      const why = wrong(one);
      if (why !== undefined) return `${one}: ${why}`;
    }
    const twice = ones.find((one, index) => ones.indexOf(one) !== index);
    return twice && `${twice} is named twice`;
  };

const orEmpty =
  (wrong: (answer: string) => string | undefined) =>
  (answer: string): string | undefined =>
    answer === '' ? undefined : wrong(answer);

/** Split at commas and blanks. */
export const listOf = (answer: string): string[] => answer.split(/[\s,]+/).filter((one) => one !== '');

/** `222222222222=shop` */
export function memberOf(text: string): { readonly account: string; readonly unit: string | undefined } {
  const [id = '', ...unit] = text.split('=');
  return { account: id, unit: unit.length > 0 ? unit.join('=') : undefined };
}

function wrongMember(text: string): string | undefined {
  const { account: id, unit } = memberOf(text);
  return wrongBy(account)(id) ?? (unit === '' ? 'a unit’s name comes after the =' : undefined);
}

function wrongMembers(answer: string): string | undefined {
  const accounts = listOf(answer).map((one) => memberOf(one).account);
  const twice = accounts.find((one, index) => accounts.indexOf(one) !== index);
  return wrongOne(wrongMember)(answer) ?? (twice && `${twice} is named twice`);
}

/** Sorted by what they look like: a user's id, a group's, or an e-mail address. */
export function approversOf(answer: string): { readonly users: string[]; readonly groups: string[]; readonly emails: string[] } {
  const ones = listOf(answer);
  const emails = ones.filter((one) => one.includes('@'));
  const groups = ones.filter((one) => !one.includes('@') && one.startsWith('S'));
  return { users: ones.filter((one) => !emails.includes(one) && !groups.includes(one)), groups, emails };
}

function wrongApprovers(answer: string): string | undefined {
  const { users, groups, emails } = approversOf(answer);
  if (groups.length > 1) return 'name one user group at most';
  const [group] = groups;
  const wrong = z.safeParse(approversSchema, { users, emails, ...(group ? { group } : {}) }).error?.issues[0];
  if (!wrong) return wrongOne(() => undefined)(answer);
  const [list, index] = wrong.path;
  const which = list === 'users' && typeof index === 'number' ? users[index] : typeof index === 'number' ? emails[index] : group;
  return `${which}: ${wrong.message}`;
}

const WORDS: Readonly<Record<QuestionKey, Omit<Question, 'key' | 'flag'>>> = {
  hubAccount: {
    text: 'Which account shall the bot itself run in? (12 digits; best one of its own)',
    wrong: wrongBy(account),
  },
  hubRegion: {
    text: 'In which region?',
    otherwise: () => 'eu-central-1',
    wrong: wrongBy(region),
  },
  organization: {
    text: 'The id of your AWS organization? (o-...; empty: only the accounts that you name next are admitted)',
    otherwise: () => '',
    wrong: orEmpty(wrongBy(organizationId)),
  },
  units: {
    text: 'Which of its units shall it watch, with all below them? (ou-..., with commas; r-... is every account; empty: only accounts that you name next)',
    goesWith: 'organization',
    otherwise: () => '',
    wrong: orEmpty(wrongOne((unit) => z.safeParse(units, [unit]).error?.issues[0]?.message)),
  },
  managementAccount: {
    text: 'Which is the management account of the organization? (12 digits; StackSets skip it, so it gets stacks of its own)',
    goesWith: 'units',
    wrong: wrongBy(account),
  },
  callAs: {
    text: 'Where shall the StackSets be made: in the management account (self), or in the hub, which it registers (delegated-admin)?',
    goesWith: 'units',
    otherwise: ({ hubAccount, managementAccount }) => (hubAccount === managementAccount ? 'self' : 'delegated-admin'),
    wrong: (answer) => (z.safeParse(callAs, answer).success ? undefined : 'self or delegated-admin'),
  },
  members: {
    text: 'Which accounts shall it watch by their ids? (with commas; account=unit where you want settings for a unit)',
    otherwise: (before) => (before.units ? '' : undefined),
    wrong: orEmpty(wrongMembers),
  },
  regions: {
    text: 'In which regions of these accounts? (the first is where their roles are made)',
    otherwise: ({ hubRegion }) => hubRegion,
    wrong: wrongOne(wrongBy(region)),
  },
  team: {
    text: 'The id of your Slack workspace? (T...; it is in the address of Slack in a browser: app.slack.com/client/T...)',
    wrong: wrongBy(team),
  },
  channel: {
    text: 'The id of the channel? (C...; at the end of the channel’s details)',
    wrong: wrongBy(channel),
  },
  approvers: {
    text: 'Who may decide? (ids of users U..., one group S..., e-mail addresses; with commas)',
    wrong: wrongApprovers,
  },
  alarmEmails: {
    text: 'Who is told by e-mail when Cinch itself fails? (addresses, with commas; empty: nobody yet)',
    otherwise: () => '',
    wrong: orEmpty(wrongOne(wrongBy(z.email()))),
  },
  mode: {
    text: 'Begin with report (only tell, for the first month) or ask?',
    otherwise: () => 'report',
    wrong: (answer) =>
      ['report', 'ask'].includes(answer) ? undefined : 'report or ask; what shall be fixed is set rule by rule, later',
  },
};

export const QUESTIONS: readonly Question[] = FLAGS.map(({ key, flag }) => ({ key, flag, ...WORDS[key] }));
