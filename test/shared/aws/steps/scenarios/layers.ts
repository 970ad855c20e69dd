import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { zip } from '../../../../local/cloud/zip.ts';
import { type MemberCloud, newName } from '../../cloud/member-cloud.ts';
import { aFunction } from './first-steps.ts';
import type { Scenario } from './scenario.ts';

const OWN_WRAPPER = '/opt/own-wrapper';

/** A layer of somebody else's. */
async function theirLayer(cloud: MemberCloud): Promise<string> {
  const Content = { ZipFile: zip({ name: 'own-wrapper', text: '#!/bin/sh' }) };
  const made = await cloud.lambda.send(new PublishLayerVersionCommand({ LayerName: newName('theirs'), Content }));
  return made.LayerVersionArn ?? '';
}

async function parametersOf(cloud: MemberCloud, name: string): Promise<unknown> {
  const ParameterFilters = [{ Key: 'Name', Option: 'BeginsWith', Values: [`/cinch/${name}/`] }];
  const found = await cloud.ssm.send(new DescribeParametersCommand({ ParameterFilters }));
  return (found.Parameters ?? []).map(({ Name, Type, KeyId }) => ({ Name, Type, KeyId }));
}

const moving = (what: string, wrapped: boolean): Scenario => ({
  kind: 'move-secrets-to-ssm',
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
      step: { kind: 'move-secrets-to-ssm', target, roleArn, architecture: 'x86_64', variables },
      look: async () => ({ ...(await look()), parameters: await parametersOf(cloud, target.name) }),
    };
  },
});

const cleaning = (what: string, more: Readonly<Record<string, string>>, keep: readonly string[]): Scenario => ({
  kind: 'add-tmp-cleaner',
  what,
  prepare: async (cloud) => {
    const Layers = [await theirLayer(cloud)];
    const { target, look } = await aFunction(cloud, { Environment: { Variables: { TABLE: 'orders', ...more } }, Layers });
    return { step: { kind: 'add-tmp-cleaner', target, architecture: 'x86_64', keep }, look };
  },
});

/** The families that put a layer of Cinch's beside a function. */
export const LAYER_SCENARIOS: readonly Scenario[] = [
  moving('of a plain function', false),
  moving('before an own wrapper, beside a layer', true),
  cleaning('of a plain function', {}, []),
  cleaning('before an own wrapper, with paths that stay', { AWS_LAMBDA_EXEC_WRAPPER: OWN_WRAPPER, CINCH_TMP_KEEP: '/tmp/old' }, [
    '/tmp/cache',
  ]),
];
