import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSignature, sign, signatureFailureLine } from '../../../shared/slack/signature.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const NOW = new Date('2026-11-22T12:00:00.900Z');
const SECONDS = Math.floor(NOW.getTime() / 1000);
const BODY = Buffer.from('payload=%7B%22type%22%3A%22block_actions%22%7D');

const signed = (changes: { body?: Buffer; timestamp?: string | undefined; signature?: string | undefined } = {}) => {
  const timestamp = 'timestamp' in changes ? changes.timestamp : String(SECONDS);
  const body = changes.body ?? BODY;
  const signature = 'signature' in changes ? changes.signature : sign(body, timestamp ?? '', SECRET);
  return { body, timestamp, signature };
};

describe('checkSignature', () => {
  it('accepts the example of Slack’s documentation', () => {
    // https://docs.slack.dev/authentication/verifying-requests-from-slack
    const body = Buffer.from(
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    );
    const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
    const now = new Date(1531420618_000);
    expect(checkSignature({ body, timestamp: '1531420618', signature }, SECRET, now)).toBeUndefined();
  });

  it.each([
    ['no signature', signed({ signature: undefined }), 'no-signature'],
    ['an empty signature', signed({ signature: '' }), 'no-signature'],
    ['no timestamp', signed({ timestamp: undefined }), 'no-timestamp'],
    ['a timestamp that is no number', signed({ timestamp: 'NaN' }), 'malformed-timestamp'],
    ['a timestamp with a sign', signed({ timestamp: `-${SECONDS}` }), 'malformed-timestamp'],
    ['a timestamp with a fraction', signed({ timestamp: `${SECONDS}.5` }), 'malformed-timestamp'],
    ['a timestamp with a line break', signed({ timestamp: `${SECONDS}\n` }), 'malformed-timestamp'],
    ['a hexadecimal timestamp', signed({ timestamp: '0x1' }), 'malformed-timestamp'],
    ['a wrong signature', signed({ signature: `v0=${'0'.repeat(64)}` }), 'mismatch'],
    ['a short signature', signed({ signature: `v0=${'0'.repeat(63)}` }), 'malformed-signature'],
    ['a long signature', signed({ signature: `v0=${'0'.repeat(65)}` }), 'malformed-signature'],
    ['a signature in capitals', signed({ signature: `v0=${'A'.repeat(64)}` }), 'malformed-signature'],
    ['another version', signed({ signature: `v1=${'0'.repeat(64)}` }), 'malformed-signature'],
    ['no prefix', signed({ signature: '0'.repeat(64) }), 'malformed-signature'],
    ['a good signature, 301 s old', signed({ timestamp: String(SECONDS - 301) }), 'stale'],
    ['a good signature, 301 s ahead', signed({ timestamp: String(SECONDS + 301) }), 'future'],
  ])('refuses %s', (_, request, problem) => {
    expect(checkSignature(request, SECRET, NOW)).toBe(problem);
  });

  it('accepts both ends of the five minutes', () => {
    for (const seconds of [SECONDS - 300, SECONDS, SECONDS + 300])
      expect(checkSignature(signed({ timestamp: String(seconds) }), SECRET, NOW)).toBeUndefined();
  });

  it('refuses everything under an empty secret, also what is signed with it', () => {
    const timestamp = String(SECONDS);
    expect(checkSignature({ body: BODY, timestamp, signature: sign(BODY, timestamp, '') }, '', NOW)).toBe('no-secret');
  });

  it('is over the bytes: any flipped bit anywhere is a mismatch', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.integer({ min: 0, max: 7 }), (bytes, at, bit) => {
        const request = signed({ body: Buffer.from(bytes) });
        expect(checkSignature(request, SECRET, NOW)).toBeUndefined();
        const changed = Uint8Array.from(bytes);
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ (1 << bit);
        expect(checkSignature({ ...request, body: changed }, SECRET, NOW)).toBe('mismatch');
      }),
    );
  });

  it('is bound to the timestamp', () => {
    const request = { ...signed(), timestamp: String(SECONDS - 1) };
    expect(checkSignature(request, SECRET, NOW)).toBe('mismatch');
  });
});

it('counts a failure in one line that names the reason and nothing of the request', () => {
  const line = signatureFailureLine('stale', NOW);
  expect(line).not.toContain('\n');
  const parsed = JSON.parse(line);
  expect(parsed._aws.CloudWatchMetrics[0].Namespace).toBe('Cinch');
  expect(parsed._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'SignatureFailures', Unit: 'Count' }]);
  expect(parsed).toMatchObject({ SignatureFailures: 1, problem: 'stale' });
});
