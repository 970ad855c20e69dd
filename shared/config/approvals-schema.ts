import * as z from 'zod/mini';
import { SEVERITIES } from '../model/rule.ts';
import { text } from './fields.ts';
import { ruleList, scope } from './scope-schema.ts';

/** Who is asked, who is told, and where. */

const group = z.string().check(z.regex(/^S[A-Z0-9]{2,}$/, 'a Slack user group id starts with S'));
export const userId = z.string().check(z.regex(/^[UW][A-Z0-9]{2,}$/, 'a Slack user id starts with U or W'));
export const channelId = z.string().check(z.regex(/^[CG][A-Z0-9]{2,}$/, 'a Slack channel id starts with C or G'));

export const approversSchema = z.strictObject({
  users: z._default(z.array(userId), []),
  group: z.optional(group),
  emails: z._default(z.array(z.email()), []),
});

/** What a line of `approvals` or `channels` applies to: everything that is named must fit; what is not named fits all. */
const asked = {
  ...scope,
  rules: z.optional(ruleList),
  severities: z.optional(z.array(z.enum(SEVERITIES)).check(z.minLength(1))),
};

/** The last line that fits decides. */
export const approvalsSchema = z.array(
  z.strictObject({
    ...asked,
    /** Kinds of steps, e.g. `give-own-role`: fits a plan with any of them. */
    steps: z.optional(z.array(text).check(z.minLength(1))),
    /** In place of `slack.approvers`. */
    approvers: z.optional(approversSchema),
    /** How many distinct people must approve. */
    needed: z.optional(z.int().check(z.minimum(1), z.maximum(10))),
  }),
);

/** The last line that fits decides; none is `slack.channel`. */
export const channelsSchema = z.array(
  z.strictObject({
    ...asked,
    /** Values of the owner tag. */
    owners: z.optional(z.array(text).check(z.minLength(1))),
    channel: channelId,
  }),
);

export const escalationSchema = z.strictObject({
  /** They may approve from then on, too. */
  approvers: approversSchema,
  /** Told in this channel's thread; the card's own when left out. */
  channel: z.optional(channelId),
  /** What part of the time to expiry has passed. */
  after: z._default(z.number().check(z.minimum(0.1), z.maximum(0.95)), 0.75),
});

export const digestSchema = z.strictObject({
  /** From so many findings of one rule and one author on. */
  from: z._default(z.int().check(z.minimum(2), z.maximum(100)), 4),
  /** Within so many seconds. */
  windowSeconds: z._default(z.int().check(z.minimum(5), z.maximum(900)), 60),
});
