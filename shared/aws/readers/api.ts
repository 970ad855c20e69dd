import { apiResource, type Resource } from '../../model/resource.ts';
import type { ApiProtocol, State } from '../../model/state.ts';
import { isGone } from '../aws-error.ts';
import { once } from '../concurrency.ts';
import { type ApiCalls, type Json, makeApiCalls, objectsIn, recordOfTexts, textIn } from './api-calls.ts';
import { readDomains } from './api-domains.ts';
import {
  authorizersOf,
  domainsOf,
  endpointTypesOf,
  manualStagesOf,
  restPolicyOf,
  restRoutesOf,
  routesOf,
  stagesOf,
} from './api-parts.ts';
import { callDepsOf, type ReaderDeps } from './function-reads.ts';
import { type FactReaders, readAsked } from './read-asked.ts';

/** Reads the asked facts of an API of any kind. Undefined when it no longer exists. */
export async function readApi(
  deps: ReaderDeps,
  resource: Resource<'api'>,
  needs: readonly string[],
): Promise<State<'api'> | undefined> {
  const calls = makeApiCalls(callDepsOf(deps, resource.account, resource.region));
  const api = once(() => getApi(calls, resource.name));
  const { roleName } = deps.members.clients(resource.account, resource.region, 'read');
  return readAsked<'api'>(roleName, resource, factReaders(deps, calls, resource, api), needs, api);
}

interface FoundApi {
  readonly protocol: ApiProtocol;
  /** Where what hangs on it is read. */
  readonly path: string;
  readonly answer: Json;
}

/** An id does not tell of what kind it is: REST APIs, which are older and more, are asked first. */
async function getApi(calls: ApiCalls, id: string): Promise<FoundApi> {
  const rest = `/restapis/${encodeURIComponent(id)}`;
  try {
    return { protocol: 'REST', path: rest, answer: await calls.get(rest, 'GetRestApi') };
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  const path = `/v2/apis/${encodeURIComponent(id)}`;
  const answer = await calls.get(path, 'GetApi');
  return { protocol: answer.protocolType === 'WEBSOCKET' ? 'WEBSOCKET' : 'HTTP', path, answer };
}

function factReaders(
  deps: ReaderDeps,
  calls: ApiCalls,
  resource: Resource<'api'>,
  api: () => Promise<FoundApi>,
): FactReaders<'api'> {
  const listOf = async (part: string, what: string) => calls.list(`${(await api()).path}/${part}`, what);
  const stages = once(async () => {
    const { protocol, path } = await api();
    // REST gives all stages at once and takes no page size.
    return protocol === 'REST' ? objectsIn((await calls.get(`${path}/stages`, 'GetStages')).item) : listOf('stages', 'GetStages');
  });
  return {
    protocol: async () => (await api()).protocol,
    name: async () => textIn((await api()).answer.name),
    endpointTypes: async () => endpointTypesOf((await api()).answer),
    policy: async () => {
      const { protocol, answer } = await api();
      return protocol === 'REST' ? restPolicyOf(answer, resource.arn) : null;
    },
    tags: async () => recordOfTexts((await api()).answer.tags),
    routes: async () => {
      const { protocol } = await api();
      if (protocol === 'REST') return restRoutesOf(await listOf('resources?embed=methods', 'GetResources'));
      const [routes, integrations] = await Promise.all([
        listOf('routes', 'GetRoutes'),
        listOf('integrations', 'GetIntegrations'),
      ]);
      return routesOf(routes, integrations);
    },
    authorizers: async () => authorizersOf(await listOf('authorizers', 'GetAuthorizers')),
    stages: async () => stagesOf(await stages()),
    manualStages: async () => ((await api()).protocol === 'REST' ? [] : manualStagesOf(await stages())),
    domains: async () => {
      const isRest = (await api()).protocol === 'REST';
      const { account, region, name } = resource;
      const all = await readDomains(deps.domains, `${account}/${region}`, calls, isRest);
      return domainsOf(all.filter(({ apiIds }) => apiIds.has(name)).map(({ domain }) => domain));
    },
  };
}

/** The APIs of an account in a region, of every kind. */
export async function* listApis(deps: ReaderDeps, account: string, region: string): AsyncGenerator<Resource<'api'>> {
  const calls = makeApiCalls(callDepsOf(deps, account, region));
  for (const api of await calls.list('/restapis', 'GetRestApis'))
    if (textIn(api.id)) yield apiResource(account, region, textIn(api.id));
  for (const api of await calls.list('/v2/apis', 'GetApis'))
    if (textIn(api.apiId)) yield apiResource(account, region, textIn(api.apiId));
}
