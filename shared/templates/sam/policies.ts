import { awsManagedArn } from '../aws-managed-policies.ts';
import { substitute } from '../intrinsics/substitute.ts';
import { isList, isObject, isUnresolved, unresolved, type Value, type ValueObject } from '../values.ts';
import type { SamContext } from './made.ts';
import { POLICY_TEMPLATES } from './policy-templates-data.ts';

export interface RolePolicies {
  readonly managed: readonly Value[];
  /** As a role's `Policies`. */
  readonly inline: readonly Value[];
}

/**
 * The `Policies` of a function: names or ARNs of managed policies, documents, and SAM's own templates, one of them or a list
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies).
 */
export function policiesOf(policies: Value | undefined, owner: string, context: SamContext): RolePolicies {
  const managed: Value[] = [];
  const inline: Value[] = [];
  const put = (document: Value): void => {
    inline.push({ PolicyName: `${owner}RolePolicy${inline.length}`, PolicyDocument: document });
  };
  if (isUnresolved(policies)) put(policies);
  const list = isList(policies) ? policies : policies === undefined || policies === null ? [] : [policies];
  for (const one of list) {
    if (isUnresolved(one)) put(one);
    else if (typeof one === 'string') managed.push(managedArn(one, context));
    else if (isObject(one) && one.Statement !== undefined) put(one);
    else if (isObject(one))
      for (const [name, parameters] of Object.entries(one)) put(templateDocument(name, parameters, context));
  }
  return { managed, inline };
}

function managedArn(policy: string, { where }: SamContext): Value {
  if (policy.startsWith('arn:')) return policy;
  return awsManagedArn(policy, where.partition) ?? `arn:${where.partition}:iam::aws:policy/${policy}`;
}

function templateDocument(name: string, parameters: Value, context: SamContext): Value {
  const written = Object.hasOwn(POLICY_TEMPLATES, name) ? POLICY_TEMPLATES[name] : undefined;
  if (written === undefined) return unresolved(`SAM has no policy template ${name.slice(0, 80)} that Cinch knows`);
  return { Version: '2012-10-17', Statement: written.split('; ').map((one) => statementOf(one, parameters, context)) };
}

/** @param written `actions | ARNs | condition` */
function statementOf(written: string, parameters: Value, context: SamContext): ValueObject {
  const filled = (text: string): Value => substitute(text, (name) => partOf(name, parameters, context));
  const [actions = '', resources = '', condition = ''] = written.split(' | ');
  const [operator, key, value] = condition.split(' ');
  return {
    Effect: 'Allow',
    Action: actionsOf(actions),
    Resource: resources.split(' ').map(filled),
    ...(operator && key && value && { Condition: { [operator]: { [key]: filled(value) } } }),
  };
}

function partOf(name: string, parameters: Value, { where }: SamContext): Value {
  if (name === 'AWS::Partition') return where.partition;
  if (name === 'AWS::Region') return where.region;
  if (name === 'AWS::AccountId') return where.account;
  if (isUnresolved(parameters)) return parameters;
  const found = isObject(parameters) && Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return found ?? unresolved(`a policy template lacks its ${name}`);
}

/** `s3:GetObject PutObject`: a service stands for those after it too. */
export function actionsOf(actions: string): string[] {
  let service = '';
  return actions.split(' ').map((action) => {
    const colon = action.indexOf(':');
    if (colon >= 0) service = action.slice(0, colon + 1);
    return colon >= 0 ? action : service + action;
  });
}
