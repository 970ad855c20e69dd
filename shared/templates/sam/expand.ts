import type { Declared } from '../declared.ts';
import type { Value } from '../values.ts';
import { expandHttpApi, expandRestApi } from './api.ts';
import { authorizerPermissions } from './authorizer-permissions.ts';
import { connectorResources } from './connectors.ts';
import { expandFunction } from './function.ts';
import { IMPLICIT } from './generated.ts';
import type { SamContext } from './made.ts';
import { preflightRoutes } from './preflight.ts';
import { expandWebSocketApi } from './websocket.ts';

/** A SAM template's resources in CloudFormation's words: what its transform would make of them, as far as rules can see it. */
export function expandServerless(declared: readonly Declared[], context: SamContext): Declared[] {
  const apis = declared.filter(({ type }) => type === 'AWS::Serverless::Api' || type === 'AWS::Serverless::HttpApi');
  const apiOf = (reference: Value | undefined, kind: 'Api' | 'HttpApi'): Declared | undefined => {
    const id = kind === 'Api' ? IMPLICIT.rest : IMPLICIT.http;
    if (reference === undefined || reference === null) return apis.find(({ logicalId }) => logicalId === id);
    return apis.find(({ identity, logicalId }) => identity.ref === reference || logicalId === reference);
  };
  const expanded = declared.flatMap((one) => expandOne(one, apiOf, context));
  const more = apis.flatMap((api) => [...authorizerPermissions(api, context), ...preflightRoutes(api, expanded, context)]);
  return [...expanded, ...more, ...connectorResources(declared, expanded, context)];
}

function expandOne(one: Declared, apiOf: Parameters<typeof expandFunction>[1], context: SamContext): Declared[] {
  switch (one.type) {
    case 'AWS::Serverless::Function':
      return expandFunction(one, apiOf, context);
    case 'AWS::Serverless::Api':
      return expandRestApi(one, context);
    case 'AWS::Serverless::HttpApi':
      return expandHttpApi(one, context);
    case 'AWS::Serverless::WebSocketApi':
      return expandWebSocketApi(one, context);
    case 'AWS::Serverless::SimpleTable':
      return [{ ...one, type: 'AWS::DynamoDB::Table' }];
    case 'AWS::Serverless::LayerVersion':
      return [{ ...one, type: 'AWS::Lambda::LayerVersion' }];
    default:
      return [one];
  }
}
