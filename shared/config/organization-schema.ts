import * as z from 'zod/mini';
import { STEP_FAMILIES } from '../model/step.ts';
import { account, region, text } from './fields.ts';

const unit = z
  .string()
  .check(z.regex(/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/, 'a unit is ou-... or the root r-...'));
const percent = z.int().check(z.minimum(0), z.maximum(100));
const roleName = z.string().check(z.regex(/^[\w+=,.@-]{1,64}$/, 'a role’s name, without path'));

/** Cinch over an organization, by StackSets. `hub.organizationId` says which. */
export const organizationSchema = z.strictObject({
  /** `self-managed`: for an organization that does not trust StackSets, with `accounts` and roles in each of them. */
  mode: z._default(z.enum(['service-managed', 'self-managed']), 'service-managed'),
  /** StackSets skip it: it gets member stacks of its own. */
  managementAccount: z.optional(account),
  /** `self`: deployed in the management account. `delegated-admin`: in the hub, which the management account has registered for StackSets. */
  callAs: z._default(z.enum(['self', 'delegated-admin']), 'self'),
  /** Units, and all below them; or the root, for every account. */
  units: z._default(z.array(unit), []),
  /** What of the units is left out. */
  excludedAccounts: z._default(z.array(account), []),
  /** With self-managed StackSets: who is a member. */
  accounts: z._default(z.array(account), []),
  /** Where the members run functions. */
  regions: z.array(region).check(z.minLength(1, 'name at least one region')),
  /** Where the members' roles are made; the first of `regions` when left out. It can't be changed later without removing Cinch first. */
  homeRegion: z.optional(region),
  /** What becomes of the stacks in an account that leaves its unit. */
  onLeaving: z._default(z.enum(['remove', 'retain']), 'remove'),
  /** Kinds of changes for which no permission is given in any of these accounts. */
  withheld: z._default(z.array(z.enum(STEP_FAMILIES)), []),
  /** While `secrets.key` is customer-managed. `create`: a key in each account and region, about 1 USD a month each. `none`: secrets are not moved; withhold `secrets`. */
  parameterKey: z._default(z.enum(['create', 'none']), 'create'),
  /** In so many percent of the accounts of a region a deployment may fail before it stops there. */
  failureTolerancePercent: z._default(percent, 10),
  /** In so many percent of the accounts at once. */
  concurrentPercent: z._default(percent.check(z.minimum(1)), 100),
  /** All regions at once, after the home region. */
  parallelRegions: z._default(z.boolean(), true),
  /** With self-managed StackSets: the roles that they work with. */
  administrationRole: z._default(roleName, 'AWSCloudFormationStackSetAdministrationRole'),
  executionRole: z._default(roleName, 'AWSCloudFormationStackSetExecutionRole'),
  /**
   * Whether the hub asks Organizations who is a member, to look at everything every few hours. It must then be the management account, a
   * delegated administrator, or be allowed to by the organization's delegation policy.
   */
  listAccounts: z._default(z.boolean(), true),
  /** What some accounts are called, and their unit as `slack.approvals` and `slack.channels` name it. */
  names: z._default(z.record(account, z.strictObject({ name: z.optional(text), unit: z.optional(text) })), {}),
});

export type Organization = z.output<typeof organizationSchema>;
