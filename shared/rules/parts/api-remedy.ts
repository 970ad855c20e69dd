import type { Resource } from '../../model/resource.ts';
import type { Remedy, RemedySettings } from '../../model/rule.ts';
import type { ApiAuthorizer, ApiProtocol, ApiRoute } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import type { RouteAuthorization } from '../../model/steps/api.ts';
import { byHand } from './by-hand.ts';

const TYPES: { readonly [K in ApiAuthorizer['kind']]: RouteAuthorization['type'] } = {
  JWT: 'JWT',
  REQUEST: 'CUSTOM',
  TOKEN: 'CUSTOM',
  COGNITO_USER_POOLS: 'COGNITO_USER_POOLS',
};

/** Closes methods or routes with the authorizer that the configuration names for this API, or with IAM where it names none. */
export function closeRoutes(
  target: Resource<'api'>,
  protocol: ApiProtocol,
  open: readonly ApiRoute[],
  authorizers: readonly ApiAuthorizer[],
  settings: RemedySettings,
): Remedy {
  const named = settings.authorizers[target.name];
  const found = authorizers.find(({ id }) => id === named);
  if (named !== undefined && found === undefined)
    return byHand(
      `The configuration names the authorizer ${named} for it, which it does not have.`,
      'Correct remedies.authorizers in cinch.yaml, or make the authorizer.',
    );
  const to: RouteAuthorization = found
    ? { type: TYPES[found.kind], authorizerId: found.id }
    : { type: 'AWS_IAM', authorizerId: null };
  const routes = open.map(({ key, authorization, authorizerId }) => ({ key, from: { type: authorization, authorizerId } }));
  return { kind: 'steps', steps: [{ kind: 'set-route-authorization', target, protocol, routes, to }] };
}

/** Which authorizer it will be, for the advice. */
export function authorizerAdvice(target: Resource<'api'>, settings: RemedySettings): string {
  return settings.authorizers[target.name] === undefined
    ? `With IAM its callers must sign their requests. For another authorizer name it in cinch.yaml: remedies.authorizers: {${target.name}: <id>}.`
    : 'The authorizer is the one that cinch.yaml names (remedies.authorizers).';
}

/** One step for each stage, when the configuration says what it needs; else what a person must do. */
export const forEachStage = (
  stages: readonly string[],
  step: ((stage: string) => Step) | undefined,
  otherwise: Remedy,
): Remedy => (step ? { kind: 'steps', steps: stages.map(step) } : otherwise);
