import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { EVENT_EXAMPLES, eventSchemaPath } from '../../../scripts/generate/event-schemas.ts';
import type { DomainEvent } from '../../../shared/flows/domain-events.ts';
import { ROOT } from '../../house/source-files.ts';

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];
const published = (type: DomainEvent['type']) =>
  JSON.parse(readFileSync(join(ROOT, eventSchemaPath(type)), 'utf8')) as JsonSchema & { examples: unknown[] };
const validate = ({ type, detail }: { type: DomainEvent['type']; detail: object }) =>
  z.fromJSONSchema(published(type)).safeParse(detail);

/** What the flows publish is held to the same schemas by the bus of test/support/world.ts, in each of their tests. */
describe('the published schemas of domain events', () => {
  it.each(EVENT_EXAMPLES.map((event) => [event.type, event] as const))('take a %s as it is made', (_, event) => {
    expect(validate(event).error).toBeUndefined();
    expect(published(event.type).examples).toEqual([event.detail]);
  });

  it.each(EVENT_EXAMPLES.flatMap(({ type, detail }) => Object.keys(detail).map((field) => [type, field, detail] as const)))(
    'refuse a %s without %s, or of another version',
    (type, field, detail) => {
      const { [field]: _, ...rest } = detail as Record<string, unknown>;
      expect(validate({ type, detail: rest }).success).toBe(false);
      expect(validate({ type, detail: { ...detail, version: 2 } }).success).toBe(false);
    },
  );

  it('let a field be added without a new version', () => {
    for (const { type, detail } of EVENT_EXAMPLES) expect(validate({ type, detail: { ...detail, added: 1 } }).success).toBe(true);
  });

  it('are what the page shows', () => {
    const page = readFileSync(join(ROOT, 'docs/events.md'), 'utf8');
    for (const { type, detail } of EVENT_EXAMPLES)
      expect(page).toContain(JSON.stringify({ source: 'cinch', 'detail-type': type, detail }, null, 2));
  });
});
