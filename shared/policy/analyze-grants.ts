import type { PolicyDocument } from '../model/policy-document.ts';
import { actionNamed } from './action-table.ts';
import { broadGrants, deniesOf, isEveryResource } from './breadth.ts';
import { escalations, type HeldActions, heldActions, PASS_ROLE, PATH_ACTIONS } from './escalations.ts';
import { type Hit, type NamedDocument, POLICY_FINDINGS, type PolicyFinding, type PolicyFindingId, placesOf } from './finding.ts';
import { type GrantOptions, isDenied } from './grants.ts';
import {
  type Grant,
  type Holding,
  holdingOf,
  isFullPattern,
  names,
  reachOf,
  widestReach,
  writtenActions,
} from './held-actions.ts';
import { limitOf } from './limits.ts';
import { CREDENTIALS_EXPOSURE, DATA_EXFILTRATION, watch } from './sensitive-actions.ts';
import { exposures, INFRASTRUCTURE, WIDE_WRITES, writes } from './wide-grants.ts';
import { arnParts, coversAction, hasWildcard } from './wildcards.ts';

/**
 * What is wrong with the identity policies of one principal, taken together: Deny statements of all of them, the boundary and conditions are
 * counted, and the pieces of an escalation may lie in different policies. One finding an id, and one a method for escalations (a single one
 * with the method `*` for many), the gravest kind first. Statements with a principal belong to other kinds of policy and are passed over.
 */
export function analyzeGrants(documents: readonly NamedDocument[], options: GrantOptions = {}): PolicyFinding[] {
  const holding = holdingOf(documents, options);
  if (holding.grants.length === 0) return [];
  const held = heldActions(holding, WATCHED);
  const broad = broadHits(documents, holding, options);
  const open = holding.grants.filter((grant) => !grantsNothing(holding, grant));
  return [
    ...findingOf('admin', broad.admin),
    ...escalations(held, options.self),
    ...findingOf('passrole-star', passRoleHits(held)),
    ...findingOf('credentials-exposure', heldHits(CREDENTIALS_KEYS, held)),
    ...findingOf('resource-exposure', exposures(holding)),
    ...findingOf('wildcard-assume-role', assumeRoleHits(holding)),
    ...findingOf('data-exfiltration', heldHits(EXFILTRATION_KEYS, held)),
    ...findingOf('wildcard-action', broad.wildcard),
    ...findingOf('wildcard-resource-on-write', writes(holding, WIDE_WRITES)),
    ...findingOf('notaction', open.filter(({ inverted }) => inverted).map(asWritten)),
    ...findingOf('notresource', open.filter(({ statement }) => statement.notResources.length > 0).map(asWritten)),
    ...findingOf('infrastructure-modification', writes(holding, INFRASTRUCTURE)),
  ];
}

const keysOf = (actions: readonly string[]): ReadonlySet<string> => new Set(actions.map((name) => name.toLowerCase()));
const CREDENTIALS_KEYS = keysOf(CREDENTIALS_EXPOSURE);
const EXFILTRATION_KEYS = keysOf(DATA_EXFILTRATION);
const WATCHED = watch([...PATH_ACTIONS, ...CREDENTIALS_EXPOSURE, ...DATA_EXFILTRATION]);

const MESSAGES = {
  admin: 'allows every action on every resource',
  'wildcard-action': 'allows every action of a service',
  'passrole-star': 'passes any role to any service',
  'credentials-exposure': 'obtains credentials on every resource',
  'resource-exposure': 'decides who gets at resources, on every resource',
  'wildcard-assume-role': 'assumes roles that are named by a wildcard',
  'data-exfiltration': 'reads the data of every resource',
  'wildcard-resource-on-write': 'changes every resource',
  'infrastructure-modification': 'makes, changes or removes infrastructure on every resource',
  notaction: 'allows everything but a list, and whatever AWS adds',
  notresource: 'allows on everything but a list',
} as const satisfies Partial<Record<PolicyFindingId, string>>;

function findingOf(id: keyof typeof MESSAGES, hits: readonly Hit[]): PolicyFinding[] {
  if (hits.length === 0) return [];
  const actions = [...new Set(hits.flatMap((hit) => hit.actions))];
  return [{ id, severity: POLICY_FINDINGS[id], places: placesOf(hits), actions, message: MESSAGES[id] }];
}

const asWritten = (grant: Grant): Hit => ({ place: grant.place, actions: writtenActions(grant) });

