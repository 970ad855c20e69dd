import type { ApiStage } from '../../model/state.ts';
import { certain, type Declared, type World } from '../declared.ts';
import { referring } from '../references.ts';
import { at, flagOf, listOf, NotTold, numberOf, objectOf, textOf, type Value, type ValueObject } from '../values.ts';

/** The stages of an API: resources of their own, or part of a deployment. */
export function stagesOf(world: World, api: Declared): ApiStage[] {
  if (api.type === 'AWS::ApiGateway::RestApi') return [...restStages(world, api), ...deploymentStages(world, api)];
  return newStages(world, api).map(newStage);
}

/** The stages of an HTTP or WebSocket API that do not deploy by themselves: false where a stage says nothing. */
export const manualStagesOf = (world: World, api: Declared): string[] =>
  newStages(world, api)
    .filter(({ AutoDeploy }) => !(flagOf(AutoDeploy) ?? false))
    .map(stageNameOf);

/** What each stage of an HTTP or WebSocket API is told to be. One that names a target gets a stage that deploys by itself (quick create). */
function newStages(world: World, api: Declared): ValueObject[] {
  const stages = referring(world, 'AWS::ApiGatewayV2::Stage', 'ApiId', api).map(({ properties }) => properties);
  const isQuick = api.properties.Target !== undefined && !stages.some((stage) => stageNameOf(stage) === '$default');
  return isQuick ? [...stages, { StageName: '$default', AutoDeploy: true }] : stages;
}

const stageNameOf = ({ StageName }: ValueObject): string => textOf(StageName) ?? '$default';

const restStages = (world: World, api: Declared): ApiStage[] =>
  referring(world, 'AWS::ApiGateway::Stage', 'RestApiId', api).map(({ properties }) => restStage(world, api, properties));

/** A deployment that names a stage makes it, with its description as its settings. */
const deploymentStages = (world: World, api: Declared): ApiStage[] =>
  referring(world, 'AWS::ApiGateway::Deployment', 'RestApiId', api).flatMap(({ properties }) => {
    const name = textOf(properties.StageName);
    return name === undefined ? [] : [restStage(world, api, { ...objectOf(properties.StageDescription), StageName: name })];
  });

function restStage(world: World, api: Declared, stage: ValueObject): ApiStage {
  const name = textOf(stage.StageName) ?? '';
  const general = listOf(stage.MethodSettings).find(
    (one) => textOf(at(one, 'HttpMethod')) === '*' && textOf(at(one, 'ResourcePath')) === '/*',
  );
  return {
    name,
    accessLogArn: textOf(at(stage.AccessLogSetting, 'DestinationArn')) || null,
    webAclArn: webAclOf(world, `/restapis/${api.identity.name}/stages/${name}`),
    throttling: throttlingOf(general ?? stage),
    tracing: flagOf(stage.TracingEnabled) ?? false,
    variables: textsByName(stage.Variables),
  };
}

const newStage = (stage: ValueObject): ApiStage => ({
  name: stageNameOf(stage),
  accessLogArn: textOf(at(stage.AccessLogSettings, 'DestinationArn')) || null,
  webAclArn: null,
  throttling: throttlingOf(stage.DefaultRouteSettings),
  tracing: false,
  variables: textsByName(stage.StageVariables),
});

/** -1 stands for the account's own limits, and so does what is missing. */
function throttlingOf(settings: Value | undefined): ApiStage['throttling'] {
  const rate = numberOf(at(settings, 'ThrottlingRateLimit')) ?? 0;
  const burst = numberOf(at(settings, 'ThrottlingBurstLimit')) ?? 0;
  return rate > 0 && burst > 0 ? { rate, burst } : null;
}

/** @param ending what the ARN of the stage ends with: its beginning may be written in several ways. */
function webAclOf(world: World, ending: string): string | null {
  for (const association of world.ofType('AWS::WAFv2::WebACLAssociation')) {
    const resourceArn = textOf(association.properties.ResourceArn);
    if (resourceArn === undefined) throw new NotTold(`${association.logicalId} names no resource`);
    if (resourceArn.endsWith(ending)) return textOf(certain(association).properties.WebACLArn) ?? null;
  }
  return null;
}

const textsByName = (value: Value | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(objectOf(value)).map(([name, one]) => [name, textOf(one) ?? '']));
