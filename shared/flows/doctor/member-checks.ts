import type { ForwardedPattern } from '../../events/patterns.ts';
import { isSameDocument } from '../../grants/compare.ts';
import {
  inlinePolicies,
  type MemberRoleKind,
  type MemberTrust,
  type PolicySwitch,
  trustPolicy,
} from '../../grants/member-roles.ts';
import type { Place } from '../../grants/statements.ts';
import { STEP_FAMILIES, type StepFamily } from '../../model/step.ts';
import { FORWARD_ROLE_NAME, ROLE_NAMES } from '../../names.ts';
import { counted } from '../../rules/parts/words.ts';
import { broken, fine, type Judgement, warned } from './check.ts';
import { isEnabled, type RuleFacts } from './hub-facts.ts';
import type { RoleFacts } from './member-facts.ts';

/** What makes a member account sound. Pure. */

export const deployMember = (account: string, region: string): string =>
  `deploy its stack again: npx cdk deploy CinchMember-${account}-${region}, or the StackSet's instance`;

/** A role must be trusted as deployed, and hold exactly what this version needs. A family that was left out is told. */
export function roleIs(
  kind: MemberRoleKind,
  place: Place,
  trust: MemberTrust,
  deploy: string,
  role: RoleFacts | null,
): Judgement {
  if (!role) return broken(`${ROLE_NAMES[kind]} is not there`, deploy);
  if (!isSameDocument(role.trust, trustPolicy(kind, trust))) return broken(whyDistrusted(role.trust), deploy);
  const wanted = inlinePolicies(place).filter(({ roles }) => roles.includes(kind));
  const surplus = [
    ...Object.keys(role.inline).filter((name) => !wanted.some((policy) => policy.name === name)),
    ...role.attached,
  ];
  if (surplus.length > 0) return broken(`it holds more than Cinch needs: ${surplus.join(', ')}`, `take it away, or ${deploy}`);
  const missing = wanted.filter(({ name, switchedBy }) => switchedBy === null && !(name in role.inline)).map(({ name }) => name);
  if (missing.length > 0) return broken(`it lacks ${missing.join(', ')}`, deploy);
  const other = wanted
    .filter(({ name, statements }) => name in role.inline && !isSameDocument(statementsIn(role.inline[name]), statements))
    .map(({ name }) => name);
  if (other.length > 0) return broken(`not what this version needs: ${other.join(', ')}`, deploy);
  if (role.boundaryArn)
    return warned(
      `a permissions boundary may keep it from its work: ${role.boundaryArn}`,
      'see that it allows what docs/permissions.md lists',
    );
  const without = wanted
    .filter(({ name, switchedBy }) => isFamily(switchedBy) && !(name in role.inline))
    .map(({ name }) => name.replace('cinch-', ''));
  return fine(without.length > 0 ? `as deployed, without ${without.join(', ')}` : 'as deployed');
}

/** Options are off unless somebody says so: without them nothing is missing. */
const isFamily = (name: PolicySwitch | null): boolean => STEP_FAMILIES.some((family) => family === name);

const statementsIn = (document: unknown): unknown => (document as { Statement?: unknown } | null)?.Statement;

/** A trusted role that was deleted stands there by its id, and one made anew under its name is another (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html). */
const whyDistrusted = (trust: unknown): string =>
  /"AROA[A-Z0-9]+"/.test(JSON.stringify(trust) ?? '')
    ? 'it trusts a role of the hub that was deleted; the new one is another to IAM'
    : 'its trust policy is not the hub’s roles with the external id';

/** What may be applied must be what may be taken back. */
export function familiesAgree(place: Place, deploy: string, write: RoleFacts | null, undo: RoleFacts | null): Judgement {
  const wanted = inlinePolicies(place);
  const differing = STEP_FAMILIES.filter((family) => {
    const [applies, undoes] = (['write', 'undo'] as const).map((kind) =>
      wanted.find((one) => one.switchedBy === family && one.roles.includes(kind)),
    );
    return applies && undoes && applies.name in (write?.inline ?? {}) !== undoes.name in (undo?.inline ?? {});
  });
  if (differing.length > 0) return broken(`granted to one of cinch-write and cinch-undo only: ${differing.join(', ')}`, deploy);
  const granted = STEP_FAMILIES.filter((family: StepFamily) => `cinch-${family}` in (write?.inline ?? {}));
  return fine(granted.join(', ') || 'none: Cinch only reports here');
}

/** The one rule that forwards a source: on, with this version's pattern, to the hub, by Cinch's role, and with a place for what can't be forwarded. */
export function forwards(
  { source, pattern }: ForwardedPattern,
  region: string,
  roleArn: string,
  deploy: string,
  rules: readonly RuleFacts[],
): Judgement {
  const own = rules.filter((one) => sourcesOf(one.pattern).includes(source));
  const [rule] = own;
  if (!rule) return broken(`no rule sends ${source} to the hub`, deploy);
  const enabled = own.find(isEnabled);
  if (!enabled)
    return broken(`the rule ${rule.name} is ${rule.state}`, `aws events enable-rule --name ${rule.name} --region ${region}`);
  if (!isSameDocument(enabled.pattern, pattern))
    return broken(`the pattern of ${enabled.name} is not what this version wants`, deploy);
  const target = enabled.targets.find((one) => one.roleArn === roleArn) ?? enabled.targets[0];
  if (!target?.roleArn) return broken(`the target of ${enabled.name} has no role`, deploy);
  if (target.roleArn !== roleArn) return broken(`the target of ${enabled.name} has another role: ${target.roleArn}`, deploy);
  if (!target.deadArn) return broken(`the target of ${enabled.name} has no dead-letter queue`, deploy);
  return fine(enabled.state);
}

function sourcesOf(pattern: unknown): readonly unknown[] {
  const source = (pattern as { source?: unknown } | null)?.source;
  return Array.isArray(source) ? source : [];
}

/** EventBridge assumes it to put events on the hub's bus, and nothing else. */
export function forwardRoleIs(busArn: string, deploy: string, role: RoleFacts | null): Judgement {
  if (!role) return broken(`${FORWARD_ROLE_NAME} is not there`, deploy);
  if (!JSON.stringify(role.trust).includes('"events.amazonaws.com"')) return broken('EventBridge may not assume it', deploy);
  const wanted = [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn }];
  const held = Object.values(role.inline).map(statementsIn);
  if (!held.some((statements) => isSameDocument(statements, wanted)))
    return broken('it may not put events on the hub’s bus', deploy);
  if (held.length > 1 || role.attached.length > 0) return broken('it holds more than it needs', deploy);
  return fine('events:PutEvents on the hub’s bus');
}

/** What could not be forwarded stays in the account, for two weeks. @param waiting null when the queue is gone */
export function isDelivered(queueArn: string, region: string, deploy: string, waiting: number | null): Judgement {
  if (waiting === null) return broken('the queue for what can’t be forwarded is not there', deploy);
  if (waiting === 0) return fine('nothing was left behind');
  const [, , , , account, name] = queueArn.split(':');
  const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
  return broken(
    `${counted(waiting, 'event')} could not be forwarded`,
    `each message's attribute ERROR_CODE says why: aws sqs receive-message --message-attribute-names All --queue-url ${url}; mend it, then purge the queue (sweep looks at every function within six hours)`,
  );
}
