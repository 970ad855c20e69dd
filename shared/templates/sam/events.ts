import type { Declared } from '../declared.ts';
import { at, isObject, isUnresolved, unresolved, type Value, type ValueObject } from '../values.ts';
import { routeOf } from './api-events.ts';
import { made, type SamContext, without } from './made.ts';

/** The events that a mapping polls, and the property that names the source. */
const POLLED: Readonly<Record<string, string>> = {
  SQS: 'Queue',
  Kinesis: 'Stream',
  DynamoDB: 'Stream',
  MSK: 'Stream',
  MQ: 'Broker',
  SelfManagedKafka: '',
  DocumentDB: 'Cluster',
};

export type ApiOf = (reference: Value | undefined, kind: 'Api' | 'HttpApi') => Declared | undefined;

/** The permissions, mappings and routes that a function's events make. @param target its name, or its alias's ARN. */
export function eventResources(declared: Declared, target: string, apiOf: ApiOf, context: SamContext): Declared[] {
  const events = declared.properties.Events;
  if (isUnresolved(events)) return [permission(declared, 'Events', events, target, context)];
  if (!isObject(events)) return [];
  return Object.entries(events).flatMap(([name, event]) => {
    const type = at(event, 'Type');
    const properties = at(event, 'Properties');
    const id = `${declared.logicalId}${name}`;
    if (typeof type !== 'string') return isUnresolved(type) ? [permission(declared, id, type, target, context)] : [];
    const settings: ValueObject = isObject(properties) ? properties : {};
    if (type in POLLED) return [mapping(declared, id, type, settings, target, context)];
    if (type === 'Api' || type === 'HttpApi') return routeOf(declared, id, type, settings, target, apiOf, context);
    if (type === 'SNS' && settings.SqsSubscription !== undefined && settings.SqsSubscription !== false)
      return subscribed(declared, id, settings, target, context);
    const caller = callerOf(type, settings, id, context);
    return caller ? [permission(declared, id, caller, target, context)] : [];
  });
}

/** A topic's messages may come by a queue: one of its own, or one that SAM makes, which the topic may send to. */
function subscribed(declared: Declared, id: string, settings: ValueObject, target: string, context: SamContext): Declared[] {
  const given = at(settings.SqsSubscription, 'QueueArn');
  if (given !== undefined) return [mapping(declared, `${id}EventSourceMapping`, 'SQS', { Queue: given }, target, context)];
  const queue = made(context, declared, 'AWS::SQS::Queue', `${id}Queue`, {});
  const topic = settings.Topic ?? unresolved('the event names no topic');
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 'sqs:SendMessage',
    Resource: queue.identity.arn,
    Condition: { ArnEquals: { 'aws:SourceArn': topic } },
  };
  const policy = { Queues: [queue.identity.ref], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } };
  return [
    queue,
    made(context, declared, 'AWS::SQS::QueuePolicy', `${id}QueuePolicy`, policy),
    mapping(declared, `${id}EventSourceMapping`, 'SQS', { Queue: queue.identity.arn }, target, context),
  ];
}

/** @param caller what the permission says besides; not told when the event isn't. */
function permission(declared: Declared, id: string, caller: Value, target: string, context: SamContext): Declared {
  const settings: ValueObject = isObject(caller) ? caller : { Principal: caller };
  return made(context, declared, 'AWS::Lambda::Permission', `${id}Permission`, {
    Action: 'lambda:InvokeFunction',
    FunctionName: target,
    ...settings,
  });
}

function mapping(
  declared: Declared,
  id: string,
  type: string,
  settings: ValueObject,
  target: string,
  context: SamContext,
): Declared {
  const property = POLLED[type] ?? '';
  return made(context, declared, 'AWS::Lambda::EventSourceMapping', id, {
    ...settings,
    ...without({ EventSourceArn: property === '' ? undefined : settings[property] }),
    FunctionName: target,
  });
}

/** The service that invokes the function for an event, and for which source; undefined for those that need no permission. */
function callerOf(type: string, settings: ValueObject, id: string, { where, prefix }: SamContext): ValueObject | undefined {
  const { partition, region, account } = where;
  const inRegion = (service: string, rest: string): string => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  switch (type) {
    case 'S3':
      // Its bucket may name the function, so that SAM leaves the source's ARN out.
      return { Principal: 's3.amazonaws.com', SourceAccount: account };
    case 'SNS':
      return { Principal: 'sns.amazonaws.com', SourceArn: settings.Topic ?? unresolved('the event names no topic') };
    case 'Schedule':
    case 'CloudWatchEvent':
    case 'EventBridgeRule': {
      const bus = settings.EventBusName;
      if (isUnresolved(bus)) return { Principal: 'events.amazonaws.com', SourceArn: bus };
      const name = typeof settings.Name === 'string' ? settings.Name : `${prefix}${id}`;
      const busName = typeof bus === 'string' ? bus.slice(bus.lastIndexOf('/') + 1) : 'default';
      const rule = busName === 'default' ? name : `${busName}/${name}`;
      return { Principal: 'events.amazonaws.com', SourceArn: inRegion('events', `rule/${rule}`) };
    }
    case 'CloudWatchLogs': {
      const group = settings.LogGroupName;
      const SourceArn =
        typeof group === 'string' ? inRegion('logs', `log-group:${group}:*`) : (group ?? unresolved('the event names no group'));
      return { Principal: 'logs.amazonaws.com', SourceArn };
    }
    case 'IoTRule':
      return { Principal: 'iot.amazonaws.com', SourceArn: inRegion('iot', `rule/${prefix}${id}`) };
    case 'Cognito': {
      const pool = settings.UserPool;
      return {
        Principal: 'cognito-idp.amazonaws.com',
        SourceArn:
          typeof pool === 'string'
            ? inRegion('cognito-idp', `userpool/${pool}`)
            : (pool ?? unresolved('the event names no pool')),
      };
    }
    case 'AlexaSkill':
      return { Principal: 'alexa-appkit.amazon.com', ...without({ EventSourceToken: settings.SkillId }) };
    default:
      return undefined;
  }
}
