import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_PROBLEMS = [
  'no-secret',
  'no-timestamp',
  'malformed-timestamp',
  'no-signature',
  'malformed-signature',
  'stale',
  'future',
  'mismatch',
] as const;
export type SignatureProblem = (typeof SIGNATURE_PROBLEMS)[number];

export interface SignedRequest {
  /** The body's bytes as they came. Decoding and encoding again would change some of them. */
  readonly body: Uint8Array;
  /** `X-Slack-Request-Timestamp` */
  readonly timestamp: string | undefined;
  /** `X-Slack-Signature` */
  readonly signature: string | undefined;
}

/** Slack asks for five minutes; a clock that is wrong the other way is no better excuse. */
const WINDOW_SECONDS = 300;

/**
 * Answers what is wrong with a request's signature, or undefined when Slack made it. Pure, and to be called before anything is parsed.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function checkSignature(request: SignedRequest, signingSecret: string, now: Date): SignatureProblem | undefined {
  const { timestamp, signature } = request;
  // Anybody can compute an HMAC under an empty key.
  if (signingSecret === '') return 'no-secret';
  if (timestamp === undefined || timestamp === '') return 'no-timestamp';
  if (!/^\d{1,12}$/.test(timestamp)) return 'malformed-timestamp';
  if (signature === undefined || signature === '') return 'no-signature';
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return 'malformed-signature';
  const age = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (age > WINDOW_SECONDS) return 'stale';
  if (age < -WINDOW_SECONDS) return 'future';
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(request.body).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice(3), 'hex')) ? undefined : 'mismatch';
}

/** What Slack would send; for `doctor` and for tests. */
export function sign(body: Uint8Array, timestamp: string, signingSecret: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** One line in CloudWatch's embedded metric format: the count that an alarm watches, and the reason to read in the log. */
export function signatureFailureLine(problem: SignatureProblem, now: Date): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [{ Namespace: 'Cinch', Dimensions: [[]], Metrics: [{ Name: 'SignatureFailures', Unit: 'Count' }] }],
    },
    SignatureFailures: 1,
    message: 'a request was not signed by Slack',
    problem,
  });
}
