import { type Approvers, approvalRule, isEmpty, isIrreversible, type Matter, matterOf } from '../config/approval-rules.ts';
import type { Config } from '../config/schema.ts';
import type { Principal } from '../model/change.ts';
import { CinchError, TryAgain } from '../model/errors.ts';
import type { Approval, Plan } from '../model/plan.ts';
import type { Clock, Desk, SlackUser } from './ports.ts';

/** May this user decide? Everything that is not a clear yes is a no. */
export type Authority = Allowed | Denied;
export interface Denied {
  readonly kind: 'no';
  readonly why: string;
}
export interface Allowed {
  readonly kind: 'yes';
  readonly user: SlackUser;
  /** How many distinct people must approve. */
  readonly approvalsNeeded: number;
  /** Whether an earlier approval still counts: its giver must be an approver today and not the author, or have broken the glass. */
  readonly stillCounts: (approval: Approval, plan: Plan) => Promise<boolean>;
}

/** On whose behalf a decision is refused or allowed to the author of the change. */
export type AuthorRule =
  /** Somebody else must decide. */
  | 'never'
  /** Only the author: they break the glass. */
  | 'only'
  /** It is no matter: first aid takes nothing from the two-person rule. */
  | 'any';

export interface ApproversWorld {
  readonly desk: Desk;
  readonly clock: Clock;
}

const ASK_AGAIN_MS = 300;

const no = (why: string): Denied => ({ kind: 'no', why });
const NOT_APPROVER = 'You are not one of the configured approvers.';
const NOT_SURELY = 'Who may decide goes by tags that could not be read. Somebody must decide who may in either case.';
const NOT_MEMBER = 'Only active full members of this workspace may decide.';

/** Asks Slack who the user is, whether the configuration names them, and who made the change. Slack's errors are a no. */
export function checkAuthority(
  world: ApproversWorld,
  config: Config,
  plan: Plan,
  userId: string,
  authorRule: AuthorRule = 'never',
): Promise<Authority> {
  return checkMatter(world, config, { matter: matterOf(plan), author: plan.author }, userId, authorRule);
}

/** The same for what has no plan. */
export async function checkMatter(
  world: ApproversWorld,
  config: Config,
  subject: { readonly matter: Matter; readonly author: Principal | null },
  userId: string,
  authorRule: AuthorRule = 'never',
): Promise<Authority> {
  const { circles, besides = [], needed } = approvalRule(config, subject.matter);
  if (circles.every(isEmpty)) return no('Nobody may decide: the configuration names no approvers.');
  return askSlack(world, async (desk) => {
    const user = await desk.user(userId);
    if (!user?.mayDecide) return no(NOT_MEMBER);
    if (!(await isApprover(desk, circles, user))) return no(NOT_APPROVER);
    if (!(await isInEach(desk, besides, user))) return no(NOT_SURELY);
    const authors = authorRule === 'any' ? new Set<string>() : await findAuthors(desk, config, subject.author);
    if (authorRule === 'never' && authors.has(user.id)) return no('You made this change, so somebody else must decide.');
    if (authorRule === 'only' && !authors.has(user.id))
      return no('Breaking the glass is for the author of the change alone. Approve it in the ordinary way.');
    const stillCounts = async ({ userId: id }: Approval, plan: Plan): Promise<boolean> => {
      // Given by the command line: IAM let them in, and that they are not the author was checked then.
      if (id.startsWith('arn:')) return true;
      const brokeGlass = config.slack.breakGlass && plan.breakGlass?.userId === id;
      const approver = authors.has(id) && !brokeGlass ? undefined : await desk.user(id);
      if (approver?.mayDecide !== true) return false;
      return (await isApprover(desk, circles, approver)) && (await isInEach(desk, besides, approver));
    };
    return { kind: 'yes', user, approvalsNeeded: howMany(subject.matter, needed, authors, authorRule), stillCounts };
  });
}

