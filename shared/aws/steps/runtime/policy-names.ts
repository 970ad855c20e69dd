import { createHash } from 'node:crypto';
import type { Resource } from '../../../model/resource.ts';
import { OWN_PREFIX } from '../../../names.ts';

/** IAM is global: functions of one name in two regions may share a role. At most 128 characters, as IAM has it. */
export const policyNameOf = (what: string, target: Resource<'function'>, qualifier: string | null = null): string =>
  `${OWN_PREFIX}${what}-${target.region}-${target.name}${qualifier === null ? '' : `-${shortOf(qualifier)}`}`;

/** An alias alone may have 128 characters. */
const shortOf = (qualifier: string): string => createHash('sha256').update(qualifier).digest('hex').slice(0, 8);
