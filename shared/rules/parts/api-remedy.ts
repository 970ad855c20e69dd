import type { Resource } from '../../model/resource.ts';
import type { Remedy, RemedySettings } from '../../model/rule.ts';
import type { ApiAuthorizer, ApiFacts, ApiRoute } from '../../model/state.ts';
import type { Step } from '../../model/step.ts';
import type { RouteAuthorization } from '../../model/steps/api.ts';
import { apiCommand, someKeys } from './api.ts';
import { byHand } from './by-hand.ts';
import { counted, listed } from './words.ts';

const TYPES: { readonly [K in ApiAuthorizer['kind']]: RouteAuthorization['type'] } = {
  JWT: 'JWT',
  REQUEST: 'CUSTOM',
  TOKEN: 'CUSTOM',
  COGNITO_USER_POOLS: 'COGNITO_USER_POOLS',
};

/** Closes methods or routes with the authorizer that the configuration names for this API, or with IAM where it names none. */
export function closeRoutes(
  target: Resource<'api'>,
  {
    protocol,
    open,
    authorizers,
    manualStages,
  }: Pick<ApiFacts, 'protocol' | 'authorizers' | 'manualStages'> & {
    readonly open: readonly ApiRoute[];
  },
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
  if (manualStages.length > 0) return closeByHand(target, open, to, manualStages);
  const routes = open.map(({ key, authorization, authorizerId }) => ({ key, from: { type: authorization, authorizerId } }));
  return { kind: 'steps', steps: [{ kind: 'set-route-authorization', target, protocol, routes, to }] };
}

/** A deployment publishes everything that waits, which nobody can list for an HTTP or WebSocket API: a person must know it before. */
function closeByHand(
  target: Resource<'api'>,
  open: readonly ApiRoute[],
  { type, authorizerId }: RouteAuthorization,
  manualStages: readonly string[],
): Remedy {
  const authorizer = authorizerId === null ? '' : ` --authorizer-id ${authorizerId}`;
  const update = apiCommand('HTTP', target, 'update-route', `--route-id <id> --authorization-type ${type}${authorizer}`);
  const routes = apiCommand('HTTP', target, 'get-routes', "--query 'Items[].[RouteId,RouteKey]' --output text");
  const deploy = manualStages.map((stage) => apiCommand('HTTP', target, 'create-deployment', `--stage-name '${stage}'`));
  const [is, does] = manualStages.length === 1 ? ['stage', 'does'] : ['stages', 'do'];
  return byHand(
    `The ${is} ${listed(manualStages)} ${does} not deploy by itself, and a deployment would put live whatever else waits.`,
    `Find the ids of ${counted(open.length, 'route')} (${someKeys(open)}): ${routes}. For each: ${update}. When all that waits may go live: ${deploy.join('; ')}.`,
  );
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
