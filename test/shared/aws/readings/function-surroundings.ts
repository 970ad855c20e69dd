import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { AddLayerVersionPermissionCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { MEMBER, type MemberCloud, newName, REGION } from '../cloud/member-cloud.ts';
import { rawCalls } from '../cloud/raw-calls.ts';
import { EVERYBODY, InAnyOrder, someDocument, statement } from './reading.ts';

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

/** In both stores one that was rotated since and one that was not, and a parameter that nobody moved. */
export async function movedSecrets(cloud: MemberCloud, fn: string) {
  const { json } = rawCalls(cloud.cloud.credentials(MEMBER));
  const put = (Name: string, Value: string) =>
    json('ssm', 'AmazonSSM.PutParameter', { Name, Value, Type: 'SecureString', Overwrite: Value !== 'one' });
  const secrets = (['OLD', 'NEW'] as const).flatMap((variable) => [
    { variable: `P_${variable}`, store: 'ssm', name: `/cinch/${fn}/P_${variable}`, rotated: variable === 'NEW' } as const,
    {
      variable: `S_${variable}`,
      store: 'secrets-manager',
      name: `cinch/${fn}/S_${variable}`,
      rotated: variable === 'NEW',
    } as const,
  ]);
  for (const { store, name, rotated } of secrets) {
    if (store === 'ssm') {
      await put(name, 'one');
      if (rotated) await put(name, 'two');
    } else {
      await json('secretsmanager', 'secretsmanager.CreateSecret', { Name: name, SecretString: 'one' });
      if (rotated) await json('secretsmanager', 'secretsmanager.PutSecretValue', { SecretId: name, SecretString: 'two' });
    }
  }
  await put(`/shop/${fn}`, 'one');
  const prefixes = { ssm: 'cinch-ssm:', 'secrets-manager': 'cinch-sm:' } as const;
  const references: Record<string, string> = { OWN: `cinch-ssm:/shop/${fn}` };
  for (const { variable, store, name } of secrets) references[variable] = prefixes[store] + name;
  return { references, secrets: new InAnyOrder(...secrets) };
}
