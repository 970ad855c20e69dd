import { isHex, type Shape } from './randomness.ts';

/**
 * References to where a secret is kept: never the secret. `ssm:`, `{{resolve:`, ARNs, `vault:`, `op://` and their kin; and
 * what is encrypted already (KMS, sops, Ansible, PGP).
 */
export function isReference(value: string): boolean {
  // All but a few have a colon: the pattern is worth its time only then.
  return (value.includes(':') || OTHER_START.test(value)) && REFERENCE.test(value);
}
const OTHER_START = /^[{$@!\-AEagpr]/;
const REFERENCE =
  /^(?:arn:aws[\w-]*:|cinch-ss?m:|ssm:|aws-ssm:|bref-ssm:|ssm-secure:|secretsmanager:|aws-sm:|\{aws-s|asm:|\{\{\s?resolve:|\{\{inject:|vault:|op:\/\/|kms:|env:|file:|gcp-secret|projects\/[\w-]+\/secrets\/|@Microsoft\.KeyVault|keyvault:|secretref:|secret:\/\/|awssm:\/\/|awssecret|sm:\/\/|doppler:\/\/|ref\+|AQI[CD]A[A-Za-z0-9+/]{60}|ENC\[|\$ANSIBLE_VAULT|-----BEGIN PGP MESSAGE|!Ref|!Sub|!GetAtt|Fn::|AWS::|\$\{)/i;

const NUMBER = /^[+-]?\d{1,15}(?:[.,]\d{1,15})?%?$/;
const UUID = /^\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}[a-z]{2,18}(?::\d{1,5})?$/i;
const ADDRESS = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5}|\/\d{1,2})?$/;
const EMAIL = /^[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}$/;
const PATH = /^(?:~|\.{1,2})?\/(?:[\w.@ {}:-]{1,80}\/){0,20}[\w.@ {}:*-]{0,80}$/;
const PATHS = /^(?:\/[\w.+@/-]{1,200}:){1,20}\/[\w.+@/-]{1,200}$/;
const URL = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s]{1,2000}$/i;
const VERSION = /^v?\d{1,5}(?:\.\d{1,6}){1,12}(?:[-+][\w.+-]{1,40})?$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ][\d:.+Z-]{4,30})?$/;
// What CloudFormation calls a thing without a name of its own: <stack>-<logical id>-<random>.
const STACK_NAME = /^[A-Za-z]{2,30}\d{0,3}(?:-[A-Za-z]\w{0,63}){1,6}-(?:[A-Z0-9]{12,13}|[a-z0-9]{12,13})$/;
const COGNITO_POOL = /^[a-z]{2}(?:-[a-z]+)+-\d_[A-Za-z0-9]{9}$/;
const IMAGE_DIGEST = /(?:^|@)sha(?:256|512|1):[0-9a-f]{40,128}$|^sha(?:256|384|512)-[A-Za-z0-9+/]{43,86}={0,2}$/;
const ALGORITHM =
  /^(?:[HRPE]S(?:256|384|512)|A(?:128|192|256)[A-Z]{2,6}|AES[-_]?\d{3}(?:[-_]\w{2,6})?|SHA-?\d{1,3}|RSA[-_]?\d{0,4}|ed25519|aws:kms|SYMMETRIC_DEFAULT)$/i;
// HmacSHA256, RSA-OAEP-256, TLS_AES_128_GCM_SHA256, SHA256withRSA. No long run of digits: there are too many ways to take one apart.
const ALGORITHMS =
  /^(?!.*\d{9})(?:(?:Hmac|SHA|AES|RSA|ECDSA|DSA|ECDHE?|EdDSA|Ed|GCM|CBC|CTR|ECB|CCM|KW|PKCS|Padding|OAEP|PSS|HS|RS|ES|PS|TLS|with|Poly|ChaCha|argon|bcrypt|scrypt|PBKDF|MD|secp|id|\d{3})[-_/]?\d{0,5}[a-z]?\d?[-_/]?){1,8}$/i;
const CHAIN_ADDRESS = /^0x[0-9a-f]{40}$/i;
const IP6_OR_MAC = /^(?:[0-9a-f]{0,4}:){2,19}[0-9a-f]{0,4}(?:\/\d{1,3})?$/i;
const MODEL = /^(?:[a-z]{2,4}\.)?[a-z]{2,12}\.[a-z0-9-]{3,50}-v\d(?::\d{1,3})?$/;
const INSTANCE =
  /^(?:i|vpc|subnet|sg|eni|ami|vol|snap|rtb|igw|nat|eipalloc|fs|fsap|acl|lt|vpce|tgw|pcx|asg|db|cluster)-[0-9a-z]{8,40}$/;

/** Whether a value has the shape of a setting, so that even a name that promises a secret does not make it one. */
export function isSettingShape(value: string, shape: Shape): boolean {
  if (shape.length <= 3) return true;
  const first = value.charCodeAt(0);
  if (first === 47 || first === 46 || first === 126) return PATH.test(value) || PATHS.test(value);
  if (URL.test(value) || isReference(value)) return true;
  if (shape.spaces > 0) return false;
  return (
    STACK_NAME.test(value) ||
    COGNITO_POOL.test(value) ||
    IMAGE_DIGEST.test(value) ||
    ALGORITHM.test(value) ||
    (shape.length <= 40 && shape.lower + shape.upper > 1 && ALGORITHMS.test(value)) ||
    IP6_OR_MAC.test(value) ||
    CHAIN_ADDRESS.test(value) ||
    MODEL.test(value) ||
    INSTANCE.test(value) ||
    VERSION.test(value) ||
    DATE.test(value) ||
    ADDRESS.test(value) ||
    (shape.signs > 0 && (EMAIL.test(value) || isHostName(value, shape)))
  );
}

/** `db.example.com:5432`, and not a password that happens to have a dot: the labels are words or the name is long. */
function isHostName(value: string, shape: Shape): boolean {
  return (
    HOST.test(value) &&
    (shape.upper === 0 || shape.lower === 0) &&
    /\.(?:com|net|org|io|dev|app|cloud|local|internal|aws|eu|de|uk|us|co|ai|test|example|svc|gov|edu|info|fr|nl|ch|jp|in|br|host|cluster)(?::\d+)?$/i.test(
      value,
    )
  );
}

export function isNumber(value: string): boolean {
  return NUMBER.test(value);
}

/** Identifiers that look random by their nature: said to be secret only by the name. */
export function isIdentifierShape(value: string, shape: Shape): boolean {
  return UUID.test(value) || isHex(shape);
}
