import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CLICK_ACTIONS,
  idsOf,
  parseChangeMessage,
  parseExportMessage,
  parseNoticeMessage,
  parsePlaceMessage,
  parseWorkMessage,
} from '../../../shared/flows/messages.ts';
import { ROOT } from '../../house/source-files.ts';

/**
 * What earlier versions have put on the queues, as they wrote it: an upgrade finds such messages waiting. Lines are added here when a message
 * changes its shape; none is ever taken away or changed.
 */
type Queue = 'changes' | 'looks' | 'places' | 'work' | 'notices' | 'clicks' | 'exports';
const BEFORE = readFileSync(join(ROOT, 'test/shared/flows/messages-before.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { version: string; queue: Queue; body: Record<string, unknown> });

const PARSERS: Readonly<Record<Queue, (body: string) => object>> = {
  changes: parseChangeMessage,
  looks: parseChangeMessage,
  places: parsePlaceMessage,
  work: parseWorkMessage,
  notices: parseNoticeMessage,
  clicks: parseNoticeMessage,
  exports: parseExportMessage,
};

describe('messages of the versions before', () => {
  it.each(BEFORE.map((one) => [one.version, one.queue, String(one.body.kind ?? one.body['detail-type']), one.body] as const))(
    '%s, %s, %s: are read, and say what they said',
    (_version, queue, kind, body) => {
      const parsed = PARSERS[queue](JSON.stringify(body)) as Record<string, unknown>;
      if (kind === 'FindingChanged') expect(parsed).toEqual({ kind: 'finding', findingId: 'f1' });
      else if (queue === 'changes' && kind !== 'look') expect(parsed).toEqual({ kind: 'event', event: body });
      // Their clicks did not say which they were.
      else expect(parsed).toEqual(kind === 'click' ? { id: '', ...body } : body);
    },
  );

  it('are of every kind and every button', () => {
    const kinds = new Set(BEFORE.map(({ body }) => body.kind ?? body['detail-type']));
    expect([...kinds].sort()).toEqual(
      [
        'AWS API Call via CloudTrail',
        'FindingChanged',
        ...['apply', 'card', 'clean-layer', 'click', 'command', 'config', 'decision', 'digest', 'look', 'place', 'refresh'],
        ...['self-check', 'view', 'weekly'],
      ].sort(),
    );
    const clicked = BEFORE.flatMap(({ body }) => (body.kind === 'click' ? [body.action] : []));
    expect(new Set(clicked)).toEqual(new Set(CLICK_ACTIONS));
  });

  it('of the next version, with fields that this one does not know, are read too', () => {
    for (const { queue, body } of BEFORE) {
      if (queue === 'changes' && body.kind !== 'look') continue;
      const parse = PARSERS[queue];
      expect(parse(JSON.stringify({ ...body, ofTheNextVersion: { a: 1 } }))).toEqual(parse(JSON.stringify(body)));
    }
  });
});

describe('what leads back to the event', () => {
  it('is carried from message to message, and left out when it is no id', () => {
    expect(parseWorkMessage('{"kind":"apply","planId":"p","cause":"e-1"}')).toEqual({ kind: 'apply', planId: 'p', cause: 'e-1' });
    expect(parseNoticeMessage('{"kind":"card","findingId":"f","cause":"e-1"}')).toMatchObject({ cause: 'e-1' });
    for (const cause of ['two words', '', 7, 'x'.repeat(201)])
      expect(parseWorkMessage(JSON.stringify({ kind: 'apply', planId: 'p', cause }))).toEqual({ kind: 'apply', planId: 'p' });
  });

  it('is told of a message that failed, and nothing else that is in it', () => {
    expect(idsOf('{"kind":"apply","planId":"p","cause":"e-1","secret":"s3cr3t"}')).toEqual({ cause: 'e-1', plan: 'p' });
    expect(idsOf('{"detail-type":"AWS API Call via CloudTrail","detail":{"eventID":"e-2"}}')).toEqual({ cause: 'e-2' });
    expect(idsOf('{"kind":"card","findingId":"a password\\nhere"}')).toEqual({});
    expect(idsOf('not JSON')).toEqual({});
    expect(idsOf('[]')).toEqual({});
  });
});
