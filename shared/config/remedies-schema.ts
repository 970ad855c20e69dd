import * as z from 'zod/mini';
import { account, text } from './fields.ts';

/** How things are put right where a rule has to choose: what is not said here is asked of people as an instruction. */

const arn = z
  .string()
  .check(
    z.regex(
      /^arn:[\w-]+:[\w-]+:(?:[\w-]*|\{region\}):(?:\d*|\{account\}):.+$/,
      'an ARN; {account} and {region} stand for the resource’s own',
    ),
  );

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export const STORES = ['ssm', 'secrets-manager'] as const;
export type SecretStore = (typeof STORES)[number];

const store = z.enum(STORES);
const vpc = z.array(
  z.strictObject({
    account,
    region: text,
    subnets: z.array(z.string().check(z.regex(/^subnet-[0-9a-f]+$/, 'a subnet id'))).check(z.minLength(2, 'two zones at least')),
    securityGroups: z.array(z.string().check(z.regex(/^sg-[0-9a-f]+$/, 'a security group id'))).check(z.minLength(1)),
  }),
);
const authorizers = z.record(text, text);

const choices = {
  /** For functions without a limit of their own, where `require.reservedConcurrency` asks for one. */
  reservedConcurrency: z.optional(z.int().check(z.minimum(1), z.maximum(1000))),
  /** A queue or topic for events that a function could not handle. */
  failureDestination: z.optional(arn),
  logRetentionDays: z.optional(z.literal(RETENTION_DAYS)),
  /** A KMS key for log groups. */
  logKey: z.optional(arn),
  /** A log group for the access logs of APIs. */
  accessLogs: z.optional(arn),
  /** Default limits of an API's stage, in requests a second. */
  throttling: z.optional(z.strictObject({ rate: z.number().check(z.minimum(1)), burst: z.int().check(z.minimum(1)) })),
  /** The managed policy that Cinch sets as a permissions boundary as first aid for an over-broad role. */
  boundary: z.optional(arn),
  /** Paths that stay when /tmp is emptied between invocations. */
  tmpKeep: z.optional(z.array(z.string().check(z.regex(/^\/tmp\/[^:]+$/, 'a path below /tmp, without a colon')))),
};

export const remediesSchema = z.strictObject({
  /** Where a moved secret goes, unless the function's own tag `cinch:secret-store` says otherwise. */
  secretStore: z._default(store, 'ssm'),
  /** Where a function is attached whose policy asks for a VPC. */
  vpc: z._default(vpc, []),
  /** API id -> the authorizer that its open methods and routes get; others get IAM. */
  authorizers: z._default(authorizers, {}),
  ...choices,
});

/** For some accounts; without defaults, so that what is not named stays as it is. */
export const remediesOverrideSchema = z.strictObject({
  secretStore: z.optional(store),
  vpc: z.optional(vpc),
  authorizers: z.optional(authorizers),
  ...choices,
});
