import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { Refused } from '../../../model/errors.ts';
import type { PolicyDocument } from '../../../model/policy-document.ts';
import { DATA_PLANE } from '../../../policy/data-plane.ts';
import { parsePolicyDocument } from '../../../policy/parse.ts';
import { hasWildcard } from '../../../policy/wildcards.ts';
import { isThrottled } from '../../aws-error.ts';
import type { MemberClients } from '../../member.ts';
import { type Retrying, type RetryLimits, withRetries } from '../../retry.ts';
import { pollUntil } from '../polling.ts';
import type { RoleSnapshot } from './role-copy.ts';

/** Actions that are asked for together on one resource, and all of them `*` when none is named. */
interface Probe {
  readonly actions: readonly string[];
  readonly resource: string;
}

/** Of all IAM calls simulations are throttled first: so many are asked and no more. */
const MOST_PROBES = 4;
const MOST_ACTIONS = 40;
/** What attached policies grant is not in the snapshot: of the usual services, what a function does most. */
const USUAL = Object.values(DATA_PLANE).flatMap((actions) => actions.slice(0, 2));
const BUSY: RetryLimits = { tries: 6, baseMs: 500, maxMs: 5_000 };
const CONSISTENT_MS = 10_000;

/**
 * Asks IAM whether the copy is allowed what the old role is, before a function is moved to it. A policy may name the old role in a condition,
 * which no copy meets.
 * @throws Refused naming an action that only the old role is allowed; throttling as AWS named it when it doesn't end.
 */
export async function assertSameRights(
  retrying: Retrying,
  clients: MemberClients,
  oldRoleArn: string,
  newRoleArn: string,
  snapshot: RoleSnapshot,
): Promise<void> {
  for (const probe of probesOf(snapshot)) {
    const wanted = await allowedOf(retrying, clients, oldRoleArn, probe);
    if (wanted.length === 0) continue;
    let missing: string | undefined;
    const seen = await pollUntil(
      retrying.clock,
      CONSISTENT_MS,
      async () => {
        const allowed = await allowedOf(retrying, clients, newRoleArn, probe);
        missing = wanted.find((action) => !allowed.includes(action));
        return missing === undefined;
      },
      (same) => same,
    );
    if (seen === undefined)
      throw new Refused(`IAM allows ${missing ?? wanted[0]} on ${probe.resource} to the old role and not to its copy`);
  }
}

async function allowedOf(retrying: Retrying, clients: MemberClients, arn: string, probe: Probe): Promise<string[]> {
  const allowed: string[] = [];
  let marker: string | undefined;
  do {
    const page = await withRetries(retrying, BUSY, isThrottled, () =>
      clients.iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: arn,
          ActionNames: [...probe.actions],
          ...(probe.resource === '*' ? {} : { ResourceArns: [probe.resource] }),
          Marker: marker,
        }),
      ),
    );
    for (const { EvalActionName: action, EvalDecision: decision } of page.EvaluationResults ?? [])
      if (action !== undefined && decision === 'allowed') allowed.push(action);
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker);
  return allowed;
}

/** What the inline policies name without a wildcard, on the resources they name so; and the usual calls on everything. */
export function probesOf(snapshot: Pick<RoleSnapshot, 'inline'>): Probe[] {
  const documents = snapshot.inline.map(([name, text]) => parsePolicyDocument(text, `inline policy ${name}`));
  const named = documents.flatMap(namedProbes);
  const everywhere = named.filter(({ resource }) => resource === '*').flatMap(({ actions }) => actions);
  const onOne = named.filter(({ resource }) => resource !== '*').slice(0, MOST_PROBES - 1);
  return [{ actions: bounded([...everywhere, ...USUAL]), resource: '*' }, ...onOne];
}

function namedProbes({ statements }: PolicyDocument): Probe[] {
  return statements.flatMap(({ effect, actions, resources }) => {
    const named = bounded(actions.filter((action) => !hasWildcard(action)));
    const resource = resources.find((one) => one === '*' || isOne(one));
    return effect === 'Deny' || named.length === 0 || resource === undefined ? [] : [{ actions: named, resource }];
  });
}

const isOne = (arn: string): boolean => arn.startsWith('arn:') && !hasWildcard(arn) && !arn.includes('${');
const bounded = (actions: readonly string[]): string[] => [...new Set(actions)].slice(0, MOST_ACTIONS);
