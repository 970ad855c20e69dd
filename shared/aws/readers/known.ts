import { MalformedInput, TryAgain } from '../../model/errors.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { errorCode, isCode, isDenied, isThrottled } from '../aws-error.ts';

/** A service without a host in the region, or an older one there that doesn't know the call. */
const NOT_OFFERED = ['ENOTFOUND', 'InvalidAction', 'UnknownOperationException'];

/**
 * A fact that AWS won't tell is unknown, with the reason; anything else that goes wrong is thrown.
 * @throws TryAgain when AWS throttles: taken for unknown, a busy moment would end an approved plan and leave an event half judged.
 */
export async function known<T>(roleName: string, what: string, read: () => Promise<Known<T>>): Promise<Known<T>> {
  try {
    return await read();
  } catch (error) {
    if (isDenied(error)) return unknown(`${roleName} may not read ${what} (${errorCode(error)})`);
    if (isCode(error, ...NOT_OFFERED)) return unknown(`this region has no service to read ${what} from (${errorCode(error)})`);
    if (isThrottled(error)) throw new TryAgain(`AWS had no capacity to read ${what} (${errorCode(error)})`);
    // A policy that can't be parsed is not taken for a harmless one.
    if (error instanceof MalformedInput) return unknown(error.message);
    throw error;
  }
}
