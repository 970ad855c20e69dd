import type { Statement } from '../model/policy-document.ts';
import type { Action } from './action-table.ts';
import { isEveryResource } from './breadth.ts';
import type { NamedDocument, StatementPlace } from './finding.ts';
import { firmDenies, type GrantOptions, isOfAction, isOnAllOf } from './grants.ts';
import { limitOf, passedServices } from './limits.ts';
import { remembered } from './remembered.ts';
import { isOfService, type Reach, type WideResource, wideResources } from './wide-resources.ts';
import { coversAction, coversPattern, hasWildcard, matchesGlob, patternsOverlap } from './wildcards.ts';

/** One Allow statement of an identity policy that can hold, made ready for questions about actions. */
export interface Grant {
  readonly place: StatementPlace;
  readonly statement: Statement;
  /** Action patterns in lower case with their service; of NotAction those that are left out. */
  readonly patterns: readonly ActionPattern[];
  readonly inverted: boolean;
  /** A condition narrows what is granted. */
  readonly limited: boolean;
  /** What `iam:PassedToService` allows, where that is all that narrows it. */
  readonly passedTo: readonly string[] | undefined;
  readonly wide: readonly WideResource[];
}

export interface ActionPattern {
  readonly text: string;
  /** Empty where the service itself has a wildcard. */
  readonly service: string;
  /** It has no wildcard: it is one action's key. */
  readonly isName: boolean;
}

/** The policies of one role, with what takes away from them. */
export interface Holding {
  readonly grants: readonly Grant[];
  readonly denies: readonly Statement[];
  /** Whether the denies take the action away on the resource. */
  readonly isTaken: (action: Action, resource: string) => boolean;
  /** Whether one of them takes every action of the service away on the resource. */
  readonly isServiceTaken: (service: string, resource: string) => boolean;
  readonly bounds: readonly Grant[] | undefined;
}

export function holdingOf(documents: readonly NamedDocument[], { boundary }: GrantOptions = {}): Holding {
  const statements = documents.flatMap(({ document }) => document.statements);
  const denies = firmDenies(boundary ? [...statements, ...boundary.statements] : statements);
  return {
    grants: grantsOf(documents),
    denies,
    ...takenBy(denies),
    bounds: boundary && grantsOf([{ name: 'boundary', document: boundary }]),
  };
}

/** Asked the same for each grant: the answers are kept as long as the role is judged. */
function takenBy(denies: readonly Statement[]): Pick<Holding, 'isTaken' | 'isServiceTaken'> {
  // Most resources are under the same few denies.
  const byDenies = remembered((indexes) => {
    const some = denies.filter((_, index) => indexes.includes(`,${index},`));
    return remembered((key) => some.some((deny) => isOfAction(deny, key)), EVERY_ANSWER);
  }, EVERY_ANSWER);
  const onResource = remembered(
    (resource) => byDenies(`,${denies.flatMap((deny, index) => (isOnAllOf(deny, resource) ? index : [])).join(',')},`),
    EVERY_ANSWER,
  );
  const services = remembered(
    (resource) => remembered((service) => denies.some((deny) => takesService(deny, service, resource)), EVERY_ANSWER),
    EVERY_ANSWER,
  );
  return {
    isTaken: ({ key }, resource) => denies.length > 0 && onResource(resource)(key),
    isServiceTaken: (service, resource) => services(resource)(service),
  };
}
const EVERY_ANSWER = Number.POSITIVE_INFINITY;

function takesService({ actions, notActions, resources }: Statement, service: string, resource: string): boolean {
  if (!resources.some((one) => coversPattern(one, resource))) return false;
  if (notActions.length === 0) return actions.some((one) => isFullPattern(one) || coversAction(one, `${service}:*`));
  return !notActions.some((one) => isFullPattern(one) || matchesGlob(servicePart(one), service));
}

function grantsOf(documents: readonly NamedDocument[]): Grant[] {
  const grants = documents.flatMap(grantsIn);
  const ofAny = grants.reduce((count, { inverted, patterns }) => count + (inverted ? 0 : patterns.filter(isOfAny).length), 0);
  return ofAny > MOST_OF_ANY_SERVICE ? grants.map(widened) : grants;
}

/**
 * Each pattern of any service is held against every action there is, and the policies of a role have room for hundreds. Nobody needs more than
 * a few: where there are more, each stands for everything when it allows. One that leaves actions out stays as it is.
 */
const MOST_OF_ANY_SERVICE = 20;
const isOfAny = ({ isName, service }: ActionPattern): boolean => !isName && service === '';
const widened = (grant: Grant): Grant =>
  grant.inverted ? grant : { ...grant, patterns: grant.patterns.map((pattern) => (isOfAny(pattern) ? EVERYTHING : pattern)) };

