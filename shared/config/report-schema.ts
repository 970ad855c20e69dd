import * as z from 'zod/mini';
import { channelId } from './approvals-schema.ts';

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** Once a week one message on where everything stands. Left out, there is none. */
export const reportSchema = z.strictObject({
  /** `slack.channel` when left out. */
  channel: z.optional(channelId),
  weekday: z._default(z.enum(WEEKDAYS), 'monday'),
  /** UTC. */
  hour: z._default(z.int().check(z.minimum(0), z.maximum(23)), 8),
  /** Where the page that `cinch report` writes is kept; the message links to it. Without it the message has figures only. */
  url: z.optional(z.url({ protocol: /^https$/, error: 'an address that begins with https://' }).check(z.maxLength(1000))),
});

export type ReportConfig = z.output<typeof reportSchema>;
