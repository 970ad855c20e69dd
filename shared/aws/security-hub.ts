import { asffId, productArn } from '../exports/asff.ts';
import type { SecurityHub } from '../flows/ports.ts';
import { AccessRefused, TryAgain } from '../model/errors.ts';
import { errorCode, isCode, isDenied, isPassing } from './aws-error.ts';
import { LIGHT_RETRIES } from './hub-client.ts';
import type { CallDeps } from './query-client.ts';
import { sendRest } from './rest-client.ts';
import { withRetries } from './retry.ts';

export interface SecurityHubDeps extends CallDeps {
  /** Whose Security Hub it is, for messages and ARNs. */
  readonly account: () => Promise<string>;
}

/**
 * Security Hub without its client, which is larger than all else that the function has. Findings of the default product are the caller's own
 * account's (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html).
 */
export function makeSecurityHub(deps: SecurityHubDeps): SecurityHub {
  return {
    importFindings: async (Findings) => {
      // The same finding twice is one, so unlike other POSTs this one may be sent again.
      const answer = await call(deps, 'BatchImportFindings', (what) =>
        withRetries(deps, LIGHT_RETRIES, isPassing, () =>
          sendRest(deps, 'securityhub', 'POST', '/findings/import', what, { Findings }),
        ),
      );
      const failed = listOf(answer, 'FailedFindings').map(({ Id, ErrorCode }) => [String(Id), String(ErrorCode)] as const);
      return refusals(deps, failed);
    },
    setWorkflow: async (ids, Status) => {
      const ProductArn = productArn(await deps.account(), deps.region);
      const FindingIdentifiers = ids.map((id) => ({ Id: asffId({ id }), ProductArn }));
      const answer = await call(deps, 'BatchUpdateFindings', (what) =>
        sendRest(deps, 'securityhub', 'PATCH', '/findings/batchupdate', what, { FindingIdentifiers, Workflow: { Status } }),
      );
      const failed = listOf(answer, 'UnprocessedFindings').map(({ FindingIdentifier, ErrorCode }) => {
        const { Id } = (FindingIdentifier ?? {}) as { Id?: unknown };
        return [String(Id), String(ErrorCode)] as const;
      });
      return refusals(deps, failed);
    },
  };
}

/** Where Security Hub is off, each finding fails with this code, or the call does. */
const NOT_ENABLED = ['InvalidAccess', 'InvalidAccessException'] as const;

async function call(deps: SecurityHubDeps, operation: string, send: (what: string) => Promise<string>): Promise<unknown> {
  try {
    return JSON.parse(await send(operation));
  } catch (cause) {
    if (isCode(cause, ...NOT_ENABLED)) throw await notEnabled(deps, cause);
    if (isDenied(cause))
      throw new AccessRefused(`Security Hub refuses ${operation} in account ${await deps.account()}: ${errorCode(cause)}`, {
        cause,
      });
    if (isPassing(cause) || isCode(cause, 'LimitExceededException') || cause instanceof SyntaxError)
      throw new TryAgain(`Security Hub did not take ${operation}: ${errorCode(cause)}`, { cause });
    throw cause;
  }
}

async function notEnabled(deps: SecurityHubDeps, cause?: unknown): Promise<AccessRefused> {
  const where = `account ${await deps.account()}, ${deps.region}`;
  return new AccessRefused(`Security Hub is not enabled in ${where}: enable it, or set exports.securityHub to false`, { cause });
}

/** By the finding's own id. @throws AccessRefused when it is not the finding's fault */
async function refusals(
  deps: SecurityHubDeps,
  failed: readonly (readonly [id: string, code: string])[],
): Promise<ReadonlyMap<string, string>> {
  if (failed.some(([, code]) => NOT_ENABLED.some((known) => known === code))) throw await notEnabled(deps);
  return new Map(failed.map(([id, code]) => [id.replace(asffId({ id: '' }), ''), code]));
}

function listOf(answer: unknown, name: string): Record<string, unknown>[] {
  const list = (answer as Record<string, unknown> | null)?.[name];
  return Array.isArray(list) ? (list as Record<string, unknown>[]) : [];
}
