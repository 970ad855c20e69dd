import { StateMoved } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import type { RouteAuthorization } from '../../../model/steps/api.ts';
import { type Json, objectIn, textIn } from '../../readers/api-calls.ts';
import { type Gateway, orMoved, restPath, v2Path } from './gateway.ts';

type SetAuthorization = StepOf<'set-route-authorization'>;

/** A method or route as it is: where it is patched, and how it is authorized. */
export interface LiveRoute {
  readonly key: string;
  readonly path: string;
  readonly authorization: RouteAuthorization;
}

/** Those of the step, in its order. @throws StateMoved when one is gone */
export async function readRoutes(gateway: Gateway, step: SetAuthorization): Promise<LiveRoute[]> {
  const all = await orMoved(
    step.protocol === 'REST' ? restMethods(gateway, step) : otherRoutes(gateway, step),
    `the API ${step.target.name}`,
  );
  return step.routes.map(({ key }) => {
    const found = all.find((route) => route.key === key);
    if (!found) throw new StateMoved(`${key} of the API ${step.target.name} no longer exists`);
    return found;
  });
}

async function restMethods(gateway: Gateway, { target }: SetAuthorization): Promise<LiveRoute[]> {
  const resources = await gateway.list(restPath(target, '/resources?embed=methods'), 'GetResources');
  return resources.flatMap((resource) =>
    Object.entries(objectIn(resource.resourceMethods)).map(([verb, method]) => ({
      key: `${verb} ${textIn(resource.path)}`,
      path: restPath(target, `/resources/${textIn(resource.id)}/methods/${verb}`),
      authorization: authorizationOf(objectIn(method)),
    })),
  );
}

async function otherRoutes(gateway: Gateway, { target }: SetAuthorization): Promise<LiveRoute[]> {
  const routes = await gateway.list(v2Path(target, '/routes'), 'GetRoutes');
  return routes.map((route) => ({
    key: textIn(route.routeKey),
    path: v2Path(target, `/routes/${textIn(route.routeId)}`),
    authorization: authorizationOf(route),
  }));
}

const authorizationOf = (json: Json): RouteAuthorization => ({
  type: (textIn(json.authorizationType) || 'NONE') as RouteAuthorization['type'],
  authorizerId: textIn(json.authorizerId) || null,
});

export const isSame = (one: RouteAuthorization, other: RouteAuthorization): boolean =>
  one.type === other.type && one.authorizerId === other.authorizerId;

export async function writeRoute(
  gateway: Gateway,
  protocol: SetAuthorization['protocol'],
  route: LiveRoute,
  { type, authorizerId }: RouteAuthorization,
): Promise<void> {
  if (protocol === 'REST') {
    await gateway.patch(route.path, 'UpdateMethod', [
      { op: 'replace', path: '/authorizationType', value: type },
      ...(authorizerId === null ? [] : [{ op: 'replace' as const, path: '/authorizerId', value: authorizerId }]),
    ]);
  } else {
    const authorizer = authorizerId === null ? {} : { authorizerId };
    await gateway.send('PATCH', route.path, 'UpdateRoute', { authorizationType: type, ...authorizer });
  }
}
