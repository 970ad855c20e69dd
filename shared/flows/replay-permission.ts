import { type Fields, textOrNull } from '../events/fields.ts';
import type { PolicyDocument } from '../model/policy-document.ts';
import { parsePolicyDocument } from '../policy/parse.ts';

/**
 * The statement that an AddPermission made: the answer has it as JSON text, the request has its parts. Undefined when the record has neither
 * whole. https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function permissionOf(request: Fields | undefined, response: Fields | undefined): PolicyDocument | undefined {
  return answeredPermission(response) ?? (request && requestedPermission(request));
}

function answeredPermission(response: Fields | undefined): PolicyDocument | undefined {
  const text = textOrNull(response, 'statement');
  if (text === null) return undefined;
  try {
    return parsePolicyDocument({ Statement: [JSON.parse(text) as unknown] }, 'responseElements.statement');
  } catch {
    // Cut off or hidden: the request may still tell.
    return undefined;
  }
}

const CONDITIONS: readonly (readonly [parameter: string, operator: string, key: string])[] = [
  ['sourceArn', 'ArnLike', 'AWS:SourceArn'],
  ['sourceAccount', 'StringEquals', 'AWS:SourceAccount'],
  ['principalOrgID', 'StringEquals', 'aws:PrincipalOrgID'],
  ['functionUrlAuthType', 'StringEquals', 'lambda:FunctionUrlAuthType'],
  ['eventSourceToken', 'StringEquals', 'lambda:EventSourceToken'],
];

function requestedPermission(request: Fields): PolicyDocument | undefined {
  const principal = textOrNull(request, 'principal');
  const action = textOrNull(request, 'action');
  if (principal === null || action === null) return undefined;
  const condition: Record<string, Record<string, string>> = {};
  for (const [parameter, operator, key] of CONDITIONS) {
    const value = textOrNull(request, parameter);
    if (value !== null) condition[operator] = { ...condition[operator], [key]: value };
  }
  const statement = {
    Sid: textOrNull(request, 'statementId') ?? '',
    Effect: 'Allow',
    Principal: principalOf(principal),
    Action: action,
    Condition: condition,
  };
  return parsePolicyDocument({ Statement: [statement] }, 'requestParameters');
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  return /^(\d{12}|arn:.*)$/.test(principal) ? { AWS: principal } : { Service: principal };
}
