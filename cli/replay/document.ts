import * as z from 'zod/mini';
import { RESOURCE_KINDS } from '../../shared/model/resource.ts';
import { SEVERITIES } from '../../shared/model/rule.ts';

/** `cinch replay --format json`. */
export const replayDocument = z.strictObject({
  events: z.array(
    z.strictObject({
      file: z.string(),
      /** `relevant` is a watched change that Cinch would evaluate, also when nothing is wrong with it. */
      outcome: z.enum(['relevant', 'ignored', 'malformed']),
      reason: z.string(),
      /** Null unless relevant. */
      change: z.nullable(
        z.strictObject({
          /** Canonical event name, without its API date. */
          name: z.string(),
          kind: z.enum([...RESOURCE_KINDS, 'policy']),
          /** ARN of what was changed; null when the record does not tell. */
          resource: z.nullable(z.string()),
          /** Everything that Cinch would look at, by ARN. */
          resources: z.array(z.string()),
          account: z.string(),
          region: z.string(),
          /** ARN, or `unknown`. */
          principal: z.string(),
        }),
      ),
      /** What the event alone, and the given state, prove. */
      findings: z.array(
        z.strictObject({
          /** A rule's id, or what is wrong with a document in the call (`admin`, `trust:public`, `resource-policy:public`). */
          id: z.string(),
          rule: z.nullable(z.string()),
          severity: z.enum(SEVERITIES),
          resource: z.nullable(z.string()),
          message: z.string(),
          evidence: z.array(z.strictObject({ path: z.string(), found: z.string(), expected: z.optional(z.string()) })),
        }),
      ),
      /** Facts that the call can have changed and only the live state tells. */
      lookup: z.array(z.string()),
      /** Ids of the rules that need more than is known. */
      unknown: z.array(z.string()),
    }),
  ),
});

export type ReplayDocument = z.output<typeof replayDocument>;
export type ReplayedEvent = ReplayDocument['events'][number];
