import type { PolicyDocument, Statement } from '../model/policy-document.ts';
import { actionsOverlap, coversAction, hasWildcard, matchesAction, matchesGlob } from './wildcards.ts';

/** What has to stay of a policy. */
export interface Needed {
  /** Actions by name, sorted: `s3:GetObject`. */
  readonly actions: readonly string[];
  /** Services that stay as the policy has them, and of which a wildcard over all services gives everything: they are used, nobody knows for what. */
  readonly services: ReadonlySet<string>;
  /** Services that stay as the policy has them where it names them, and of which a wildcard over all services gives `actions` alone. */
  readonly named: ReadonlySet<string>;
}

/** One statement that grants more than is needed. */
export interface Surplus {
  readonly statement: number;
  readonly sid: string | null;
  /** The patterns that go or become smaller, as they are written; or `NotAction`. */
  readonly patterns: readonly string[];
  /** What the statement allows afterwards. */
  readonly left: readonly string[];
}

export interface KeptOnly {
  /** JSON text, the very same when nothing is too much; null when no statement is left. */
  readonly text: string | null;
  readonly surplus: readonly Surplus[];
}

/**
 * The policy with what is needed of it and no more: names go or stay, wildcards become the names that they stand for. Resources, conditions and
 * Deny statements stay as they stood. Undefined where a service must stay that NotAction gives in part.
 */
export function keepOnly(document: PolicyDocument, needed: Needed): KeptOnly | undefined {
  const kept: unknown[] = [];
  const surplus: Surplus[] = [];
  for (const [statement, one] of document.statements.entries()) {
    const left = one.effect === 'Deny' ? one.actions : actionsLeft(one, needed);
    if (left === undefined) return undefined;
    const patterns =
      one.notActions.length > 0 && one.effect === 'Allow'
        ? ['NotAction']
        : one.actions.filter((action) => !left.includes(action));
    if (patterns.length === 0) {
      kept.push(one.source);
      continue;
    }
    surplus.push({ statement, sid: one.sid, patterns, left });
    const { NotAction: _left, Action: _old, ...rest } = one.source as Readonly<Record<string, unknown>>;
    if (left.length > 0) kept.push(withActions(one.source as object, rest, left));
  }
  if (surplus.length === 0) return { text: document.text, surplus };
  if (kept.length === 0) return { text: null, surplus };
  return { text: JSON.stringify({ ...(JSON.parse(document.text) as object), Statement: kept }, null, 2), surplus };
}

/** In the place where the actions stood, so that a diff shows them and nothing else. */
function withActions(source: object, rest: Readonly<Record<string, unknown>>, Action: readonly string[]): object {
  if ('Action' in source) return { ...source, Action };
  const { Sid, Effect, ...others } = rest;
  return { ...(Sid === undefined ? {} : { Sid }), Effect, Action, ...others };
}

function actionsLeft({ actions, notActions }: Statement, needed: Needed): readonly string[] | undefined {
  if (notActions.length > 0) return leftOfNotAction(notActions, needed);
  return [...new Set(actions.flatMap((pattern) => leftOf(pattern, needed)))];
}

function leftOf(pattern: string, { actions, services, named }: Needed): readonly string[] {
  const colon = pattern.indexOf(':');
  const service = (colon < 0 ? pattern : pattern.slice(0, colon)).toLowerCase();
  if (!hasWildcard(service)) {
    if (services.has(service) || named.has(service)) return [pattern];
    const matching = actions.filter((action) => matchesAction(pattern, action));
    return matching.length > 0 && !hasWildcard(pattern) ? [pattern] : matching;
  }
  const rest = colon < 0 ? '*' : pattern.slice(colon + 1);
  const whole = [...services].filter((one) => matchesGlob(service, one)).sort();
  return [
    ...actions.filter((action) => matchesAction(pattern, action) && !whole.includes(action.slice(0, action.indexOf(':')))),
    ...whole.map((one) => `${one}:${rest}`),
  ];
}

function leftOfNotAction(notActions: readonly string[], { actions, services }: Needed): readonly string[] | undefined {
  const open = [...services].filter((service) => !notActions.some((pattern) => coversAction(pattern, `${service}:*`))).sort();
  if (open.some((service) => notActions.some((pattern) => actionsOverlap(pattern, `${service}:*`)))) return undefined;
  return [
    ...actions.filter(
      (action) =>
        !notActions.some((pattern) => matchesAction(pattern, action)) && !open.includes(action.slice(0, action.indexOf(':'))),
    ),
    ...open.map((service) => `${service}:*`),
  ];
}
