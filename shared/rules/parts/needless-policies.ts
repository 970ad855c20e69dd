import type { Statement } from '../../model/policy-document.ts';
import type { RuleContext } from '../../model/rule.ts';
import type { AttachedPolicy, NamedPolicy, RoleFacts } from '../../model/state.ts';
import { broadGrants, deniesOf } from '../../policy/breadth.ts';
import { servicesGranted } from '../../policy/grants.ts';
import { coversAction, coversPattern } from '../../policy/wildcards.ts';
import { isForRuntime } from './managed-policies.ts';

const DAY_MS = 86_400_000;

export interface NeedlessPolicy {
  readonly policy: AttachedPolicy;
  /** `covered`: the other policies grant all that it grants. `unused`: the role never called a service of it. */
  readonly because: 'covered' | 'unused';
}

type Seen = Pick<RoleFacts, 'inlinePolicies' | 'attachedPolicies' | 'serviceAccess' | 'createdAt'>;
type Asked = Pick<RuleContext<'role'>, 'settings' | 'now'>;

/** The AWS managed policies that a role could lose without losing a right that it uses. Empty for an administrator, whom all else is needless to. */
export function needlessPolicies(state: Seen, asked: Asked): NeedlessPolicy[] {
  if (isAdministrator(state)) return [];
  const needless: NeedlessPolicy[] = [];
  const kept = new Set<NamedPolicy>([...state.inlinePolicies, ...state.attachedPolicies]);
  // The smaller of two goes: what is left grants more.
  const managed = state.attachedPolicies
    .filter((policy) => policy.awsManaged)
    .sort((a, b) => a.document.text.length - b.document.text.length);
  for (const policy of managed) {
    const others = [...kept].filter((one) => one !== policy).flatMap(({ document }) => document.statements);
    const because = isCovered(policy, others) ? 'covered' : isUnused(policy, state, asked) ? 'unused' : undefined;
    if (because === undefined) continue;
    kept.delete(policy);
    needless.push({ policy, because });
  }
  return needless;
}

/** Whether its policies allow everything: role-overbroad says so. */
export function isAdministrator({
  inlinePolicies,
  attachedPolicies,
}: Pick<Seen, 'inlinePolicies' | 'attachedPolicies'>): boolean {
  const statements = [...inlinePolicies, ...attachedPolicies].flatMap(({ document }) => document.statements);
  return broadGrants(statements, deniesOf(statements)).some(({ kind }) => kind === 'admin');
}

/** Whether a role, or what it was given, is too young to say what it uses. */
export const isYoung = (createdAt: string, { settings, now }: Asked): boolean =>
  Date.parse(now) - Date.parse(createdAt) < settings.days.unusedService * DAY_MS;

/** Access advisor's word: not within `days`, or never within its own memory of 400 days. */
export const isIdle = (lastUsed: string | null, { settings, now }: Asked): boolean =>
  lastUsed === null || Date.parse(now) - Date.parse(lastUsed) > settings.days.unusedService * DAY_MS;

function isUnused(policy: AttachedPolicy, { serviceAccess, createdAt }: Seen, asked: Asked): boolean {
  const never = serviceAccess.filter(({ lastUsed }) => lastUsed === null).map(({ service }) => service);
  if (never.length === 0 || isForRuntime(policy.name) || isYoung(createdAt, asked)) return false;
  const services = servicesGranted([policy]);
  return services.length > 0 && services.every((service) => never.includes(service));
}

function isCovered({ document }: AttachedPolicy, others: readonly Statement[]): boolean {
  return document.statements.length > 0 && document.statements.every((statement) => isStatementCovered(statement, others));
}

function isStatementCovered(statement: Statement, others: readonly Statement[]): boolean {
  if (!isPlain(statement)) return false;
  const allowed = others.filter((other) => isPlain(other) && Object.keys(other.conditions).length === 0);
  return statement.actions.every((action) =>
    statement.resources.every((resource) =>
      allowed.some(
        (other) =>
          other.actions.some((pattern) => coversAction(pattern, action)) &&
          other.resources.some((pattern) => coversPattern(pattern, resource)),
      ),
    ),
  );
}

const isPlain = ({ effect, notActions, notResources }: Statement): boolean =>
  effect === 'Allow' && notActions.length === 0 && notResources.length === 0;
