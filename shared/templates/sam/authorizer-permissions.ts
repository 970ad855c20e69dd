import type { Declared } from '../declared.ts';
import { at, isObject } from '../values.ts';
import { made, type SamContext } from './made.ts';

/** A REST API may call the functions that authorize for it unless somebody says no; an HTTP API only when somebody says so. */
export function authorizerPermissions(api: Declared, context: SamContext): Declared[] {
  const authorizers = at(api.properties.Auth, 'Authorizers');
  if (!isObject(authorizers)) return [];
  const isRest = api.type === 'AWS::Serverless::Api';
  const { partition, region, account } = context.where;
  return Object.entries(authorizers).flatMap(([name, authorizer]) => {
    const functionArn = at(authorizer, 'FunctionArn');
    const isWanted = isRest
      ? at(authorizer, 'DisableFunctionDefaultPermissions') !== true
      : at(authorizer, 'EnableFunctionDefaultPermissions') === true;
    if (functionArn === undefined || !isWanted) return [];
    return [
      made(context, api, 'AWS::Lambda::Permission', `${api.logicalId}${name}AuthorizerPermission`, {
        Action: 'lambda:InvokeFunction',
        FunctionName: functionArn,
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:${partition}:execute-api:${region}:${account}:${api.identity.ref}/authorizers/*`,
      }),
    ];
  });
}
