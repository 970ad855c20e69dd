import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import type { LedgerFacts, Page, Reader } from '../flows/ports.ts';
import { AccessRefused } from '../model/errors.ts';
import { functionResource, IAM_REGION, type Resource, type ResourceKind } from '../model/resource.ts';
import type { State } from '../model/state.ts';
import { isCode, isDenied, isGone } from './aws-error.ts';
import { keepFor, readAnew } from './keep.ts';
import type { MemberAccess } from './member.ts';
import { listApis, readApi } from './readers/api.ts';
import { readFunction } from './readers/function.ts';
import type { ReaderDeps } from './readers/function-reads.ts';
import { readTraffic } from './readers/metrics.ts';
import { readLayerUsePage, readOwnLayers } from './readers/own-layers.ts';
import { readRole, readRolesOfPolicy } from './readers/role.ts';
import { keptCode } from './readers/role-code.ts';
import { KEEP_SEEN_MS } from './readers/role-users.ts';
import { listUsers, readUser, readUserPage } from './readers/user.ts';
import type { Retrying } from './retry.ts';

/**
 * Reads the member accounts as cinch-read. A fact that is denied is unknown; an account that refuses the role is AccessRefused; throttled
 * facts are TryAgain; what else is passing is thrown as AWS named it. `keepMs`: how long what resources share is not read again.
 */
export function makeReader(given: Retrying & { readonly members: MemberAccess; readonly keepMs?: number }): Reader {
  const { keepMs } = given;
  const kept = { seenRoles: new Map(), documents: new Map(), serviceAccess: new Map(), domains: new Map(), code: keptCode() };
  const keep = keepMs === undefined ? readAnew : keepFor(given.clock, keepMs);
  const deps: ReaderDeps = { ...given, ...kept, keep, keepSeenMs: keepMs ?? KEEP_SEEN_MS };
  const clients = (account: string, region: string) => deps.members.clients(account, region, 'read');
  return {
    readState: async <K extends ResourceKind>(resource: Resource<K>, needs: readonly string[], known: LedgerFacts) =>
      (await readByKind(deps, resource, needs, known)) as State<K> | undefined,
    readRolesOfPolicy: (account, policyArn) =>
      guarded(account, 'the roles of a policy', [], () => readRolesOfPolicy(clients(account, IAM_REGION), policyArn)),
    listFunctions: (account, region) => listFunctions(deps.members, account, region),
    readFunctionPage: (account, region, start) =>
      orFromStart(start, async (from) => {
        const { items, next } = await readFunctionPage(deps.members, account, region, from);
        return { items: items.map(({ resource }) => resource), next };
      }),
    readUserPage: (account, start) =>
      orFromStart(start, (from) =>
        guarded(account, 'the users', NO_PAGE, () => readUserPage(clients(account, IAM_REGION), from)),
      ),
    readOwnLayers: (account, region) =>
      guarded(account, `Cinch's layers in ${region}`, [], () => readOwnLayers(clients(account, region))),
    readLayerUsePage: (account, region, start) =>
      orFromStart(start, (from) =>
        guarded(account, `the layers of functions in ${region}`, NO_PAGE, () => readLayerUsePage(clients(account, region), from)),
      ),
    listApis: (account, region) => guardedList(account, `the APIs in ${region}`, listApis(deps, account, region)),
    listUsers: (account) => guardedList(account, 'the users', listUsers(clients(account, IAM_REGION))),
    readTraffic: (resource, since, until) =>
      guarded(resource.account, 'metrics', { invocations: 0, errors: 0 }, () =>
        readTraffic(clients(resource.account, resource.region), resource, since, until ? new Date(until) : deps.clock.now()),
      ),
  };
}

const NO_PAGE = { items: [], next: null };

/** The kind says which facts there are: a resource of a kind has that kind's. */
function readByKind(
  deps: ReaderDeps,
  resource: Resource,
  needs: readonly string[],
  known: LedgerFacts,
): Promise<object | undefined> {
  const { kind, ...rest } = resource;
  switch (kind) {
    case 'function':
      return readFunction(deps, { ...rest, kind }, needs, known);
    case 'role':
      return readRole(deps, { ...rest, kind }, needs, known);
    case 'api':
      return readApi(deps, { ...rest, kind }, needs);
    case 'user':
      return readUser(deps, { ...rest, kind }, needs);
  }
}

async function guarded<T, G = T>(account: string, what: string, gone: G, read: () => Promise<T>): Promise<T | G> {
  try {
    return await read();
  } catch (error) {
    if (isGone(error)) return gone;
    throw refusedOr(error, account, what);
  }
}

async function* guardedList<T>(account: string, what: string, list: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* list;
  } catch (error) {
    throw refusedOr(error, account, what);
  }
}

const refusedOr = (error: unknown, account: string, what: string): unknown =>
  isDenied(error) ? new AccessRefused(`cinch-read of account ${account} may not read ${what}`) : error;

async function* listFunctions(
  members: MemberAccess,
  account: string,
  region: string,
): AsyncGenerator<{ resource: Resource<'function'>; roleArn: string }> {
  let from: string | null = null;
  do {
    const page: FunctionPage = await readFunctionPage(members, account, region, from);
    yield* page.items;
    from = page.next;
  } while (from !== null);
}

type FunctionPage = Page<{ readonly resource: Resource<'function'>; readonly roleArn: string }>;

async function readFunctionPage(
  members: MemberAccess,
  account: string,
  region: string,
  from: string | null,
): Promise<FunctionPage> {
  const { lambda } = members.clients(account, region, 'read');
  const page = await guarded(account, `the functions in ${region}`, undefined, () =>
    lambda.send(new ListFunctionsCommand({ Marker: from ?? undefined })),
  );
  const items = (page?.Functions ?? []).flatMap(({ FunctionName: name, Role: roleArn }) =>
    name && roleArn ? [{ resource: functionResource(account, region, name), roleArn }] : [],
  );
  return { items, next: page?.NextMarker || null };
}

/** A marker may have grown old while a message waited: then the list is begun again. */
async function orFromStart<T>(from: string | null, read: (from: string | null) => Promise<Page<T>>): Promise<Page<T>> {
  try {
    return await read(from);
  } catch (error) {
    if (from === null || !isCode(error, 'InvalidParameterValueException', 'InvalidInput', 'ValidationError')) throw error;
    return read(null);
  }
}
