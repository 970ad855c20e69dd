import { CreateAliasCommand, PublishVersionCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { MemberCloud } from '../../cloud/member-cloud.ts';
import { functionState } from '../../cloud/step-bench.ts';
import { aFunction } from './first-steps.ts';
import type { Scenario } from './scenario.ts';

export const PASSWORD = 'uR7-tq2_XvLw9Zd4';
export const REFERENCES = { STAGE: 'prod', DB_PASSWORD: 'cinch-ssm:/cinch/orders/DB_PASSWORD' };

/** A function whose secret has moved, and whose alias `live` serves a version from before. */
export async function aMovedFunction(cloud: MemberCloud, Variables: Record<string, string> = REFERENCES) {
  const before = { STAGE: 'prod', DB_PASSWORD: PASSWORD };
  const { target, look } = await aFunction(cloud, { Environment: { Variables: before } });
  const FunctionName = target.name;
  await functionState(cloud.lambda, FunctionName);
  const { Version: fromVersion = '' } = await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
  await cloud.lambda.send(
    new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: fromVersion, Description: 'what customers call' }),
  );
  await cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await functionState(cloud.lambda, FunctionName);
  return { step: { kind: 'publish-clean-version', target, alias: 'live', fromVersion } as const, look };
}

export const VERSIONS_SCENARIOS: readonly Scenario[] = [
  {
    kind: 'publish-clean-version',
    what: '',
    notOnMoto: 'lacks GetProvisionedConcurrencyConfig',
    prepare: (cloud) => aMovedFunction(cloud),
  },
];
