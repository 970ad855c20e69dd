import { partitionOf } from '../../../model/resource.ts';
import { isSameJson } from '../canonical-json.ts';

/** What a role may read: exact parameters, through the keys that encrypt them. */
export interface Grant {
  readonly parameterArns: readonly string[];
  readonly keyArns: readonly string[];
}

const regionOf = (arn: string): string => arn.split(':')[3] ?? '';
const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** KMS names the service that calls on a principal's behalf by its host. */
const ssmHost = (region: string): string => `ssm.${region}.amazonaws.com${partitionOf(region) === 'aws-cn' ? '.cn' : ''}`;

/**
 * The inline policy's text; the same grant always gives the same text. The key decrypts only for SSM and only with the encryption context
 * that SSM gives for these parameters (https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html).
 */
export function grantText({ parameterArns, keyArns }: Grant): string {
  const parameters = distinct(parameterArns);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'CinchReadSecrets', Effect: 'Allow', Action: 'ssm:GetParameters', Resource: parameters },
      {
        Sid: 'CinchDecryptSecrets',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: distinct(keyArns),
        Condition: {
          StringEquals: {
            'kms:ViaService': distinct(parameters.map((arn) => ssmHost(regionOf(arn)))),
            'kms:EncryptionContext:PARAMETER_ARN': parameters,
          },
        },
      },
    ],
  });
}

/** A grant from its policy's text, or undefined when the text is not exactly one that Cinch writes. */
export function parseGrant(text: string): Grant | undefined {
  const [read, decrypt] = statementsOf(text);
  const parameterArns = exactArns(read?.Resource, ':parameter/');
  const keyArns = exactArns(decrypt?.Resource, ':key/');
  if (!parameterArns || !keyArns) return undefined;
  const grant = { parameterArns, keyArns };
  return isSameJson(grantText(grant), text) ? grant : undefined;
}

function statementsOf(text: string): { Resource?: unknown }[] {
  try {
    const { Statement: statements } = JSON.parse(text) ?? {};
    return Array.isArray(statements) ? statements : [];
  } catch {
    return [];
  }
}

function exactArns(value: unknown, kind: string): string[] | undefined {
  const isExact = (one: unknown): one is string => typeof one === 'string' && one.includes(kind) && !one.includes('*');
  return Array.isArray(value) && value.every(isExact) ? value : undefined;
}

export const joinGrants = (a: Grant, b: Grant): Grant => ({
  parameterArns: distinct([...a.parameterArns, ...b.parameterArns]),
  keyArns: distinct([...a.keyArns, ...b.keyArns]),
});

/** What is left without these parameters, or null: keys stay as long as a parameter of their region does. */
export function withoutParameters(grant: Grant, gone: readonly string[]): Grant | null {
  const parameterArns = grant.parameterArns.filter((arn) => !gone.includes(arn));
  const regions = parameterArns.map(regionOf);
  const keyArns = grant.keyArns.filter((arn) => regions.includes(regionOf(arn)));
  return parameterArns.length > 0 ? { parameterArns, keyArns } : null;
}
