import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeReader } from '../../../shared/aws/reader.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import {
  createExecutionRole,
  createFunction,
  MEMBER,
  type MemberCloud,
  newName,
  noFacts,
  REGION,
  realClock,
  startMemberCloud,
} from './cloud/member-cloud.ts';
import { functionState } from './cloud/step-bench.ts';

let cloud: MemberCloud;
let reader: Reader;
let role: string;

beforeAll(async () => {
  cloud = await startMemberCloud();
  reader = makeReader({ members: cloud.members, clock: realClock, random: Math.random });
  role = await createExecutionRole(cloud, 'exec');
});
afterAll(() => cloud?.stop());

it('what hangs on the numbers of versions that no alias serves, and since when the aliases point where they do', async () => {
  const target = await createFunction(cloud, newName('versions'), role);
  const FunctionName = target.name;
  // The last is like $LATEST, so nobody asks after it.
  for (const TOKEN of ['free', 'called', 'shared', 'live', 'latest']) {
    await functionState(cloud.lambda, FunctionName);
    await cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { TOKEN } } }));
    await functionState(cloud.lambda, FunctionName);
    await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
  }
  const RoutingConfig = { AdditionalVersionWeights: { '3': 0.1 } };
  await cloud.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '4', RoutingConfig }));
  const Action = 'lambda:InvokeFunction';
  await cloud.lambda.send(
    new AddPermissionCommand({ FunctionName, Qualifier: '2', StatementId: 'own', Action, Principal: MEMBER }),
  );
  const Timestamp = new Date(Date.now() - 10 * 86_400_000);
  const Dimensions = [
    { Name: 'FunctionName', Value: FunctionName },
    { Name: 'Resource', Value: `${FunctionName}:1` },
  ];
  const { endpoint } = cloud.cloud;
  await new CloudWatchClient({ endpoint, region: REGION, credentials: cloud.cloud.credentials(MEMBER) }).send(
    new PutMetricDataCommand({
      Namespace: 'AWS/Lambda',
      MetricData: [{ MetricName: 'Invocations', Dimensions, Timestamp, Value: 1, Unit: 'Count' }],
    }),
  );
  const read = async (aliases?: { points: string; since: string }) => {
    const note = { resource: target, roleArn: role, createdAt: null, managedBy: null, ...(aliases ? { aliases } : {}) };
    return (await reader.readState(target, ['versionUses'], { ...noFacts, note }))?.versionUses;
  };
  const day = `${Timestamp.toISOString().slice(0, 10)}T00:00:00.000Z`;
  const versions = [
    { version: '1', usedBy: [], lastInvoked: day },
    { version: '2', usedBy: ['its policy'], lastInvoked: null },
  ];
  const since = '2026-01-02T00:00:00.000Z';
  expect(await read({ points: 'live=4+3', since })).toEqual({ aliases: 'live=4+3', since, versions });
  const moved = (await read({ points: 'live=4', since })) as { since: string };
  expect(Math.abs(Date.parse(moved.since) - Date.now())).toBeLessThan(60_000);
});
