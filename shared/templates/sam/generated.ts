import { type Identity, identityOf, type Where } from '../identity.ts';
import { resolve } from '../intrinsics/resolve.ts';
import type { Scope } from '../intrinsics/scope.ts';
import { isJsonObject, type Json } from '../tree/json.ts';

interface Written {
  readonly type: string;
  readonly identity: Identity;
  readonly properties: Json | undefined;
  readonly scope: Scope;
}

/** The two APIs that SAM makes for events that name none. */
export const IMPLICIT = { rest: 'ServerlessRestApi', http: 'ServerlessHttpApi' } as const;

/**
 * What SAM makes besides what is written, by the logical id that it gives it
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html).
 */
export function generatedByServerless(
  logicalId: string,
  written: (logicalId: string) => Written | undefined,
  { where, prefix }: { readonly where: Where; readonly prefix: string },
): Identity | undefined {
  if (logicalId === IMPLICIT.rest) return identityOf('AWS::ApiGateway::RestApi', `${prefix}${logicalId}`, undefined, where);
  if (logicalId === IMPLICIT.http) return identityOf('AWS::ApiGatewayV2::Api', `${prefix}${logicalId}`, undefined, where);
  for (const [ending, types, make] of ENDINGS) {
    if (!logicalId.endsWith(ending)) continue;
    const owner = logicalId.slice(0, -ending.length);
    if (owner === '' || owner.endsWith('.')) continue;
    const found = written(owner);
    if (found && types.includes(found.type)) return make(found, logicalId, { where, prefix });
    if (types.includes('implicit') && (owner === IMPLICIT.rest || owner === IMPLICIT.http))
      return { name: 'Prod', ref: owner === IMPLICIT.rest ? 'Prod' : '$default', arn: '' };
  }
  return undefined;
}

type Make = (owner: Written, logicalId: string, input: { readonly where: Where; readonly prefix: string }) => Identity;
const FUNCTION = ['AWS::Serverless::Function'];
const APIS = ['AWS::Serverless::Api', 'AWS::Serverless::HttpApi', 'AWS::Serverless::WebSocketApi', 'implicit'];

const qualified = ({ identity }: Written, qualifier: string): Identity => {
  const arn = `${identity.arn}:${qualifier}`;
  return { name: qualifier, ref: arn, arn };
};
const propertyOf = ({ properties, scope }: Written, name: string): string | undefined => {
  const node = isJsonObject(properties) ? properties[name] : undefined;
  const found = node === undefined ? undefined : resolve(node, scope);
  return typeof found === 'string' ? found : undefined;
};
const aliasOf: Make = (owner) => qualified(owner, propertyOf(owner, 'AutoPublishAlias') ?? 'live');
const versionOf: Make = (owner) => qualified(owner, '1');
const named: Make = (owner, logicalId) => ({ name: logicalId, ref: logicalId, arn: owner.identity.arn });
const stageOf: Make = (owner) => {
  const stage = propertyOf(owner, 'StageName') ?? (owner.type === 'AWS::Serverless::Api' ? 'Prod' : '$default');
  return { name: stage, ref: stage, arn: `${owner.identity.arn}/stages/${stage}` };
};

/** Attributes first: they are longer. */
const ENDINGS: readonly (readonly [ending: string, types: readonly string[], make: Make])[] = [
  ['.Alias', FUNCTION, aliasOf],
  ['.Version', FUNCTION, versionOf],
  ['.DestinationTopic', FUNCTION, named],
  ['.DestinationQueue', FUNCTION, named],
  ['.Stage', APIS, stageOf],
  [
    'Role',
    FUNCTION,
    (owner, logicalId, { where, prefix }) =>
      identityOf('AWS::IAM::Role', `${prefix}${logicalId}`, undefined, where, propertyOf(owner, 'RolePath')),
  ],
  ['Url', FUNCTION, named],
  ['Stage', APIS, stageOf],
];