/** Nobody knows whether an unknown author is one of the approvers: with two, one of them is somebody else. */
function howMany(matter: Matter, configured: number, authors: ReadonlySet<string>, authorRule: AuthorRule): number {
  if (authorRule === 'only') return isIrreversible(matter.steps) ? 2 : 1;
  return Math.max(configured, authorRule === 'any' || authors.size > 0 ? 1 : 2);
}

/** Whether the user is in one of these circles; for what concerns no account's change. */
export function checkCircles(
  world: ApproversWorld,
  circles: readonly Approvers[],
  userId: string,
): Promise<Denied | { kind: 'yes'; user: SlackUser }> {
  return askSlack(world, async (desk) => {
    const user = await desk.user(userId);
    if (!user?.mayDecide) return no(NOT_MEMBER);
    return (await isApprover(desk, circles, user)) ? { kind: 'yes', user } : no(NOT_APPROVER);
  });
}

/** Any active full member of the workspace. */
export function checkMember(world: ApproversWorld, userId: string): Promise<Denied | { kind: 'yes'; user: SlackUser }> {
  return askSlack(world, async (desk) => {
    const user = await desk.user(userId);
    return user?.mayDecide ? { kind: 'yes', user } : no(NOT_MEMBER);
  });
}

/** Twice, so that who clicks is not told to click again for one call that did not come off. */
async function askSlack<T>({ desk, clock }: ApproversWorld, ask: (desk: Desk) => Promise<T>): Promise<T | Denied> {
  try {
    return await ask(desk).catch(async (error) => {
      // Slack says itself when it wants to be left alone.
      if (!(error instanceof TryAgain) || error.retryAfter !== undefined) throw error;
      await clock.sleep(ASK_AGAIN_MS);
      return ask(desk);
    });
  } catch (error) {
    if (!(error instanceof CinchError)) throw error;
    return no('Slack could not be asked who may decide, so nothing was decided. Click again in a minute.');
  }
}

/** Named by id, by e-mail, or in a user group. Slack is asked for groups only when the others don't say yes. */
async function isApprover(desk: Desk, circles: readonly Approvers[], user: SlackUser): Promise<boolean> {
  const email = user.email?.toLowerCase();
  const isNamed = circles.some(
    ({ users, emails }) =>
      users.includes(user.id) || (email !== undefined && emails.some((known) => known.toLowerCase() === email)),
  );
  if (isNamed) return true;
  for (const { group } of circles) if (group && (await desk.membersOfGroup(group)).includes(user.id)) return true;
  return false;
}

async function isInEach(desk: Desk, circles: readonly Approvers[], user: SlackUser): Promise<boolean> {
  for (const circle of circles) if (!(await isApprover(desk, [circle], user))) return false;
  return true;
}

/** The Slack user that the configuration's map names for this session of the role, else for the role or user. */
export function mappedPerson({ slack: { people } }: Config, author: Principal): string | undefined {
  return (author.session ? people[`${author.arn}/${author.session}`] : undefined) ?? people[author.arn];
}

/**
 * The Slack users that a CloudTrail principal stands for. The configuration's map decides alone when it names the principal; else e-mail
 * addresses do, the source identity's as well as the session's: whoever assumes a role may choose the session's name, so one that points to
 * somebody else must not free the real author. Empty means unknown.
 */
export async function findAuthors(desk: Desk, config: Config, author: Principal | null): Promise<ReadonlySet<string>> {
  if (!author) return new Set();
  const mapped = mappedPerson(config, author);
  if (mapped) return new Set([mapped]);
  const emails = new Set([author.sourceIdentity, author.session].flatMap((text) => (text && isEmail(text) ? [text] : [])));
  const users = await Promise.all([...emails].map((email) => desk.userByEmail(email)));
  return new Set(users.flatMap((user) => (user ? [user.id] : [])));
}

const isEmail = (text: string): boolean => text.length <= 254 && /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(text);
