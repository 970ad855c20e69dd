import type { AsyncConfig, FunctionUrl, QualifiedPolicy } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import type { Declared, World } from '../declared.ts';
import { functionNamed, referring } from '../references.ts';
import { at, flagOf, numberOf, textOf, textsOf } from '../values.ts';
import { permissionStatement } from './permission.ts';

const pointingAt = (world: World, type: string, property: string, declared: Declared): readonly Declared[] =>
  referring(world, type, property, declared, 'function');

/** The policy of the function and of each qualifier, as AWS makes it of the permissions. */
export function policiesOf(world: World, declared: Declared): QualifiedPolicy[] {
  const byQualifier = new Map<string | null, object[]>();
  for (const permission of pointingAt(world, 'AWS::Lambda::Permission', 'FunctionName', declared)) {
    const { qualifier } = functionNamed(textOf(permission.properties.FunctionName) ?? '');
    const own = textOf(permission.properties.Qualifier) ?? qualifier;
    const statements = byQualifier.get(own) ?? [];
    statements.push(permissionStatement(world, permission, declared, own));
    byQualifier.set(own, statements);
  }
  return [...byQualifier].map(([qualifier, statements]) => ({
    qualifier,
    revisionId: '',
    document: parsePolicyDocument({ Version: '2012-10-17', Id: 'default', Statement: statements }, declared.logicalId),
  }));
}

export function urlsOf(world: World, declared: Declared): FunctionUrl[] {
  return pointingAt(world, 'AWS::Lambda::Url', 'TargetFunctionArn', declared).map(({ properties }) => {
    const { qualifier } = functionNamed(textOf(properties.TargetFunctionArn) ?? '');
    const cors = properties.Cors ?? null;
    return {
      qualifier: textOf(properties.Qualifier) ?? qualifier,
      authType: textOf(properties.AuthType) === 'AWS_IAM' ? 'AWS_IAM' : 'NONE',
      cors:
        cors === null
          ? null
          : {
              allowOrigins: textsOf(at(cors, 'AllowOrigins')),
              allowCredentials: flagOf(at(cors, 'AllowCredentials')) ?? false,
            },
    };
  });
}

/** AWS's own when nobody set them (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html). */
const MAXIMUM_AGE_SECONDS = 21_600;
const MAXIMUM_RETRIES = 2;

export function asyncConfigsOf(world: World, declared: Declared): AsyncConfig[] {
  return pointingAt(world, 'AWS::Lambda::EventInvokeConfig', 'FunctionName', declared).map(({ properties }) => {
    const qualifier = textOf(properties.Qualifier) ?? '$LATEST';
    return {
      qualifier: qualifier === '$LATEST' ? null : qualifier,
      maximumAgeSeconds: numberOf(properties.MaximumEventAgeInSeconds) ?? MAXIMUM_AGE_SECONDS,
      maximumRetries: numberOf(properties.MaximumRetryAttempts) ?? MAXIMUM_RETRIES,
      onFailureArn: textOf(at(properties, 'DestinationConfig', 'OnFailure', 'Destination')) || null,
    };
  });
}

/** The event source mappings of the function and its qualifiers. */
export const mappingsAt = (world: World, declared: Declared): readonly Declared[] =>
  pointingAt(world, 'AWS::Lambda::EventSourceMapping', 'FunctionName', declared);
