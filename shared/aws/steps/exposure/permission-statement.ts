import type { AddPermissionCommandInput } from '@aws-sdk/client-lambda';
import { isSameJson } from '../canonical-json.ts';

export type PermissionInput = Omit<AddPermissionCommandInput, 'FunctionName' | 'Qualifier' | 'RevisionId' | '$metadata'>;

/** Conditions that AddPermission can write: operator, key in lower case, its parameter (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html). */
const CONDITIONS: readonly (readonly [operator: string, key: string, field: keyof PermissionInput])[] = [
  ['ArnLike', 'aws:sourcearn', 'SourceArn'],
  ['StringEquals', 'aws:sourceaccount', 'SourceAccount'],
  ['StringEquals', 'aws:principalorgid', 'PrincipalOrgID'],
  ['StringEquals', 'lambda:functionurlauthtype', 'FunctionUrlAuthType'],
  ['StringEquals', 'lambda:eventsourcetoken', 'EventSourceToken'],
  ['Bool', 'lambda:invokedviafunctionurl', 'InvokedViaFunctionUrl'],
];
const KNOWN_FIELDS = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];
const SID = /^[a-zA-Z0-9-_]{1,100}$/;
const ACTION = /^(lambda:[a-zA-Z*]+|\*)$/;

/** The call that would put exactly this statement back, or undefined when AddPermission can't say it: then it must not be removed. */
export function permissionInput(statementText: string): PermissionInput | undefined {
  const statement = parse(statementText);
  if (!statement || Object.keys(statement).some((key) => !KNOWN_FIELDS.includes(key))) return undefined;
  const { Sid: sid, Effect: effect, Action: action } = statement;
  const principal = principalOf(statement.Principal);
  const conditions = conditionsOf(statement.Condition);
  if (effect !== 'Allow' || typeof sid !== 'string' || !SID.test(sid) || !principal || !conditions) return undefined;
  if (typeof action !== 'string' || !ACTION.test(action)) return undefined;
  return { StatementId: sid, Action: action, Principal: principal, ...conditions };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `*`, a service, an account or an ARN. The id of a deleted principal (AROA...) can't be given again. */
function principalOf(value: unknown): string | undefined {
  if (value === '*') return '*';
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return undefined;
  const { Service: service, AWS: aws } = value as Record<string, unknown>;
  if (typeof service === 'string' && service.includes('.')) return service;
  return typeof aws === 'string' && (/^\d{12}$/.test(aws) || aws.startsWith('arn:')) ? aws : undefined;
}

function conditionsOf(value: unknown): Partial<PermissionInput> | undefined {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: Record<string, string | boolean> = {};
  for (const [operator, keys] of Object.entries(value)) {
    if (typeof keys !== 'object' || keys === null) return undefined;
    for (const [key, wanted] of Object.entries(keys)) {
      const field = CONDITIONS.find(([op, name]) => op === operator && name === key.toLowerCase())?.[2];
      const given = field === 'InvokedViaFunctionUrl' ? asBoolean(wanted) : wanted;
      if (!field || fields[field] !== undefined || (typeof given !== 'string' && typeof given !== 'boolean')) return undefined;
      fields[field] = given;
    }
  }
  return fields as Partial<PermissionInput>;
}

const asBoolean = (value: unknown): boolean | undefined => {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
};

/** A policy's statements by Sid, each as its own JSON text. */
export function statementTexts(policyText: string | undefined): Map<string, string> {
  const statements = parse(policyText ?? '{}')?.Statement;
  const list: unknown[] = Array.isArray(statements) ? statements : statements === undefined ? [] : [statements];
  const texts = new Map<string, string>();
  for (const statement of list) {
    const sid = (statement as { Sid?: unknown } | null)?.Sid;
    if (typeof sid === 'string') texts.set(sid, JSON.stringify(statement));
  }
  return texts;
}

export const isSameStatement = (a: string, b: string): boolean => isSameJson(a, b);
