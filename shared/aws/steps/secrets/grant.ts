import { partitionOf } from '../../../model/resource.ts';
import { isSameJson } from '../canonical-json.ts';

/** What a role may read: exact parameters or secrets, through the keys that encrypt them. */
export interface Grant {
  readonly placeArns: readonly string[];
  readonly keyArns: readonly string[];
}

const regionOf = (arn: string): string => arn.split(':')[3] ?? '';
const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** How a store is spoken of in a policy. */
export interface GrantForm {
  readonly service: 'ssm' | 'secretsmanager';
  readonly action: string;
  /** In the ARN of what it holds. */
  readonly arnPart: string;
  /** The encryption context in which it puts that ARN. */
  readonly context: string;
  /** The end of its ARNs, a pattern for what AWS adds to a name; empty where it adds nothing. */
  readonly ending: string;
}

/** KMS names the service that calls on a principal's behalf by its host. */
const hostOf = ({ service }: GrantForm, region: string): string =>
  `${service}.${region}.amazonaws.com${partitionOf(region) === 'aws-cn' ? '.cn' : ''}`;

/**
 * The inline policy's text; the same grant always gives the same text. The key decrypts only for the store and only with the encryption
 * context that it gives for these parameters (https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html) or
 * secrets (https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).
 */
export function grantText(form: GrantForm, { placeArns, keyArns }: Grant): string {
  const places = distinct(placeArns);
  const via = { 'kms:ViaService': distinct(places.map((arn) => hostOf(form, regionOf(arn)))) };
  const context = { [`kms:EncryptionContext:${form.context}`]: places };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'CinchReadSecrets', Effect: 'Allow', Action: form.action, Resource: places },
      // AWS's own key admits whoever the store admits.
      ...(keyArns.length === 0
        ? []
        : [
            {
              Sid: 'CinchDecryptSecrets',
              Effect: 'Allow',
              Action: 'kms:Decrypt',
              Resource: distinct(keyArns),
              Condition: form.ending ? { StringEquals: via, StringLike: context } : { StringEquals: { ...via, ...context } },
            },
          ]),
    ],
  });
}

/** A grant from its policy's text, or undefined when the text is not exactly one that Cinch writes. */
export function parseGrant(form: GrantForm, text: string): Grant | undefined {
  const [read, decrypt] = statementsOf(text);
  const placeArns = exactArns(read?.Resource, form.arnPart, form.ending);
  const keyArns = decrypt === undefined ? [] : exactArns(decrypt.Resource, ':key/');
  if (!placeArns || !keyArns) return undefined;
  const grant = { placeArns, keyArns };
  return isSameJson(grantText(form, grant), text) ? grant : undefined;
}

function statementsOf(text: string): { Resource?: unknown }[] {
  try {
    const { Statement: statements } = JSON.parse(text) ?? {};
    return Array.isArray(statements) ? statements : [];
  } catch {
    return [];
  }
}

function exactArns(value: unknown, kind: string, ending = ''): string[] | undefined {
  const isExact = (one: unknown): one is string =>
    typeof one === 'string' &&
    one.includes(kind) &&
    one.endsWith(ending) &&
    !/[*?]/.test(one.slice(0, one.length - ending.length));
  return Array.isArray(value) && value.every(isExact) ? value : undefined;
}

export const joinGrants = (a: Grant, b: Grant): Grant => ({
  placeArns: distinct([...a.placeArns, ...b.placeArns]),
  keyArns: distinct([...a.keyArns, ...b.keyArns]),
});

/** What is left without these places, or null: keys stay as long as a place of their region does. */
export function withoutPlaces(grant: Grant, gone: readonly string[]): Grant | null {
  const placeArns = grant.placeArns.filter((arn) => !gone.includes(arn));
  const regions = placeArns.map(regionOf);
  const keyArns = grant.keyArns.filter((arn) => regions.includes(regionOf(arn)));
  return placeArns.length > 0 ? { placeArns, keyArns } : null;
}
