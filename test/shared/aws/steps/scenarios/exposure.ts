import {
  AddLayerVersionPermissionCommand,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  GetLayerVersionPolicyCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { answer, plain } from '../../cloud/everything.ts';
import { type MemberCloud, newName } from '../../cloud/member-cloud.ts';
import { aFunction } from './first-steps.ts';
import type { Scenario } from './scenario.ts';

/** A function with a URL that answers every web site; the alias has one of its own. */
export async function aUrl(cloud: MemberCloud, qualifier: string | null, AllowOrigins: string[]) {
  const made = await aFunction(cloud);
  const { name: FunctionName } = made.target;
  const { Version: FunctionVersion } = await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
  await cloud.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion }));
  const Cors = { AllowOrigins, AllowCredentials: true, AllowMethods: ['GET'], AllowHeaders: ['x-shop'], MaxAge: 60 };
  const AuthType = 'AWS_IAM' as const;
  for (const Qualifier of [undefined, 'live'])
    await cloud.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier, AuthType, Cors }));
  return { ...made, qualifier, from: { allowOrigins: AllowOrigins, allowCredentials: true } };
}

/** A layer version with a policy: the first statements stay, the last is the open one. */
export async function aLayer(cloud: MemberCloud, others: readonly object[]) {
  const made = await aFunction(cloud);
  const { lambda } = cloud;
  const LayerName = newName('shared');
  const published = await lambda.send(
    new PublishLayerVersionCommand({
      LayerName,
      Content: { ZipFile: zipSync({ 'lib.js': new TextEncoder().encode('exports.one = 1;') }) },
    }),
  );
  const layerArn = published.LayerVersionArn ?? '';
  const at = { LayerName, VersionNumber: published.Version };
  const permit = (more: object) =>
    lambda.send(
      new AddLayerVersionPermissionCommand({
        ...at,
        Action: 'lambda:GetLayerVersion',
        Principal: '*',
        StatementId: 'open',
        ...more,
      }),
    );
  for (const other of others) await permit(other);
  const text = (await permit({})).Statement ?? '';
  const policy = async () =>
    JSON.parse((await lambda.send(new GetLayerVersionPolicyCommand(at)).catch(() => undefined))?.Policy ?? '{}') as unknown;
  const look = async () => [plain(await policy()), await answer(made.look())];
  return { ...made, layerArn, statement: { sid: 'open', text }, at, permit, policy, look };
}

const ORGANIZATION = { StatementId: 'organization', OrganizationId: 'o-abcdefghij' };
const PARTNER = { StatementId: 'partner', Principal: '333333333333' };

export const EXPOSURE_SCENARIOS: readonly Scenario[] = [
  {
    kind: 'narrow-url-cors',
    what: 'to no credentials',
    prepare: async (cloud) => {
      const { target, qualifier, from, look } = await aUrl(cloud, null, ['*']);
      return { step: { kind: 'narrow-url-cors', target, qualifier, from, to: { ...from, allowCredentials: false } }, look };
    },
  },
  {
    kind: 'narrow-url-cors',
    what: 'of an alias to the named sites',
    prepare: async (cloud) => {
      const { target, qualifier, from, look } = await aUrl(cloud, 'live', ['https://shop.example.com', 'https://*']);
      const to = { ...from, allowOrigins: ['https://shop.example.com'] };
      return { step: { kind: 'narrow-url-cors', target, qualifier, from, to }, look };
    },
  },
  ...[
    { what: 'beside others', others: [ORGANIZATION, PARTNER] },
    { what: 'that is the only one', others: [] },
  ].map(
    ({ what, others }): Scenario => ({
      kind: 'remove-layer-permission',
      what,
      notOnMoto: 'compares the RevisionId of RemoveLayerVersionPermission as a list of texts, and so refuses every right one',
      prepare: async (cloud) => {
        const { target, layerArn, statement, look } = await aLayer(cloud, others);
        return { step: { kind: 'remove-layer-permission', target, layerArn, statement }, look };
      },
    }),
  ),
];
