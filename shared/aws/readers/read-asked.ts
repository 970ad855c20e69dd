import type { Resource, ResourceKind } from '../../model/resource.ts';
import type { FactName, Facts, State } from '../../model/state.ts';
import type { Known } from '../../model/unknown.ts';
import { isGone } from '../aws-error.ts';
import { known } from './known.ts';

/** How each fact of a kind is read; nothing is called before it is asked for. */
export type FactReaders<K extends ResourceKind> = { readonly [F in FactName<K>]: () => Promise<Known<Facts<K>[F]>> };

/** Reads the asked facts, all at once. Undefined when `exists` says that the resource is gone. */
export async function readAsked<K extends ResourceKind>(
  roleName: string,
  resource: Resource<K>,
  readers: FactReaders<K>,
  needs: readonly string[],
  exists: () => Promise<unknown>,
): Promise<State<K> | undefined> {
  const wanted = [...new Set(needs)].filter((name): name is FactName<K> => Object.hasOwn(readers, name));
  const facts = Promise.all(
    wanted.map(async (name) => [name, await known<unknown>(roleName, `${name} of ${resource.arn}`, readers[name])]),
  );
  // A fact's call may fail because the resource is gone: then that is the answer.
  const settled = facts.catch((error: unknown) => error);
  const isThere = await exists().then(
    () => true,
    // Whatever else it is, the facts that need the same call say so themselves.
    (error: unknown) => !isGone(error),
  );
  if (!isThere) return undefined;
  await settled;
  return Object.fromEntries(await facts) as State<K>;
}
