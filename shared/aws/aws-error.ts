import { CinchError } from '../model/errors.ts';

/** An answer of AWS that is no success, or a connection that failed. `message` never quotes what was sent. */
export class AwsError extends CinchError {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The item that a failed DynamoDB condition returned. */
  readonly item: unknown;
  constructor(call: string, code: string, status: number, detail?: string, item?: unknown) {
    super(code, `${call}: ${code}${detail ? `: ${detail}` : ''}`);
    this.name = code;
    this.status = status;
    this.item = item;
  }
}

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'KMSAccessDeniedException',
  'KmsAccessDenied',
]);
const THROTTLED = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ProvisionedThroughputExceededException',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'TransactionInProgressException',
]);
const GONE = new Set([
  'ResourceNotFoundException',
  'NoSuchEntity',
  'NoSuchEntityException',
  'ParameterNotFound',
  'InvalidResourceId',
  'NotFoundException',
  'AWS.SimpleQueueService.NonExistentQueue',
  'QueueDoesNotExist',
]);
const NETWORK = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'TimeoutError',
]);

/** AWS's name for an error, from the SDK's or the light client's. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof AwsError) return error.code;
  return typeof code === 'string' && NETWORK.has(code) ? code : error.name;
}

function statusOf(error: unknown): number {
  if (error instanceof AwsError) return error.status;
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata;
  return metadata?.httpStatusCode ?? 0;
}

export const isDenied = (error: unknown): boolean => DENIED.has(errorCode(error));
export const isThrottled = (error: unknown): boolean => THROTTLED.has(errorCode(error));
export const isGone = (error: unknown): boolean => GONE.has(errorCode(error));
export const isCode = (error: unknown, ...codes: string[]): boolean => codes.includes(errorCode(error));
/** Throttling, AWS's own trouble or the network's: the same call may work a moment later. */
export const isPassing = (error: unknown): boolean =>
  isThrottled(error) || statusOf(error) >= 500 || NETWORK.has(errorCode(error));
