import type { Statement } from '../model/policy-document.ts';
import { isEveryResource } from './breadth.ts';
import { arnParts, hasWildcard, matchesGlob } from './wildcards.ts';

/** How far a resource pattern reaches: everything, everything of its kind in one account, or less. */
export type Reach = 'every' | 'account' | 'some';

export interface WideResource {
  readonly pattern: string;
  readonly reach: 'every' | 'account';
  /** The ARN's service, perhaps with a wildcard. `*` for everything. */
  readonly service: string;
  /** It names a kind: `role/*`, as against `*`. */
  readonly ofKind: boolean;
}

const EVERYTHING: WideResource = { pattern: '*', reach: 'every', service: '*', ofKind: false };

/** The resource patterns of a statement that reach at least all of a kind in one account. NotResource counts as everything. */
export function wideResources(statement: Statement): WideResource[] {
  if (statement.notResources.length > 0) return statement.notResources.some(isEveryResource) ? [] : [EVERYTHING];
  return statement.resources.flatMap((pattern) => {
    if (isEveryResource(pattern)) return [{ ...EVERYTHING, pattern }];
    const [arn, , service = '', region = '', account = '', resource] = arnParts(pattern);
    if (arn !== 'arn' || service === '' || resource === undefined || !isWholeKind(service, resource)) return [];
    const reach = isAny(region) && isAny(account) ? 'every' : 'account';
    return [{ pattern, reach, service, ofKind: !/^\*/.test(resource) }];
  });
}

export const isOfService = (wide: WideResource, service: string): boolean =>
  wide.service === '*' || (hasWildcard(wide.service) ? matchesGlob(wide.service, service) : wide.service === service);

const isAny = (part: string): boolean => part === '' || /^\*+$/.test(part);

/** `*`, `role/*`, `function:*`; a bucket's name stands where others have the kind, so `uploads/*` is one bucket. */
function isWholeKind(service: string, resource: string): boolean {
  return service === 's3' ? /^\*+(\/\*+)?$/.test(resource) : /^([a-z][a-z0-9-]*[/:])?\*+$/i.test(resource);
}
