import type { Declared } from '../declared.ts';
import { isList, isUnresolved, type Value, type ValueObject } from '../values.ts';
import { referenceText } from './reference-text.ts';

/** Terraform cuts some resources smaller than CloudFormation does, and others larger: here they get CloudFormation's cut. */
export function joined(all: readonly Declared[]): Declared[] {
  return all.flatMap((one) => {
    switch (one.type) {
      case 'AWS::Lambda::Function':
        return functionParts(one);
      case 'AWS::SQS::Queue':
        return policyApart(given(one, all, 'Cinch::QueueRedrive', 'Queue', 'RedrivePolicy'), 'AWS::SQS::QueuePolicy', 'Queues');
      case 'AWS::SNS::Topic':
        return policyApart(one, 'AWS::SNS::TopicPolicy', 'Topics');
      case 'AWS::Events::EventBus':
        return [given(one, all, 'Cinch::BusPolicy', 'EventBusName', 'Policy')];
      case 'AWS::Logs::LogGroup':
        // 0 is for ever.
        return [withoutValue(one, 'RetentionInDays', 0)];
      case 'AWS::S3::Bucket':
        return [bucketOf(one, all)];
      case 'AWS::EC2::RouteTable':
        return [one, ...routesOf(one)];
      case 'AWS::EC2::SecurityGroup':
        return [egressOf(one, all)];
      case 'AWS::ApiGateway::RestApi':
        return [given(one, all, 'Cinch::ApiPolicy', 'RestApiId', 'Policy')];
      case 'AWS::ApiGateway::Method':
        return [methodOf(one, all)];
      case 'AWS::ApiGateway::Stage':
        return [stageOf(one, all)];
      default:
        return one.type.startsWith('Cinch::') ? [] : [one];
    }
  });
}

const changed = (one: Declared, properties: ValueObject): Declared => ({
  ...one,
  properties: { ...one.properties, ...properties },
});

function withoutValue(one: Declared, property: string, value: Value): Declared {
  if (one.properties[property] !== value) return one;
  const { [property]: _, ...others } = one.properties;
  return { ...one, properties: others };
}

/** -1 is no reservation; what is published gets a version. */
function functionParts(one: Declared): Declared[] {
  const { Publish: publish, ...properties } = one.properties;
  const lambda = withoutValue({ ...one, properties }, 'ReservedConcurrentExecutions', -1);
  if (publish !== true) return [lambda];
  const arn = `${one.identity.arn}:1`;
  const version: Declared = {
    ...one,
    type: 'AWS::Lambda::Version',
    identity: { name: '1', arn, ref: arn },
    properties: { FunctionName: one.identity.name },
  };
  return [lambda, version];
}

function policyApart(one: Declared, type: string, property: string): Declared[] {
  const { Policy: policy, ...properties } = one.properties;
  const bare = { ...one, properties };
  if (policy === undefined) return [bare];
  return [
    bare,
    {
      ...one,
      type,
      identity: { name: '', arn: '', ref: '' },
      properties: { [property]: one.identity.ref, PolicyDocument: policy },
    },
  ];
}

const naming = (all: readonly Declared[], type: string, property: string, { identity }: Declared): Declared[] =>
  all.filter(
    (one) => one.type === type && [identity.name, identity.arn, identity.ref].includes(referenceText(one.properties[property])),
  );

/** With a property that a resource of its own gives. @param owner the property that names the one that it is for. */
function given(one: Declared, all: readonly Declared[], type: string, owner: string, property: string): Declared {
  const [giving] = naming(all, type, owner, one);
  return giving ? changed(one, { [property]: giving.properties[property] ?? null }) : one;
}

function bucketOf(bucket: Declared, all: readonly Declared[]): Declared {
  const [block] = naming(all, 'Cinch::BucketBlock', 'Bucket', bucket);
  const [acl] = naming(all, 'Cinch::BucketAcl', 'Bucket', bucket);
  const { RestrictPublicBuckets = false, IgnorePublicAcls = false } = block?.properties ?? {};
  return changed(bucket, {
    ...(block && { PublicAccessBlockConfiguration: { RestrictPublicBuckets, IgnorePublicAcls } }),
    ...(acl && { AccessControl: acl.properties.Acl === 'public-read-write' ? 'PublicReadWrite' : (acl.properties.Acl ?? null) }),
  });
}

function routesOf(table: Declared): Declared[] {
  const routes = table.properties.Routes;
  return (isList(routes) ? routes : []).map((route) => ({
    ...table,
    type: 'AWS::EC2::Route',
    properties: { ...(route as ValueObject), RouteTableId: table.identity.ref },
  }));
}

/** Terraform takes AWS's open rule away, so that a group without rules lets nothing out. */
function egressOf(group: Declared, all: readonly Declared[]): Declared {
  const written = group.properties.SecurityGroupEgress;
  if (isUnresolved(written)) return group;
  const apart = naming(all, 'Cinch::GroupRule', 'GroupId', group)
    .map(({ properties }) => properties)
    .filter(({ Type: type }) => type === 'egress');
  const rules = [...(isList(written) ? (written as readonly ValueObject[]) : []), ...apart];
  return changed(group, { SecurityGroupEgress: rules.flatMap(rulesOf) });
}

/** One rule of CloudFormation's has one range. */
function rulesOf({ Cidrs: cidrs, Ipv6Cidrs: ipv6Cidrs, ...rule }: ValueObject): ValueObject[] {
  const all = (value: Value | undefined): readonly Value[] => (isList(value) ? value : value === undefined ? [] : [value]);
  return [...all(cidrs).map((CidrIp) => ({ ...rule, CidrIp })), ...all(ipv6Cidrs).map((CidrIpv6) => ({ ...rule, CidrIpv6 }))];
}

const isSame = (one: Declared, other: Declared, ...properties: string[]): boolean =>
  properties.every((property) => {
    const text = referenceText(one.properties[property]);
    return text !== '' && text === referenceText(other.properties[property]);
  });

function methodOf(method: Declared, all: readonly Declared[]): Declared {
  const integration = all.find(
    (one) => one.type === 'Cinch::MethodIntegration' && isSame(one, method, 'RestApiId', 'ResourceId', 'HttpMethod'),
  );
  const uri = integration?.properties.Uri;
  return uri === undefined ? method : changed(method, { Integration: { Uri: uri } });
}

function stageOf(stage: Declared, all: readonly Declared[]): Declared {
  const settings = all.filter(
    (one) =>
      one.type === 'Cinch::StageSettings' && isSame(one, stage, 'RestApiId', 'StageName') && one.properties.MethodPath === '*/*',
  );
  return changed(stage, {
    MethodSettings: settings.map(({ properties }) => ({ ...properties, HttpMethod: '*', ResourcePath: '/*' })),
  });
}
