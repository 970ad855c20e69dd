import { IAM_REGION } from '../model/resource.ts';
import { CANARY_SOURCE } from '../names.ts';
import { CANARY_PATTERN, eventPatterns, type ForwardedPattern } from './patterns.ts';

/** IAM's events reach one region only: it is watched for them even where the member has no functions. */
export function memberRegions(regions: readonly string[]): { region: string; watch: 'all' | 'iam' }[] {
  const all = [...new Set(regions)].map((region) => ({ region, watch: 'all' as const }));
  return regions.includes(IAM_REGION) ? all : [...all, { region: IAM_REGION, watch: 'iam' }];
}

/** What a region of a member forwards, a rule each: what is watched there, and the canary. */
export const forwardedFrom = ({
  region,
  watch,
}: {
  readonly region: string;
  readonly watch: 'all' | 'iam';
}): ForwardedPattern[] => [
  ...eventPatterns().filter(({ id }) => (id === 'iam' ? region === IAM_REGION : watch === 'all')),
  { id: 'canary', source: CANARY_SOURCE, pattern: CANARY_PATTERN },
];
