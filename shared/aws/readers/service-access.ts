import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type ServiceLastAccessed,
} from '@aws-sdk/client-iam';
import type { Clock } from '../../flows/ports.ts';
import type { RoleFacts } from '../../model/state.ts';
import { isUnknown, type Known, unknown } from '../../model/unknown.ts';
import type { MemberClients } from '../member.ts';

type ServiceAccess = Known<RoleFacts['serviceAccess']>;

/** Role ARN -> its report, and until when that counts. */
export type KeptServiceAccess = Map<string, { readonly report: Promise<ServiceAccess>; readonly until: number }>;

/** IAM itself is up to four hours late (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html). */
const KEEP_MS = 60 * 60_000;
/** A report takes a second or two; no reading waits longer than this. */
const PATIENCE_MS = 20_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2_000;

/** When each service that a role's policies grant was last used. A report is made once an hour at most for each role. */
export async function readServiceAccess(
  kept: KeptServiceAccess,
  clock: Clock,
  clients: MemberClients,
  roleArn: string,
): Promise<ServiceAccess> {
  const now = clock.now().getTime();
  const known = kept.get(roleArn);
  if (known && now < known.until) return known.report;
  const report = makeReport(clock, clients, roleArn);
  kept.set(roleArn, { report, until: now + KEEP_MS });
  // Only an answer is kept.
  const forget = (): void => {
    if (kept.get(roleArn)?.report === report) kept.delete(roleArn);
  };
  report.then((answer) => isUnknown(answer) && forget(), forget);
  return report;
}

async function makeReport(clock: Clock, clients: MemberClients, roleArn: string): Promise<ServiceAccess> {
  const { JobId } = await clients.iam.send(
    new GenerateServiceLastAccessedDetailsCommand({ Arn: roleArn, Granularity: 'ACTION_LEVEL' }),
  );
  const pageFrom = (Marker?: string) => clients.iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, Marker }));
  const start = clock.now().getTime();
  let wait = FIRST_WAIT_MS;
  let page = await pageFrom();
  while (page.JobStatus !== 'COMPLETED') {
    if (page.JobStatus === 'FAILED') return unknown(`IAM could not make its report on what ${roleArn} uses`);
    if (clock.now().getTime() - start + wait > PATIENCE_MS)
      return unknown(`IAM's report on what ${roleArn} uses was not ready within ${PATIENCE_MS / 1000} seconds`);
    await clock.sleep(wait);
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    page = await pageFrom();
  }
  const found = [...(page.ServicesLastAccessed ?? [])];
  while (page.IsTruncated && page.Marker) {
    page = await pageFrom(page.Marker);
    found.push(...(page.ServicesLastAccessed ?? []));
  }
  return found.flatMap((one) => accessOf(one) ?? []);
}

function accessOf({
  ServiceNamespace: service,
  LastAuthenticated: at,
  TrackedActionsLastAccessed: tracked = [],
}: ServiceLastAccessed): RoleFacts['serviceAccess'][number] | undefined {
  if (!service) return undefined;
  const actions = tracked.flatMap(({ ActionName: name, LastAccessedTime: time }) =>
    name ? [{ name: name.slice(name.indexOf(':') + 1), lastUsed: time?.toISOString() ?? null }] : [],
  );
  return { service, lastUsed: at?.toISOString() ?? null, ...(actions.length > 0 ? { actions } : {}) };
}
