import { Refused, StateMoved } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import type { RouteAuthorization } from '../../../model/steps/api.ts';
import { manualStagesOf } from '../../readers/api-parts.ts';
import { clientsFor, type StepDeps, type StepHandler } from '../handler.ts';
import { applyDeployments, captureServed, type ServedBefore, undoDeployments } from './deployments.ts';
import { type Gateway, gatewayOf, v2Path } from './gateway.ts';
import { isSame, type LiveRoute, readRoutes, writeRoute } from './routes.ts';

type SetAuthorization = StepOf<'set-route-authorization'>;
interface Captured {
  /** Marks the deployments of this plan. */
  readonly id: string;
  readonly routes: readonly { readonly key: string; readonly authorization: RouteAuthorization }[];
  readonly served: ServedBefore;
}
interface Receipt {
  /** Stage -> the deployment that it serves now. */
  readonly deployments: Readonly<Record<string, string>>;
}

/** A REST API serves changed methods only once they are deployed; the others' stages must deploy by themselves, or it would take what else waits along. */
export const setRouteAuthorization: StepHandler<'set-route-authorization', Captured, Receipt> = {
  capture: async (deps, step) => {
    const gateway = writeGateway(deps, step);
    const routes = await readRoutes(gateway, step);
    for (const [index, { key, authorization }] of routes.entries()) {
      const planned = step.routes[index]?.from;
      if (!planned || !isSame(authorization, planned))
        throw new StateMoved(`${key} of the API ${step.target.name} is no longer as it was`);
    }
    const served = step.protocol === 'REST' ? await captureServed(gateway, step.target) : await refuseManualStages(gateway, step);
    return { id: deps.id(), routes: routes.map(({ key, authorization }) => ({ key, authorization })), served };
  },

  apply: async (deps, step, captured) => {
    const gateway = writeGateway(deps, step);
    for (const [index, route] of (await readRoutes(gateway, step)).entries()) {
      if (isSame(route.authorization, step.to)) continue;
      const before = captured.routes[index]?.authorization;
      if (!before || !isSame(route.authorization, before))
        throw new StateMoved(`${route.key} of the API ${step.target.name} was changed`);
      refuseOpening(step, route);
      await writeRoute(gateway, step.protocol, route, step.to);
    }
    return { deployments: await applyDeployments(gateway, step.target, captured.id, captured.served) };
  },

  verify: async (deps, step, captured, receipt) => {
    const gateway = writeGateway(deps, step);
    const open = (await readRoutes(gateway, step)).find(({ authorization }) => !isSame(authorization, step.to));
    if (open) return `${open.key} has the authorization ${open.authorization.type}`;
    const missing = captured.served.stages.find(({ name }) => !receipt.deployments[name]);
    return missing ? `the stage ${missing.name} was not deployed` : undefined;
  },

  undo: async (deps, step, captured) => {
    const gateway = gatewayOf(deps, clientsFor(deps, step.target, 'undo'));
    // First what callers meet.
    const lines = await undoDeployments(gateway, step.target, captured.id, captured.served);
    for (const [index, route] of (await readRoutes(gateway, step)).entries()) {
      const before = captured.routes[index]?.authorization;
      if (!before || isSame(route.authorization, before)) continue;
      if (isSame(route.authorization, step.to)) await writeRoute(gateway, step.protocol, route, before);
      else lines.push(`the authorization of ${route.key} was changed since`);
    }
    return lines;
  },
};

const writeGateway = (deps: StepDeps, step: SetAuthorization): Gateway => gatewayOf(deps, clientsFor(deps, step.target, 'write'));

/** Only what is open is closed: which of two authorizations lets fewer in can't be told. */
function refuseOpening({ target, to }: SetAuthorization, { key, authorization }: LiveRoute): void {
  if (authorization.type !== 'NONE' || to.type === 'NONE')
    throw new Refused(
      `${key} of the API ${target.name} would go from ${authorization.type} to ${to.type}, which may let more in`,
    );
}

/** The rule gives no step where a stage is manual: this is for one that became so between the plan and now. */
async function refuseManualStages(gateway: Gateway, step: SetAuthorization): Promise<ServedBefore> {
  const [manual] = manualStagesOf(await gateway.list(v2Path(step.target, '/stages'), 'GetStages'));
  if (manual !== undefined)
    throw new Refused(
      `the stage ${manual} of the API ${step.target.name} does not deploy by itself, and what else waits to be deployed can't be seen: set the authorizer and deploy by hand`,
    );
  return { stages: [] };
}
