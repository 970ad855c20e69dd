import { isJsonObject, scalarText } from '../tree/json.ts';
import { type Unresolved, unresolved, type Value } from '../values.ts';
import { NO_VALUE, type NoValue, type Scope } from './scope.ts';

/** A parameter's or pseudo parameter's value, undefined when the template has none of that name. */
export function parameterOf(name: string, scope: Scope): Value | NoValue | undefined {
  if (name.startsWith('AWS::')) return pseudoOf(name, scope);
  const declared = Object.hasOwn(scope.parameters, name) ? scope.parameters[name] : undefined;
  const given = scope.given.get(name);
  if (!isJsonObject(declared)) return declared === undefined ? undefined : given;
  const type = typeof declared.Type === 'string' ? declared.Type : 'String';
  if (given !== undefined) return listed(given, type);
  const isHidden = declared.NoEcho === true || scalarText(declared.NoEcho).toLowerCase() === 'true';
  if (isHidden) return unresolved(`the parameter ${name} is hidden (NoEcho): its value is given when it is deployed`);
  if (type.startsWith('AWS::SSM::Parameter::Value'))
    return unresolved(`the parameter ${name} is read from SSM when it is deployed`);
  const fallback = declared.Default;
  if (fallback === undefined) return unresolved(`the parameter ${name} has no default`);
  return typeof fallback === 'object' && fallback !== null
    ? unresolved(`the default of ${name} is no text`)
    : listed(fallback, type);
}

/** Lists come as one text, separated by commas. */
function listed(value: Value, type: string): Value {
  const isListType = type === 'CommaDelimitedList' || type.startsWith('List<');
  if (!isListType || typeof value !== 'string') return value;
  return value === '' ? [] : value.split(',').map((one) => one.trim());
}

function pseudoOf(name: string, scope: Scope): Value | NoValue | undefined {
  switch (name) {
    case 'AWS::AccountId':
      return scope.account;
    case 'AWS::Region':
      return scope.region;
    case 'AWS::Partition':
      return scope.partition;
    case 'AWS::StackName':
      return scope.stackName;
    case 'AWS::StackId':
      return `arn:${scope.partition}:cloudformation:${scope.region}:${scope.account}:stack/${scope.stackName}/00000000-0000-0000-0000-000000000000`;
    case 'AWS::URLSuffix':
      return scope.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    case 'AWS::NoValue':
      return NO_VALUE;
    default:
      return unresolved(`${name} is told when it is deployed`);
  }
}

/** Why nothing of this name can be told: it is neither a parameter nor a resource. */
export const nothingNamed = (name: string): Unresolved =>
  unresolved(`the template has no parameter or resource ${name.slice(0, 80)}`);
