import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../../shared/events/parse.ts';
import { WATCHED } from '../../../shared/events/watched.ts';
import type { Change } from '../../../shared/model/change.ts';
import { MalformedInput } from '../../../shared/model/errors.ts';

interface Fixture {
  readonly why: string;
  readonly event: { detail: { eventID: string } };
  readonly expect:
    | ({ kind: 'change'; name: string; resources: string[] } & Partial<Pick<Change, 'principal' | 'tool' | 'policyArn'>>)
    | { kind: 'ignored'; reason: string }
    | { kind: 'malformed'; where: string };
}

const folder = new URL('./fixtures/', import.meta.url);
const fixtures = readdirSync(folder).map((file) => ({
  file,
  fixture: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture,
}));

describe('parseEvent', () => {
  it.each(fixtures.map(({ file, fixture }) => [file, fixture.why, fixture] as const))('%s: %s', (_file, _why, fixture) => {
    const expected = fixture.expect;
    if (expected.kind === 'malformed') {
      expect(() => parseEvent(fixture.event)).toThrow(MalformedInput);
      expect(() => parseEvent(fixture.event)).toThrow(expected.where);
      return;
    }
    const parsed = parseEvent(fixture.event);
    if (expected.kind === 'ignored') {
      expect(parsed).toEqual({ kind: 'ignored', reason: expect.stringContaining(expected.reason) });
      return;
    }
    const { kind, resources, ...rest } = expected;
    expect(parsed).toMatchObject({ kind, change: { ...rest, account: '222222222222', time: '2026-02-03T10:11:12.000Z' } });
    const change = parsed.kind === 'change' ? parsed.change : undefined;
    expect(change?.resources.map((resource) => resource.arn)).toEqual(resources);
    expect(change?.id).toBe(fixture.event.detail.eventID);
    for (const resource of change?.resources ?? []) expect(resource.name).toBe(resource.arn.split(/[:/]/).at(-1));
  });

  it('keeps a role in the partition of its event', () => {
    const event = envelope({ eventName: 'TagRole', eventSource: 'iam.amazonaws.com', requestParameters: { roleName: 'r' } });
    const parsed = parseEvent({ ...event, source: 'aws.iam', region: 'us-gov-west-1' });
    expect(parsed).toMatchObject({ change: { resources: [{ arn: 'arn:aws-us-gov:iam::222222222222:role/r' }] } });
  });

  it('throws nothing but MalformedInput, whatever comes', () => {
    fc.assert(fc.property(fc.oneof(fc.anything(), anyEnvelope()), onlyMalformed), { numRuns: 2000 });
  });

  it('never answers with an account or region other than the envelope’s', () => {
    const namedElsewhere = fc.constantFrom(
      'arn:aws:lambda:eu-central-1:333333333333:function:f',
      '333333333333:function:f',
      'us-west-2:222222222222:function:f',
      'f',
      'f:live',
    );
    fc.assert(
      fc.property(namedElsewhere, (functionName) => {
        const parsed = tryParse(envelope({ eventName: 'UpdateFunctionCode20150331v2', requestParameters: { functionName } }));
        if (parsed?.kind !== 'change') return;
        for (const resource of parsed.change.resources) {
          expect([resource.account, resource.region]).toEqual(['222222222222', 'eu-central-1']);
        }
      }),
    );
  });

  it('is quick on a hostile text', () => {
    const body = 'arn:aws:lambda:'.repeat(20_000);
    const event = {
      ...envelope({
        eventName: 'PutRestApi',
        eventSource: 'apigateway.amazonaws.com',
        requestParameters: { restApiId: 'a1b2c3', body },
      }),
    };
    const started = performance.now();
    expect(parseEvent({ ...event, source: 'aws.apigateway' })).toMatchObject({ change: { resources: [{ kind: 'api' }] } });
    // Linear is milliseconds; quadratic would be minutes.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

function envelope(detail: object) {
  return {
    id: '1',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.lambda',
    account: '222222222222',
    region: 'eu-central-1',
    time: '2026-02-03T10:11:12Z',
    detail: { eventSource: 'lambda.amazonaws.com', ...detail },
  };
}

/** Envelopes that get past the first checks, with anything at all in their parts. */
function anyEnvelope() {
  const names = WATCHED.flatMap((watched) =>
    Object.keys(watched.names).map((eventName) => ({ eventName, eventSource: watched.eventSource, source: watched.source })),
  );
  const keys = fc.constantFrom(
    'functionName',
    'resource',
    'roleName',
    'policyArn',
    'path',
    'role',
    'functionArn',
    'restApiId',
    'resourceArn',
    'x',
  );
  const half = fc.oneof(fc.dictionary(keys, fc.oneof(fc.string(), fc.anything())), fc.anything());
  return fc
    .record({ call: fc.constantFrom(...names), requestParameters: half, responseElements: half, userIdentity: half })
    .map(({ call: { source, ...call }, ...rest }) => ({ ...envelope({ ...call, ...rest }), source }));
}

function onlyMalformed(event: unknown): void {
  tryParse(event);
}

function tryParse(event: unknown) {
  try {
    return parseEvent(event);
  } catch (error) {
    if (!(error instanceof MalformedInput)) throw error;
    return undefined;
  }
}
