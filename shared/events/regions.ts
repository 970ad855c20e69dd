import { IAM_REGION } from '../model/resource.ts';
import { WATCHED, type WatchedSource } from './watched.ts';

/** IAM's events reach one region only: it is watched for them even where the member has no functions. */
export function memberRegions(regions: readonly string[]): { region: string; watch: 'all' | 'iam' }[] {
  const all = [...new Set(regions)].map((region) => ({ region, watch: 'all' as const }));
  return regions.includes(IAM_REGION) ? all : [...all, { region: IAM_REGION, watch: 'iam' }];
}

/** The sources whose events a region of a member forwards. */
export const forwardedFrom = ({ region, watch }: { readonly region: string; readonly watch: 'all' | 'iam' }): WatchedSource[] =>
  WATCHED.filter(({ id }) => (id === 'iam' ? region === IAM_REGION : watch === 'all'));
