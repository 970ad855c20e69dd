import * as z from 'zod/mini';
import { SEVERITIES } from '../model/rule.ts';
import { CUSTOMER_MANAGED, KEY_CHOICE } from '../model/secret-key.ts';
import {
  approvalsSchema,
  approversSchema,
  channelId,
  channelsSchema,
  digestSchema,
  escalationSchema,
  userId,
} from './approvals-schema.ts';
import { account, region, text } from './fields.ts';
import { organizationSchema } from './organization-schema.ts';
import { exemptionsSchema, modeSchema, modesByRule, overridesSchema, secondsSchema } from './overrides-schema.ts';
import { remediesSchema } from './remedies-schema.ts';
import { reportSchema } from './report-schema.ts';

/** The one schema of `cinch.yaml`: it validates at synth, in `cinch validate` and at run time, and makes the JSON schema for editors. */

export { MODES, type Mode } from './overrides-schema.ts';

const timeout = z.strictObject({
  ceilingSeconds: z._default(secondsSchema, 900),
  floorSeconds: z._default(secondsSchema, 3),
  headroom: z._default(z.number().check(z.minimum(1), z.maximum(10)), 1.5),
});

const days = z.int().check(z.minimum(1), z.maximum(400));

export const configSchema = z.strictObject({
  version: z.literal(1),
  hub: z.strictObject({
    account,
    region,
    /** Admits every account of the organization to the hub bus; without it only `members` are. */
    organizationId: z.optional(
      z.string().check(z.regex(/^o-[a-z0-9]{10,32}$/, 'an organization id is o- and 10 to 32 letters or digits')),
    ),
    /** Shared with the member stack's parameter; keeps a stranger's role from being used as a confused deputy. */
    externalId: z.string().check(z.regex(/^[\w+=,.@:/-]{16,128}$/, '16 to 128 characters as sts:ExternalId allows')),
  }),
  /** Accounts one by one, each with stacks of its own; with `organization`, those besides it. */
  members: z._default(
    z.array(
      z.strictObject({
        account,
        name: z.optional(text),
        /** The organizational unit, for `slack.approvals` and `slack.channels`. */
        unit: z.optional(text),
        regions: z.array(region).check(z.minLength(1, 'name at least one region')),
      }),
    ),
    [],
  ),
  organization: z.optional(organizationSchema),
  slack: z.strictObject({
    channel: channelId,
    team: z.string().check(z.regex(/^[TE][A-Z0-9]{2,}$/, 'a Slack workspace id starts with T or E')),
    /** Who decides, where no line of `approvals` says otherwise. */
    approvers: approversSchema,
    /** Other approvers, or more of them, for some accounts, units, severities or kinds of steps. */
    approvals: z._default(approvalsSchema, []),
    /** Other channels for some accounts, units, severities or owners. */
    channels: z._default(channelsSchema, []),
    /** Mentioned when something is asked. To be told is not to be allowed to decide. */
    mention: z._default(z.array(z.string().check(z.regex(/^[UWS][A-Z0-9]{2,}$/, 'a Slack user or user group id'))), []),
    /** One reminder in the thread, when this part of the time to expiry has passed. */
    remindAfter: z._default(z.number().check(z.minimum(0.1), z.maximum(0.95)), 0.5),
    escalation: z.optional(escalationSchema),
    /** Whether authors may approve their own change in an emergency: with a reason, confirmed twice, and everybody is told. */
    breakGlass: z._default(z.boolean(), false),
    digest: z.prefault(digestSchema, {}),
    /** CloudTrail principal (role or user ARN, or `<role ARN>/<session>`) -> Slack user id. Checked before the session's e-mail address. */
    people: z._default(z.record(z.string(), userId), {}),
    approvalHours: z._default(z.number().check(z.minimum(0.01), z.maximum(24 * 30)), 24),
    /** People are asked about findings of this severity on, and about every rule that is named in `rules`; the others are reported. */
    asksFrom: z._default(z.enum(SEVERITIES), 'medium'),
    /** A finding that is only reported gets a card from this severity on. Every finding is in the ledger and on the bus. */
    reportsFrom: z._default(z.enum(SEVERITIES), 'high'),
  }),
  /** A weekly message in Slack, and where the page of `cinch report` is kept. */
  report: z.optional(reportSchema),
  /** The mode of every rule that is not named; the default installation only reports and asks. */
  mode: z._default(modeSchema, 'ask'),
  rules: z._default(modesByRule, {}),
  timeout: z.prefault(timeout, {}),
  allowedAccounts: z._default(z.array(account), []),
  secrets: z.prefault(
    z.strictObject({
      maxVariables: z._default(z.int().check(z.minimum(1), z.maximum(50)), 10),
      /** What moved secrets are encrypted under. */
      key: z._default(
        z.string().check(z.regex(KEY_CHOICE, 'customer-managed, aws-managed, or the ARN of a multi-Region key (…:key/mrk-…)')),
        CUSTOMER_MANAGED,
      ),
      /** How long a new inline policy may take to reach every IAM endpoint. */
      iamPropagationSeconds: z._default(z.number().check(z.minimum(0), z.maximum(60)), 10),
      /** After a move, how long sweep looks whether the function still answers. */
      watchMinutes: z._default(z.number().check(z.minimum(0), z.maximum(1440)), 30),
    }),
    {},
  ),
  /** What every function must have; what is not required is no finding. */
  require: z.prefault(
    z.strictObject({
      vpc: z._default(z.boolean(), true),
      tracing: z._default(z.boolean(), true),
      reservedConcurrency: z._default(z.boolean(), false),
      codeSigning: z._default(z.boolean(), false),
      logKey: z._default(z.boolean(), false),
      webAcl: z._default(z.boolean(), true),
      /** /tmp emptied between invocations, whatever its size. */
      tmpCleaner: z._default(z.boolean(), false),
    }),
    {},
  ),
  /** Accounts of vendors whose layers may be used. */
  layerAccounts: z._default(z.array(account), []),
  /** A function without any of these tags has no owner. */
  ownerTags: z._default(z.array(text).check(z.minLength(1, 'name at least one tag')), ['owner', 'team']),
  days: z.prefault(
    z.strictObject({
      unusedFunction: z._default(days, 90),
      unusedService: z._default(days, 90),
      dormantUser: z._default(days, 90),
      /** How early the end of a runtime is told. */
      runtimeNotice: z._default(days, 180),
    }),
    {},
  ),
  /** How things are put right where a choice is needed. */
  remedies: z.prefault(remediesSchema, {}),
  /** What keeps Cinch from doing too much. */
  guard: z.prefault(
    z.strictObject({
      /** The global stop switch: nothing is written in any account but what a person undoes. */
      stopped: z._default(z.boolean(), false),
      /** More fixes in one account than this within `minutes`, and Cinch asks there instead, until a person resets it. */
      maxFixes: z._default(z.int().check(z.minimum(1), z.maximum(10_000)), 25),
      minutes: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 60),
    }),
    {},
  ),
  /** Who is told when Cinch itself fails. */
  alarms: z.prefault(
    z.strictObject({
      /** AWS asks each to confirm, once. Others may subscribe to the hub's topic by themselves. */
      emails: z._default(z.array(z.email()), []),
    }),
    {},
  ),
  /** Where else findings are told. */
  exports: z.prefault(
    z.strictObject({
      /** Security Hub of the hub's account and region, where it must be enabled. Switched on, a function more is deployed. */
      securityHub: z._default(z.boolean(), false),
      /** Where your people read docs/rules.md: each finding then names its rule's part of it. */
      rulesUrl: z.optional(z.url({ protocol: /^https$/, error: 'an https URL' })),
    }),
    {},
  ),
  /** The look at everything, which finds what no event told of. */
  sweep: z.prefault(
    z.strictObject({
      hours: z._default(z.int().check(z.minimum(1), z.maximum(24)), 6),
      /**
       * How many calls a second it makes to Lambda in one account and region, and to IAM in one account. Lambda takes 15 of everybody together
       * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), deployments among them.
       */
      callsPerSecond: z._default(z.number().check(z.minimum(2), z.maximum(1000)), 8),
      /** Whether old versions of Cinch's own layers are deleted when nobody has used them for thirty days; otherwise they are only named in the log. */
      cleanLayers: z._default(z.boolean(), false),
    }),
    {},
  ),
  /** Settings for some accounts, units, tags or rules: the last line that fits and says something wins. */
  overrides: z._default(overridesSchema, []),
  exemptions: z._default(exemptionsSchema, []),
});

export type Config = z.output<typeof configSchema>;
