import * as z from 'zod/mini';
import { KEYS, STORES } from './model.ts';
import { PRICE_REGIONS } from './prices.ts';

/** `cinch cost --format json`. US dollars a month. */
export const costDocument = z.strictObject({
  input: z.strictObject({
    accounts: z.number(),
    regions: z.number(),
    functions: z.number(),
    changesPerDay: z.number(),
    relevantShare: z.number(),
    findingShare: z.number(),
    fixShare: z.number(),
    key: z.enum(KEYS),
    sweepHours: z.number(),
    retentionDays: z.number(),
    secretsStore: z.enum(STORES),
    region: z.enum(PRICE_REGIONS),
  }),
  usd: z.number(),
  lines: z.array(
    z.strictObject({
      what: z.string(),
      /** Of `prices`. */
      price: z.string(),
      /** Their product is the quantity. */
      factors: z.array(z.strictObject({ name: z.string(), value: z.number() })),
      quantity: z.number(),
      usd: z.number(),
    }),
  ),
  /** Those that are used. */
  prices: z.array(
    z.strictObject({
      id: z.string(),
      what: z.string(),
      usd: z.number(),
      per: z.number(),
      unit: z.string(),
      source: z.string(),
      date: z.string(),
      dateIs: z.enum(['published', 'read']),
      /** Whether the source states it for this region. */
      isSeen: z.boolean(),
    }),
  ),
});

export type CostDocument = z.output<typeof costDocument>;
