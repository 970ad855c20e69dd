import type { Declared } from '../declared.ts';
import { scalarText } from '../tree/json.ts';
import { at, isList, listOf, textOf, unresolved, type Value } from '../values.ts';
import { FUNCTION_TO, TO_FUNCTION } from './connector-grants.ts';
import { made, type SamContext } from './made.ts';
import { actionsOf } from './policies.ts';

/** The services that a connector lets invoke a function. */
const INVOKERS: Readonly<Record<string, string>> = {
  'AWS::SNS::Topic': 'sns.amazonaws.com',
  'AWS::S3::Bucket': 's3.amazonaws.com',
  'AWS::Events::Rule': 'events.amazonaws.com',
  'AWS::ApiGateway::RestApi': 'apigateway.amazonaws.com',
  'AWS::ApiGatewayV2::Api': 'apigateway.amazonaws.com',
};
/** SAM's types are taken for what they become. */
const AS: Readonly<Record<string, string>> = {
  'AWS::Serverless::Function': 'AWS::Lambda::Function',
  'AWS::Serverless::Api': 'AWS::ApiGateway::RestApi',
  'AWS::Serverless::HttpApi': 'AWS::ApiGatewayV2::Api',
  'AWS::Serverless::SimpleTable': 'AWS::DynamoDB::Table',
};
const FUNCTION = 'AWS::Lambda::Function';

interface End {
  readonly type: string;
  readonly arn: Value;
  readonly declared: Declared | undefined;
}

/**
 * What connectors add: a permission where something invokes a function, else a policy of the function's role.
 * @param written as the template has them. @param expanded with the roles that SAM makes.
 */
export function connectorResources(written: readonly Declared[], expanded: readonly Declared[], context: SamContext): Declared[] {
  return written
    .filter(({ type }) => type === 'AWS::Serverless::Connector')
    .flatMap((connector) => {
      const destinations = connector.properties.Destination;
      const list: readonly (Value | undefined)[] = isList(destinations) ? destinations : [destinations];
      return list.flatMap((destination, index) => {
        const source = endOf(connector.properties.Source, written);
        const target = endOf(destination, written);
        const id = `${connector.logicalId}${index === 0 ? '' : index}`;
        const principal = INVOKERS[source.type];
        if (target.type === FUNCTION && principal !== undefined)
          return [permission(connector, id, source, target, principal, context)];
        return policy(connector, id, source, target, expanded, context);
      });
    });
}

/** By its logical id, or by type and ARN. */
function endOf(end: Value | undefined, written: readonly Declared[]): End {
  const id = at(end, 'Id');
  const declared = typeof id === 'string' ? written.find(({ logicalId }) => logicalId === id) : undefined;
  const type = declared?.type ?? scalarText(at(end, 'Type'));
  return {
    type: AS[type] ?? type,
    arn: declared?.identity.arn ?? at(end, 'Arn') ?? unresolved('a connector to something unknown'),
    declared,
  };
}

function permission(connector: Declared, id: string, source: End, target: End, principal: string, context: SamContext): Declared {
  const { partition, region, account } = context.where;
  const isApi = principal === INVOKERS['AWS::ApiGateway::RestApi'];
  const api = `arn:${partition}:execute-api:${region}:${account}:${source.declared?.identity.ref ?? '*'}/*`;
  return made(context, connector, 'AWS::Lambda::Permission', `${id}Permission`, {
    Action: 'lambda:InvokeFunction',
    FunctionName: target.declared?.identity.name ?? target.arn,
    Principal: principal,
    SourceArn: isApi ? api : source.arn,
    ...(principal === 's3.amazonaws.com' && { SourceAccount: account }),
  });
}

function policy(
  connector: Declared,
  id: string,
  source: End,
  target: End,
  expanded: readonly Declared[],
  context: SamContext,
): Declared[] {
  const isSource = source.type === FUNCTION;
  const owner = isSource ? source : target;
  if (owner.type !== FUNCTION) return policyOfOther(connector, id, source, context);
  const other = isSource ? target : source;
  const role = expanded.find((one) => one.type === FUNCTION && one.logicalId === owner.declared?.logicalId)?.properties.Role;
  if (typeof role !== 'string') return [];
  const grants = (isSource ? FUNCTION_TO : TO_FUNCTION)[other.type];
  const asked = listOf(connector.properties.Permissions).map((one) => textOf(one));
  const statements = (['Read', 'Write'] as const).flatMap((kind) => {
    const grant = asked.includes(kind) ? grants?.[kind] : undefined;
    if (!grant) return [];
    const resources = grant.endings.map((ending) => (typeof other.arn === 'string' ? `${other.arn}${ending}` : other.arn));
    return [{ Effect: 'Allow', Action: actionsOf(grant.actions), Resource: resources }];
  });
  const document: Value = grants
    ? { Version: '2012-10-17', Statement: statements }
    : unresolved(`what the connector ${connector.logicalId} grants is written when it is deployed`);
  const name = role.slice(role.lastIndexOf('/') + 1);
  return [made(context, connector, 'AWS::IAM::ManagedPolicy', `${id}Policy`, { Roles: [name], PolicyDocument: document })];
}

/** The roles of rules, state machines and data sources: not looked at as such, but theirs may be one of a function too. */
function policyOfOther(connector: Declared, id: string, source: End, context: SamContext): Declared[] {
  const { RoleArn, Role } = source.declared?.properties ?? {};
  const role = at(connector.properties.Source, 'RoleName') ?? Role ?? RoleArn;
  if (typeof role !== 'string') return [];
  const PolicyDocument = unresolved(`what the connector ${connector.logicalId} grants is written when it is deployed`);
  const Roles = [role.slice(role.lastIndexOf('/') + 1)];
  return [made(context, connector, 'AWS::IAM::ManagedPolicy', `${id}Policy`, { Roles, PolicyDocument })];
}
