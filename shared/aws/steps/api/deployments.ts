import { Refused, StateMoved } from '../../../model/errors.ts';
import type { Resource } from '../../../model/resource.ts';
import { isGone } from '../../aws-error.ts';
import { type Json, objectIn, objectsIn, textIn } from '../../readers/api-calls.ts';
import { type Gateway, restPath } from './gateway.ts';

/** Which deployment each stage of a REST API served: a changed method is served only after a new one. */
export interface ServedBefore {
  readonly stages: readonly { readonly name: string; readonly deploymentId: string }[];
}

const stagePathOf = (api: Resource<'api'>, stage: string): string => restPath(api, `/stages/${encodeURIComponent(stage)}`);
/** Marks the deployments of one plan. */
const markOf = (id: string, stage: string): string => `Cinch ${id} ${stage}`;

/**
 * @throws Refused when a new deployment would bring more than what is changed here: a deployment publishes everything that waits, whoever
 * left it.
 */
export async function captureServed(gateway: Gateway, api: Resource<'api'>): Promise<ServedBefore> {
  const stages = objectsIn((await gateway.get(restPath(api, '/stages'), 'GetStages')).item);
  const live = await liveSummary(gateway, api);
  const served = [];
  for (const stage of stages) {
    const name = textIn(stage.stageName);
    const deploymentId = textIn(stage.deploymentId);
    if (stage.canarySettings) throw new Refused(`the stage ${name} of the API ${api.name} has a canary under way`);
    const deployed = await deployedSummary(gateway, api, deploymentId);
    if (deployed !== live)
      throw new Refused(
        `changes of the API ${api.name} wait to be deployed to ${name}: a deployment now would publish them, so deploy or take them back first`,
      );
    served.push({ name, deploymentId });
  }
  return { stages: served };
}

/** Every method with how it is authorized, as text: what a deployment's summary tells. */
async function liveSummary(gateway: Gateway, api: Resource<'api'>): Promise<string> {
  const resources = await gateway.list(restPath(api, '/resources?embed=methods'), 'GetResources');
  return summaryText(
    resources.flatMap((resource) =>
      Object.entries(objectIn(resource.resourceMethods)).map(
        ([verb, method]) => [textIn(resource.path), verb, objectIn(method)] as const,
      ),
    ),
  );
}

async function deployedSummary(gateway: Gateway, api: Resource<'api'>, deploymentId: string): Promise<string> {
  const path = restPath(api, `/deployments/${encodeURIComponent(deploymentId)}?embed=apisummary`);
  const { apiSummary } = await gateway.get(path, 'GetDeployment');
  return summaryText(
    Object.entries(objectIn(apiSummary)).flatMap(([resource, methods]) =>
      Object.entries(objectIn(methods)).map(([verb, method]) => [resource, verb, objectIn(method)] as const),
    ),
  );
}

const summaryText = (methods: readonly (readonly [path: string, verb: string, method: Json])[]): string =>
  methods
    .map(
      ([path, verb, method]) => `${path} ${verb} ${textIn(method.authorizationType) || 'NONE'} ${method.apiKeyRequired === true}`,
    )
    .sort()
    .join('\n');

/** Deploys the API to every stage, or goes on where an earlier run of the same plan was cut off. Answers stage -> deployment. */
export async function applyDeployments(
  gateway: Gateway,
  api: Resource<'api'>,
  id: string,
  before: ServedBefore,
): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const { name, deploymentId } of before.stages) {
    const own = await findOwn(gateway, api, id, name);
    const now = textIn((await gateway.get(stagePathOf(api, name), 'GetStage')).deploymentId);
    if (now !== deploymentId && now !== own) throw new StateMoved(`somebody deployed the API ${api.name} to ${name} meanwhile`);
    if (own === undefined) {
      const input = { stageName: name, description: markOf(id, name) };
      made[name] = textIn((await gateway.send('POST', restPath(api, '/deployments'), 'CreateDeployment', input)).id);
    } else {
      if (now !== own) await serve(gateway, api, name, own);
      made[name] = own;
    }
  }
  return made;
}

async function findOwn(gateway: Gateway, api: Resource<'api'>, id: string, stage: string): Promise<string | undefined> {
  const deployments = await gateway.list(restPath(api, '/deployments'), 'GetDeployments');
  return deployments.flatMap((one) => (one.description === markOf(id, stage) ? [textIn(one.id)] : []))[0];
}

/** Each stage serves again what it served, unless somebody has deployed since; our deployments are deleted. Answers what stays. */
export async function undoDeployments(
  gateway: Gateway,
  api: Resource<'api'>,
  id: string,
  before: ServedBefore,
): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, deploymentId } of before.stages) {
    const own = await findOwn(gateway, api, id, name);
    if (own === undefined) continue;
    const now = await servedNow(gateway, api, name);
    if (now === own) await serve(gateway, api, name, deploymentId);
    else if (now !== undefined && now !== deploymentId)
      lines.push(`somebody deployed the API ${api.name} to ${name} since: deploy it again to serve the old authorization`);
    await gateway.send('DELETE', restPath(api, `/deployments/${own}`), 'DeleteDeployment');
  }
  return lines;
}

async function servedNow(gateway: Gateway, api: Resource<'api'>, stage: string): Promise<string | undefined> {
  try {
    return textIn((await gateway.get(stagePathOf(api, stage), 'GetStage')).deploymentId);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function serve(gateway: Gateway, api: Resource<'api'>, stage: string, deploymentId: string): Promise<void> {
  await gateway.patch(stagePathOf(api, stage), 'UpdateStage', [{ op: 'replace', path: '/deploymentId', value: deploymentId }]);
}
