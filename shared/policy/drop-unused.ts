import type { PolicyDocument, Statement } from '../model/policy-document.ts';
import { hasWildcard } from './wildcards.ts';

/** What nobody uses: whole services by their prefix, and single actions by their full name, all in lower case. */
export interface Unused {
  readonly services: ReadonlySet<string>;
  readonly actions: ReadonlySet<string>;
}

/**
 * The policy without these services and actions, as JSON text; null when no statement is left, undefined when a service can't be told action by
 * action (`*`, NotAction). Only an action that is named whole goes, and no wildcard that covers it. Resources, conditions and Deny statements
 * stay as they stood; so does the text when nothing of it is concerned.
 */
export function dropUnused(document: PolicyDocument, unused: Unused): string | null | undefined {
  const kept: unknown[] = [];
  let isChanged = false;
  for (const statement of document.statements) {
    const left = statement.effect === 'Deny' ? statement.actions : actionsLeft(statement, unused);
    if (left === undefined) return undefined;
    if (left.length === statement.actions.length) kept.push(statement.source);
    else {
      isChanged = true;
      if (left.length > 0) kept.push({ ...(statement.source as object), Action: left });
    }
  }
  if (!isChanged) return document.text;
  if (kept.length === 0) return null;
  return JSON.stringify({ ...(JSON.parse(document.text) as object), Statement: kept }, null, 2);
}

function actionsLeft({ actions, notActions }: Statement, { services, actions: named }: Unused): readonly string[] | undefined {
  if (notActions.length > 0) return services.size > 0 ? undefined : actions;
  const ofService = actions.map((action) => ({ action, service: (action.split(':')[0] ?? '').toLowerCase() }));
  if (services.size > 0 && ofService.some(({ service }) => hasWildcard(service))) return undefined;
  return ofService
    .filter(({ action, service }) => !services.has(service) && !named.has(action.toLowerCase()))
    .map(({ action }) => action);
}
