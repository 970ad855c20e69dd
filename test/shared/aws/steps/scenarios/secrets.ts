import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { zip } from '../../../../local/cloud/zip.ts';
import { MEMBER, type MemberCloud, newName } from '../../cloud/member-cloud.ts';
import { rawCalls } from '../../cloud/raw-calls.ts';
import { aFunction } from './first-steps.ts';
import type { Scenario } from './scenario.ts';

const OWN_WRAPPER = '/opt/own-wrapper';

/** A layer of somebody else's. */
async function theirLayer(cloud: MemberCloud): Promise<string> {
  const Content = { ZipFile: zip({ name: 'own-wrapper', text: '#!/bin/sh' }) };
  const made = await cloud.lambda.send(new PublishLayerVersionCommand({ LayerName: newName('theirs'), Content }));
  return made.LayerVersionArn ?? '';
}

/** What lies in either store under the function's name. */
async function storedOf(cloud: MemberCloud, name: string): Promise<unknown> {
  const ParameterFilters = [{ Key: 'Name', Option: 'BeginsWith', Values: [`/cinch/${name}/`] }];
  const { Parameters: parameters = [] } = await cloud.ssm.send(new DescribeParametersCommand({ ParameterFilters }));
  const Filters = [{ Key: 'name', Values: [`cinch/${name}/`] }];
  const { SecretList: secrets } = await rawCalls(cloud.cloud.credentials(MEMBER)).json(
    'secretsmanager',
    'secretsmanager.ListSecrets',
    { Filters },
  );
  return {
    parameters: parameters.map(({ Name, Type, KeyId }) => ({ Name, Type, KeyId })),
    secrets: (secrets as { Name: string; KmsKeyId?: string }[]).map(({ Name, KmsKeyId }) => ({ Name, KmsKeyId })),
  };
}

type Store = 'move-secrets-to-ssm' | 'move-secrets-to-secrets-manager';

const moving = (kind: Store, what: string, wrapped: boolean): Scenario => ({
  kind,
  what,
  prepare: async (cloud) => {
    const Variables = {
      DB_PASSWORD: 'p"w$(touch x)`é漢`\n\ttwo=lines',
      TOKEN: 'tok-0123456789',
      STAGE: 'prod',
      ...(wrapped ? { AWS_LAMBDA_EXEC_WRAPPER: OWN_WRAPPER } : {}),
    };
    const Layers = wrapped ? [await theirLayer(cloud)] : [];
    const { target, roleArn, look } = await aFunction(cloud, { Environment: { Variables }, Layers });
    const variables = ['DB_PASSWORD', 'TOKEN'];
    return {
      step: { kind, target, roleArn, architecture: 'x86_64', variables },
      look: async () => ({ ...(await look()), stored: await storedOf(cloud, target.name) }),
    };
  },
});

export const SECRETS_SCENARIOS: readonly Scenario[] = (
  ['move-secrets-to-ssm', 'move-secrets-to-secrets-manager'] as const
).flatMap((kind) => [moving(kind, 'of a plain function', false), moving(kind, 'before an own wrapper, beside a layer', true)]);
