import type { Declared, World } from '../declared.ts';
import { flagOf, NotTold, textOf } from '../values.ts';

type Conditions = Record<string, Record<string, string>>;

/**
 * The statement that AddPermission writes, in the words in which GetPolicy answers
 * (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html).
 * @throws NotTold when any part of it is: a source that is not told could be everybody's.
 */
export function permissionStatement(world: World, permission: Declared, declared: Declared, qualifier: string | null): object {
  const { properties } = permission;
  const principal = textOf(properties.Principal);
  const action = textOf(properties.Action);
  if (principal === undefined || action === undefined)
    throw new NotTold(`${permission.logicalId} names no principal or no action`);
  const conditions: Conditions = {};
  const put = (operator: string, key: string, value: string | undefined): void => {
    if (value !== undefined) conditions[operator] = { ...conditions[operator], [key]: value };
  };
  put('ArnLike', 'AWS:SourceArn', textOf(properties.SourceArn));
  put('StringEquals', 'AWS:SourceAccount', textOf(properties.SourceAccount));
  put('StringEquals', 'aws:PrincipalOrgID', textOf(properties.PrincipalOrgID));
  put('StringEquals', 'lambda:EventSourceToken', textOf(properties.EventSourceToken));
  put('StringEquals', 'lambda:FunctionUrlAuthType', textOf(properties.FunctionUrlAuthType));
  if (flagOf(properties.InvokedViaFunctionUrl) === true) put('Bool', 'lambda:InvokedViaFunctionUrl', 'true');
  return {
    Sid: permission.logicalId,
    Effect: 'Allow',
    Principal: principalOf(principal, world.partition),
    Action: action,
    Resource: qualifier === null ? declared.identity.arn : `${declared.identity.arn}:${qualifier}`,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

function principalOf(principal: string, partition: string): string | object {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:${partition}:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}
