import type { Config } from '../config/schema.ts';
import type { Principal } from '../model/change.ts';
import { CinchError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Desk, SlackUser } from './ports.ts';

/** May this user decide on this plan? Everything that is not a clear yes is a no. */
export type Authority =
  | {
      readonly kind: 'yes';
      readonly user: SlackUser;
      /** How many distinct people must approve. */
      readonly approvalsNeeded: number;
      /** Whether an earlier approval still counts: its giver must be an approver today and not the author. */
      readonly stillCounts: (userId: string) => Promise<boolean>;
    }
  | { readonly kind: 'no'; readonly why: string };

const no = (why: string): Authority => ({ kind: 'no', why });

/** Asks Slack who the user is, whether the configuration names them, and who made the change. Slack's errors are a no. */
export async function checkAuthority(desk: Desk, config: Config, plan: Plan, userId: string): Promise<Authority> {
  const { approvers } = config.slack;
  if (approvers.users.length === 0 && approvers.emails.length === 0 && !approvers.group)
    return no('Nobody may decide: the configuration names no approvers.');
  try {
    const user = await desk.user(userId);
    if (!user?.mayDecide) return no('Only active full members of this workspace may decide.');
    if (!(await isApprover(desk, config, user))) return no('You are not one of the configured approvers.');
    const authors = await findAuthors(desk, config, plan.author);
    if (authors.has(user.id)) return no('You made this change, so somebody else must decide.');
    return {
      kind: 'yes',
      user,
      approvalsNeeded: Math.max(plan.approvalsNeeded, authors.size > 0 ? 1 : 2),
      stillCounts: async (id) => {
        const approver = authors.has(id) ? undefined : await desk.user(id);
        return approver?.mayDecide === true && (await isApprover(desk, config, approver));
      },
    };
  } catch (error) {
    if (!(error instanceof CinchError)) throw error;
    return no('Slack could not be asked who may decide, so nothing was decided. Click again in a minute.');
  }
}

/** Named by id, by e-mail, or in the user group. Slack is asked for the group only when the others don't say yes. */
async function isApprover(desk: Desk, config: Config, user: SlackUser): Promise<boolean> {
  const { users, emails, group } = config.slack.approvers;
  if (users.includes(user.id)) return true;
  const email = user.email?.toLowerCase();
  if (email && emails.some((known) => known.toLowerCase() === email)) return true;
  return group !== undefined && (await desk.membersOfGroup(group)).includes(user.id);
}

/**
 * The Slack users that a CloudTrail principal stands for. The configuration's map decides alone when it names the principal; else e-mail
 * addresses do, the source identity's as well as the session's: whoever assumes a role may choose the session's name, so one that points to
 * somebody else must not free the real author. Empty means unknown.
 */
export async function findAuthors(desk: Desk, config: Config, author: Principal | null): Promise<ReadonlySet<string>> {
  if (!author) return new Set();
  const { people } = config.slack;
  const mapped = (author.session ? people[`${author.arn}/${author.session}`] : undefined) ?? people[author.arn];
  if (mapped) return new Set([mapped]);
  const emails = new Set([author.sourceIdentity, author.session].flatMap((text) => (text && isEmail(text) ? [text] : [])));
  const users = await Promise.all([...emails].map((email) => desk.userByEmail(email)));
  return new Set(users.flatMap((user) => (user ? [user.id] : [])));
}

const isEmail = (text: string): boolean => text.length <= 254 && /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(text);
