import * as z from 'zod/mini';
import { RESOURCE_KINDS } from '../../shared/model/resource.ts';
import { SEVERITIES } from '../../shared/model/rule.ts';

/** `cinch rules --format json`. */
export const rulesDocument = z.strictObject({
  rules: z.array(
    z.strictObject({
      id: z.string(),
      /** What a resource that passes does. */
      title: z.string(),
      severity: z.enum(SEVERITIES),
      resource: z.enum(RESOURCE_KINDS),
      /** The items of published lists that it meets. */
      checklist: z.array(z.strictObject({ id: z.string(), list: z.string(), title: z.string() })),
      /** The facts it reads. */
      needs: z.array(z.string()),
      remedy: z.strictObject({
        /** `safe` runs by itself where the mode is `fix`, `approval` waits for a click, `by-hand` is for people. */
        risk: z.enum(['safe', 'approval', 'by-hand']),
        steps: z.array(z.string()),
      }),
      examples: z.strictObject({
        passes: z.array(z.string()),
        violates: z.array(z.strictObject({ name: z.string(), message: z.string() })),
      }),
    }),
  ),
});

export type RulesDocument = z.output<typeof rulesDocument>;
export type RuleEntry = RulesDocument['rules'][number];
