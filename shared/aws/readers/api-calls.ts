import { MalformedInput } from '../../model/errors.ts';
import type { CallDeps } from '../query-client.ts';
import { getRest } from '../rest-client.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface ApiCalls {
  /** One object. @throws AwsError */
  readonly get: (path: string, what: string) => Promise<Json>;
  /** All items of a list, page after page. */
  readonly list: (path: string, what: string) => Promise<Json[]>;
}

/** API Gateway has two APIs: `/v2/..` for HTTP and WebSocket APIs, the other for REST APIs; they page in different ways. */
export function makeApiCalls(deps: CallDeps): ApiCalls {
  const get = async (path: string, what: string): Promise<Json> =>
    parseObject(await getRest(deps, 'apigateway', path, what), what);
  const list = async (path: string, what: string): Promise<Json[]> => {
    const isNew = path.startsWith('/v2/');
    const found: Json[] = [];
    let token: string | undefined;
    do {
      // The newer API names no greatest page size that one could ask for.
      const query = isNew ? [] : ['limit=500'];
      if (token) query.push(`${isNew ? 'nextToken' : 'position'}=${encodeURIComponent(token)}`);
      const more = query.length > 0 ? `${path.includes('?') ? '&' : '?'}${query.join('&')}` : '';
      const page = await get(`${path}${more}`, what);
      found.push(...objectsIn(isNew ? page.items : page.item));
      token = textIn(isNew ? page.nextToken : page.position) || undefined;
    } while (token);
    return found;
  };
  return { get, list };
}

/** A list of one may come as the one. */
export const listIn = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
};
export const objectsIn = (value: unknown): Json[] => listIn(value).filter(isObject);
export const textsIn = (value: unknown): string[] => listIn(value).filter((one) => typeof one === 'string');
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
export const objectIn = (value: unknown): Json => (isObject(value) ? value : {});
/** Text values by name; others are left out. */
export const recordOfTexts = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(objectIn(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObject(text: string, where: string): Json {
  try {
    return objectIn(JSON.parse(text || '{}'));
  } catch {
    throw new MalformedInput('answer', where, 'not JSON');
  }
}