function grantsIn({ document, name }: NamedDocument): Grant[] {
  return document.statements.flatMap((statement, index) => {
    if (statement.effect === 'Deny' || statement.principals.length > 0 || statement.notPrincipals.length > 0) return [];
    const limit = limitOf(statement);
    if (limit === 'never') return [];
    const inverted = statement.notActions.length > 0;
    return [
      {
        place: { document: name, statement: index },
        statement,
        patterns: (inverted ? statement.notActions : statement.actions).map(actionPattern),
        inverted,
        limited: limit === 'limited',
        passedTo: limit === 'limited' ? passedServices(statement) : undefined,
        wide: wideResources(statement),
      },
    ];
  });
}
const EVERYTHING: ActionPattern = { text: '*', service: '', isName: false };

function actionPattern(written: string): ActionPattern {
  const text = written.toLowerCase();
  const service = servicePart(text);
  const isName = !hasWildcard(text);
  return { text, service: !isName && hasWildcard(service) ? '' : service, isName };
}

/** In lower case; empty where there is no colon. */
export const servicePart = (pattern: string): string => pattern.slice(0, Math.max(0, pattern.indexOf(':'))).toLowerCase();

/** Whether the statement's actions name this one. */
export const names = (grant: Grant, { key, service }: Action): boolean =>
  grant.patterns.some((pattern) => (pattern.service === '' || pattern.service === service) && matchesGlob(pattern.text, key)) !==
  grant.inverted;

/** Whether the statement may name actions of any service: NotAction, or a wildcard where the service stands. */
export const isOfAnyService = ({ inverted, patterns }: Grant): boolean =>
  inverted || patterns.some(({ service }) => service === '');

export const reachesEverything = ({ wide }: Grant): boolean => wide.some(({ reach }) => reach === 'every');

/** `*`, `*:*`: every action there is. */
export const isFullPattern = (pattern: string): boolean => /^\*+(:\*+)?$/.test(pattern);

/** The statement's action patterns as they are written, or `NotAction`. */
export const writtenActions = ({ inverted, statement }: Grant): readonly string[] =>
  inverted ? ['NotAction'] : statement.actions;

/** How far the grant reaches for an action that it names, after Deny and boundary; undefined when nothing is left. */
export function reachOf(holding: Holding, grant: Grant, action: Action): Reach | undefined {
  const reach = widestReach(holding, grant, action);
  if (reach || !action.onResource) return reach;
  const { notResources, resources } = grant.statement;
  const open = notResources.length > 0 ? ['*'] : resources;
  return open.some((pattern) => isOpen(holding, action, pattern, patternsOverlap)) ? 'some' : undefined;
}

/** `every` or `account`, where the grant is on at least all of a kind. */
export function widestReach(holding: Holding, grant: Grant, action: Action): 'every' | 'account' | undefined {
  let found: 'every' | 'account' | undefined;
  for (const wide of grant.wide) {
    if (!fits(grant, wide, action) || !isOpen(holding, action, wide.pattern, coversPattern)) continue;
    if (wide.reach === 'every' && !(wide.ofKind && action.ofSeveralKinds)) return 'every';
    found = 'account';
  }
  return found;
}

/** @param bound how a pattern of the boundary and the resource must meet. */
function isOpen(
  { bounds, isTaken }: Holding,
  action: Action,
  resource: string,
  bound: (pattern: string, resource: string) => boolean,
): boolean {
  if (isTaken(action, resource)) return false;
  if (!bounds) return true;
  return bounds.some(
    (grant) =>
      !grant.limited &&
      names(grant, action) &&
      (grant.statement.notResources.length > 0 || grant.statement.resources.some((pattern) => bound(pattern, resource))),
  );
}

/** Actions whose resources are another service's. */
const RESOURCES_OF: Readonly<Record<string, readonly string[]>> = {
  'sts:assumerole': ['iam'],
  'ssm:startsession': ['ec2'],
  'ssm:sendcommand': ['ec2'],
  'ec2-instance-connect:sendsshpublickey': ['ec2'],
};

function fits({ statement }: Grant, wide: WideResource, action: Action): boolean {
  if (wide.service === '*') return action.onResource || isEveryResource(wide.pattern);
  if (!action.onResource) return false;
  const services = RESOURCES_OF[action.key] ?? [action.service];
  if (!services.some((service) => isOfService(wide, service)) || !ofKind(wide.pattern, action)) return false;
  return action.key !== SEND_COMMAND || statement.resources.some(runsScripts);
}

const SEND_COMMAND = 'ssm:sendcommand';
/** Commands are sent by a document; most do one harmless thing. */
const runsScripts = (resource: string): boolean =>
  ['Shell', 'PowerShell', 'Remote'].some((kind) =>
    patternsOverlap(resource, `arn:aws:ssm:us-east-1::document/AWS-Run${kind}Script`),
  );

/** IAM's kinds are told by the action's name: all users are no roles. */
function ofKind(pattern: string, { key }: Action): boolean {
  const [, kind] = /^arn:[^:]*:iam:[^:]*:[^:]*:(role|user|group|policy)\//.exec(pattern) ?? [];
  if (kind === undefined || key.includes(kind)) return kind !== 'user' || !key.endsWith(':addusertogroup');
  return (
    kind === 'user' && /accesskey|loginprofile|servicespecificcredential|mfadevice|sshpublickey|signingcertificate/.test(key)
  );
}
