import { isGone } from '../aws-error.ts';
import { mapLimited } from '../concurrency.ts';
import { type ApiCalls, type Json, objectIn, textIn, textsIn } from './api-calls.ts';

/** A custom domain, as API Gateway answers it, and the ids of the APIs that it leads to. */
export interface MappedDomain {
  readonly domain: Json;
  readonly apiIds: ReadonlySet<string>;
}

/** Account, region and which of API Gateway's APIs is asked -> the answer that is under way. */
export type AskedDomains = Map<string, Promise<readonly MappedDomain[]>>;

const AT_ONCE = 4;

/**
 * All custom domains of an account and region with what they lead to. Several APIs that are read at the same time share one reading; an answer is
 * not kept, since a change of a domain that Cinch is told about must be seen.
 * @param key tells accounts and regions apart.
 */
export function readDomains(
  asked: AskedDomains,
  key: string,
  calls: ApiCalls,
  isRest: boolean,
): Promise<readonly MappedDomain[]> {
  const name = `${key}/${isRest ? 'rest' : 'v2'}`;
  const underWay = asked.get(name);
  if (underWay) return underWay;
  const domains = listDomains(calls, isRest).finally(() => asked.delete(name));
  asked.set(name, domains);
  return domains;
}

async function listDomains(calls: ApiCalls, isRest: boolean): Promise<MappedDomain[]> {
  const domains = await calls.list(isRest ? '/domainnames' : '/v2/domainnames', 'GetDomainNames');
  return mapLimited(domains, AT_ONCE, async (domain) => ({ domain, apiIds: await readApiIds(calls, domain, isRest) }));
}

/**
 * Only the newer call knows mappings of several path levels, and only the older one the domains that are edge-optimized or private
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html).
 */
async function readApiIds(calls: ApiCalls, domain: Json, isRest: boolean): Promise<Set<string>> {
  const name = encodeURIComponent(textIn(domain.domainName));
  const types = textsIn(objectIn(domain.endpointConfiguration).types);
  const isOld = isRest && types.length > 0 && !types.includes('REGIONAL');
  // A private domain's name is not unique: its id tells it apart.
  const id = types.includes('PRIVATE') ? textIn(domain.domainNameId) : '';
  try {
    if (!isOld) {
      const mappings = await calls.list(`/v2/domainnames/${name}/apimappings`, 'GetApiMappings');
      return new Set(mappings.map(({ apiId }) => textIn(apiId)));
    }
    const query = id ? `?domainNameId=${encodeURIComponent(id)}` : '';
    const mappings = await calls.list(`/domainnames/${name}/basepathmappings${query}`, 'GetBasePathMappings');
    return new Set(mappings.map(({ restApiId }) => textIn(restApiId)));
  } catch (error) {
    // Deleted since it was listed.
    if (isGone(error)) return new Set();
    throw error;
  }
}
