import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { AddLayerVersionPermissionCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { MEMBER, type MemberCloud, newName, REGION } from '../cloud/member-cloud.ts';
import { rawCalls } from '../cloud/raw-calls.ts';
import { EVERYBODY, someDocument, statement } from './reading.ts';

export async function aLayer(cloud: MemberCloud, { open }: { open: boolean }) {
  const LayerName = newName('layer');
  const Content = { ZipFile: zipSync({ 'a.txt': new TextEncoder().encode('a') }) };
  const { LayerVersionArn: arn = '', Version } = await cloud.lambda.send(new PublishLayerVersionCommand({ LayerName, Content }));
  if (open)
    await cloud.lambda.send(
      new AddLayerVersionPermissionCommand({
        LayerName,
        VersionNumber: Version,
        StatementId: 'all',
        Action: 'lambda:GetLayerVersion',
        Principal: '*',
      }),
    );
  const action = statement({ sid: 'all', actions: ['lambda:GetLayerVersion'], resources: [arn], principals: EVERYBODY });
  return { arn, document: someDocument(action) };
}

export async function aLogGroup(cloud: MemberCloud, logGroupName: string, { days }: { days: number }): Promise<void> {
  const { json } = rawCalls(cloud.cloud.credentials(MEMBER));
  // Another whose name begins like it.
  await json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName: `${logGroupName}-2` });
  await json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName });
  await json('logs', 'Logs_20140328.PutRetentionPolicy', { logGroupName, retentionInDays: days });
}

const DAY_MS = 86_400_000;

/** Two invocations five days ago. Answers the start of that day, in UTC. */
export async function measured(cloud: MemberCloud, FunctionName: string): Promise<{ at: string }> {
  const Timestamp = new Date(Date.now() - 5 * DAY_MS);
  const Dimensions = [{ Name: 'FunctionName', Value: FunctionName }];
  const { endpoint } = cloud.cloud;
  const admin = { endpoint, region: REGION, credentials: cloud.cloud.credentials(MEMBER) };
  const point = (MetricName: string, Value: number, Unit: 'Count' | 'Milliseconds') => ({
    MetricName,
    Dimensions,
    Timestamp,
    Value,
    Unit,
  });
  const MetricData = [
    point('Invocations', 2, 'Count'),
    point('Duration', 250, 'Milliseconds'),
    point('Duration', 1500, 'Milliseconds'),
  ];
  await new CloudWatchClient(admin).send(new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData }));
  return { at: `${Timestamp.toISOString().slice(0, 10)}T00:00:00.000Z` };
}
