import type { Declared } from '../declared.ts';
import { at, isList, isObject, isUnresolved, type Value, type ValueObject } from '../values.ts';
import { eventResources } from './events.ts';
import { made, type SamContext, without } from './made.ts';
import { roleFor } from './role.ts';

/**
 * What SAM makes of a function: the function itself, its role, version and alias, URL, permissions and mappings
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html).
 * @param apiOf the declared API of a reference.
 */
export function expandFunction(
  declared: Declared,
  apiOf: (reference: Value | undefined, kind: 'Api' | 'HttpApi') => Declared | undefined,
  context: SamContext,
): Declared[] {
  const { properties, logicalId, identity } = declared;
  const role = properties.Role === undefined || properties.Role === null ? roleFor(declared, context) : undefined;
  const alias = aliasesOf(declared, context);
  // What invokes it goes to its alias when it has one.
  const target = alias[1]?.identity.arn ?? identity.name;
  const lambda: Declared = { ...declared, type: 'AWS::Lambda::Function', properties: functionProperties(properties, role) };
  return [
    lambda,
    ...(role ? [role] : []),
    ...alias,
    ...urlOf(declared, target, context),
    ...asyncConfigOf(declared, alias[1], context),
    ...eventResources(declared, target, apiOf, context),
  ].map((one) => (one.logicalId === logicalId ? one : { ...one, uncertain: declared.uncertain }));
}

function functionProperties(properties: ValueObject, role: Declared | undefined): ValueObject {
  const { Tracing: tracing, DeadLetterQueue: deadLetter, Tags: tags, InlineCode: code, ...same } = properties;
  return {
    ...same,
    ...(code !== undefined && { Code: { ZipFile: code } }),
    ...(tracing !== undefined && { TracingConfig: isUnresolved(tracing) ? tracing : { Mode: tracing } }),
    ...(deadLetter !== undefined && {
      DeadLetterConfig: isUnresolved(deadLetter) ? deadLetter : without({ TargetArn: at(deadLetter, 'TargetArn') }),
    }),
    ...(role && { Role: role.identity.arn }),
    Tags: isUnresolved(tags) ? tags : { 'lambda:createdBy': 'SAM', ...(isObject(tags) ? tags : {}) },
  };
}

/** A version and the alias that leads to it; none when it publishes none. */
function aliasesOf(declared: Declared, context: SamContext): [] | [Declared, Declared] {
  const { properties, logicalId, identity } = declared;
  const name = properties.AutoPublishAlias;
  if (name === undefined || name === null) return [];
  const text = typeof name === 'string' ? name : 'live';
  const version = made(context, declared, 'AWS::Lambda::Version', `${logicalId}Version`, { FunctionName: identity.name });
  const alias = made(context, declared, 'AWS::Lambda::Alias', `${logicalId}Alias${text}`, {
    FunctionName: identity.name,
    FunctionVersion: '1',
    Name: name,
  });
  const qualified = (one: Declared, qualifier: string): Declared => {
    const arn = `${identity.arn}:${qualifier}`;
    return { ...one, identity: { name: qualifier, arn, ref: arn } };
  };
  return [qualified(version, '1'), qualified(alias, text)];
}

/** An open URL comes with the two statements that let everybody use it. */
function urlOf(declared: Declared, target: string, context: SamContext): Declared[] {
  const config = declared.properties.FunctionUrlConfig;
  if (config === undefined || config === null) return [];
  const { logicalId } = declared;
  const settings: ValueObject = isObject(config) ? config : { AuthType: config };
  const url = made(context, declared, 'AWS::Lambda::Url', `${logicalId}Url`, { ...settings, TargetFunctionArn: target });
  if (settings.AuthType !== 'NONE') return [url];
  const grant = (id: string, more: ValueObject): Declared =>
    made(context, declared, 'AWS::Lambda::Permission', `${logicalId}${id}`, { FunctionName: target, Principal: '*', ...more });
  return [
    url,
    grant('UrlPublicPermissions', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' }),
    grant('URLInvokeFunctionPermissions', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true }),
  ];
}

function asyncConfigOf(declared: Declared, alias: Declared | undefined, context: SamContext): Declared[] {
  const config = declared.properties.EventInvokeConfig;
  if (config === undefined || config === null || isList(config)) return [];
  const settings: ValueObject = isObject(config) ? config : { MaximumEventAgeInSeconds: config };
  return [
    made(context, declared, 'AWS::Lambda::EventInvokeConfig', `${declared.logicalId}EventInvokeConfig`, {
      ...settings,
      ...destinationsOf(settings, declared, context),
      FunctionName: declared.identity.name,
      Qualifier: alias?.identity.name ?? '$LATEST',
    }),
  ];
}

/** A destination without an ARN is made by SAM. */
function destinationsOf(settings: ValueObject, { logicalId }: Declared, { where, prefix }: SamContext): ValueObject {
  const failure = at(settings, 'DestinationConfig', 'OnFailure');
  const type = at(failure, 'Type');
  if ((type !== 'SQS' && type !== 'SNS') || at(failure, 'Destination') !== undefined) return {};
  const name = `${prefix}${logicalId}EventInvokeConfigOnFailure${type === 'SQS' ? 'Queue' : 'Topic'}`;
  const arn = `arn:${where.partition}:${type.toLowerCase()}:${where.region}:${where.account}:${name}`;
  return { DestinationConfig: { OnFailure: { Destination: arn } } };
}
