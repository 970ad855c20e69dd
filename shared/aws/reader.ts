import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import type { LedgerFacts, Reader } from '../flows/ports.ts';
import { AccessRefused } from '../model/errors.ts';
import { functionResource, IAM_REGION, type Resource, type ResourceKind } from '../model/resource.ts';
import type { State } from '../model/state.ts';
import { isDenied, isGone } from './aws-error.ts';
import type { MemberAccess } from './member.ts';
import { readFunction } from './readers/function.ts';
import type { ReaderDeps } from './readers/function-reads.ts';
import { readTraffic } from './readers/metrics.ts';
import { readRole, readRolesOfPolicy } from './readers/role.ts';

/**
 * Reads the member accounts as cinch-read. A fact that is denied is unknown; an account that refuses the role is AccessRefused; throttled
 * facts are TryAgain; what else is passing is thrown as AWS named it.
 */
export function makeReader(given: Omit<ReaderDeps, 'seenRoles'>): Reader {
  const deps: ReaderDeps = { ...given, seenRoles: new Map() };
  const documents = new Map<string, string>();
  return {
    readState: async <K extends ResourceKind>(resource: Resource<K>, needs: readonly string[], known: LedgerFacts) => {
      const state = isFunction(resource)
        ? await readFunction(deps, resource, needs, known)
        : await readRole({ ...deps, documents }, { ...resource, kind: 'role' }, needs, known);
      return state as State<K> | undefined;
    },
    readRolesOfPolicy: (account, policyArn) =>
      guarded(account, 'the roles of a policy', [], () =>
        readRolesOfPolicy(deps.members.clients(account, IAM_REGION, 'read'), policyArn),
      ),
    listFunctions: (account, region) => listFunctions(deps.members, account, region),
    readTraffic: (resource, since) =>
      guarded(resource.account, 'metrics', { invocations: 0, errors: 0 }, () =>
        readTraffic(deps.members.clients(resource.account, resource.region, 'read'), resource, since, deps.clock.now()),
      ),
  };
}

const isFunction = (resource: Resource): resource is Resource<'function'> => resource.kind === 'function';

async function guarded<T, G = T>(account: string, what: string, gone: G, read: () => Promise<T>): Promise<T | G> {
  try {
    return await read();
  } catch (error) {
    if (isGone(error)) return gone;
    if (isDenied(error)) throw new AccessRefused(`cinch-read of account ${account} may not read ${what}`);
    throw error;
  }
}

async function* listFunctions(
  members: MemberAccess,
  account: string,
  region: string,
): AsyncGenerator<{ resource: Resource<'function'>; roleArn: string }> {
  const { lambda } = members.clients(account, region, 'read');
  let marker: string | undefined;
  do {
    const page = await guarded(account, `the functions in ${region}`, undefined, () =>
      lambda.send(new ListFunctionsCommand({ Marker: marker })),
    );
    for (const { FunctionName: name, Role: roleArn } of page?.Functions ?? [])
      if (name && roleArn) yield { resource: functionResource(account, region, name), roleArn };
    marker = page?.NextMarker || undefined;
  } while (marker);
}