/** Administrators and service wildcards. */
function broadHits(
  documents: readonly NamedDocument[],
  holding: Holding,
  { boundary }: GrantOptions,
): { admin: Hit[]; wildcard: Hit[] } {
  // Most policies name no service whole: a look at the patterns spares the rest.
  if (!holding.grants.some(({ inverted, patterns }) => inverted || patterns.some(({ text }) => /(^|:)[*?]+$/.test(text))))
    return { admin: [], wildcard: [] };
  const denies = [...documents.map(({ document }) => document), ...(boundary ? [boundary] : [])].flatMap(({ statements }) =>
    deniesOf(statements),
  );
  const admin: Hit[] = [];
  const wildcard: Hit[] = [];
  for (const { document, name } of documents) {
    for (const { action, kind, statement } of broadGrants(document.statements, denies)) {
      const grant = holding.grants.find(({ place }) => place.document === name && place.statement === statement);
      if (!grant || kind === 'pass-role-star' || !allowsWhole(boundary, action)) continue;
      const hit = { place: grant.place, actions: [action] };
      if (action !== 'NotAction') wildcard.push(hit);
      if (kind === 'admin' && !grant.limited && changesPolicies(holding, grant)) admin.push(hit);
    }
  }
  return { admin, wildcard };
}

/** Whether the boundary leaves a wildcard whole. */
function allowsWhole(boundary: PolicyDocument | undefined, action: string): boolean {
  if (!boundary) return true;
  const pattern = action === 'NotAction' ? '*' : action;
  return boundary.statements.some((statement) => {
    if (statement.effect === 'Deny' || limitOf(statement) !== 'none' || !statement.resources.some(isEveryResource)) return false;
    return statement.actions.some((one) => coversAction(one, pattern));
  });
}

const POLICY_CHANGES = [
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreatePolicyVersion',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
];

/** Whoever may still give itself what NotAction leaves out or a Deny takes away is an administrator. */
const changesPolicies = (holding: Holding, grant: Grant): boolean =>
  POLICY_CHANGES.some((name) => {
    const action = actionNamed(name);
    return action !== undefined && names(grant, action) && widestReach(holding, grant, action) === 'every';
  });

function passRoleHits(held: HeldActions): Hit[] {
  const passing = held.get(PASS_ROLE.toLowerCase()) ?? [];
  return passing
    .filter(({ grant, reach }) => reach !== 'some' && !grant.limited)
    .map(({ grant }) => ({ place: grant.place, actions: [PASS_ROLE] }));
}

/** Actions of a list that are granted on everything. */
function heldHits(keys: ReadonlySet<string>, held: HeldActions): Hit[] {
  const hits: Hit[] = [];
  for (const [key, all] of held) {
    if (!keys.has(key)) continue;
    for (const { action, grant, reach } of all)
      if (reach === 'every' && !grant.limited) hits.push({ place: grant.place, actions: [action.name] });
  }
  return hits;
}

/** Of `*` on everything it goes without saying; here is who names the action, if only by a pattern. */
function assumeRoleHits(holding: Holding): Hit[] {
  const action = actionNamed('sts:AssumeRole');
  if (!action) return [];
  return holding.grants.flatMap((grant) => {
    if (grant.limited || grant.inverted || !names(grant, action)) return [];
    const named = grant.patterns.some(({ text }) => coversAction(text, action.key) && !isFullPattern(text));
    if (!named && grant.wide.some(({ service }) => service === '*')) return [];
    const many = grant.statement.resources.some((one) => isManyRoles(one) && !isDenied(action.key, one, holding.denies));
    return many && reachOf(holding, grant, action) ? [{ place: grant.place, actions: [action.name] }] : [];
  });
}

/** Every role, every role of an account, or those of a wildcard name in any account. One name in any account is one role, deployed everywhere. */
function isManyRoles(resource: string): boolean {
  if (isEveryResource(resource)) return true;
  const [, , service = '', , account = '', role = ''] = arnParts(resource);
  if (service !== 'iam' && service !== '*') return false;
  return /^(role\/)?\*+$/.test(role) || (hasWildcard(account) && hasWildcard(role));
}

/** A NotAction of everything, a NotResource of everything, or a Deny of everything beside it. */
function grantsNothing({ denies }: Holding, { inverted, statement }: Grant): boolean {
  return (
    (inverted && statement.notActions.some(isFullPattern)) ||
    statement.notResources.some(isEveryResource) ||
    denies.some(({ actions, resources }) => actions.some(isFullPattern) && resources.some(isEveryResource))
  );
}
