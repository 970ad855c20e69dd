import { isChange, type Permission, type PermissionScope, type StepFamily, type StepRow } from '../model/step.ts';
import {
  BOT_FUNCTIONS,
  botFunctionName,
  FORWARD_ROLE_NAME,
  OWN_PREFIX,
  PARAMETER_PREFIX,
  PROTECTED_TAG,
  ROLE_NAMES,
  SECRET_PREFIX,
} from '../names.ts';

/** One statement of an IAM policy, as JSON. */
export interface IamStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Where a policy is deployed: literals in tests, CloudFormation's pseudo parameters in the member stack. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  /** The multi-Region key of another account that moved secrets are encrypted under, in every region: `arn:…:kms:*:…:key/mrk-…`. */
  readonly sharedKey?: string | undefined;
}

type Rows = Readonly<Record<string, StepRow>>;

/** What the steps of a family need, from their rows alone: `permissions` for the write role, `undoPermissions` for the undo role. */
export function statementsOfFamily(
  rows: Rows,
  family: StepFamily,
  which: 'permissions' | 'undoPermissions',
  place: Place,
): IamStatement[] {
  return allow(
    Object.values(rows)
      .filter((row) => row.family === family)
      .flatMap((row) => row[which]),
    place,
  );
}

/** Permissions as statements: one for each resource and condition, its actions sorted and named once. */
export function allow(permissions: readonly Permission[], place: Place): IamStatement[] {
  const groups = new Map<string, { resources: readonly string[]; condition: Permission['condition']; actions: Set<string> }>();
  for (const permission of permissions) {
    for (const action of permission.actions) {
      if (action.includes('*')) throw new Error(`${action}: a permission names one action, not a pattern.`);
      const resources = resourcesOf(permission.on, place);
      const condition = conditionOf(permission, place);
      const key = JSON.stringify([resources, condition ?? null]);
      const group = groups.get(key) ?? { resources, condition, actions: new Set<string>() };
      group.actions.add(action);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ resources, condition, actions }) => ({
    Effect: 'Allow',
    Action: [...actions].sort(),
    Resource: resources,
    ...(condition ? { Condition: condition } : {}),
  }));
}

function resourcesOf(on: PermissionScope, { partition, account, sharedKey }: Place): readonly string[] {
  const ofAccount = (service: string, resource: string): string => `arn:${partition}:${service}:*:${account}:${resource}`;
  const ofIam = (resource: string): string => `arn:${partition}:iam::${account}:${resource}`;
  // API Gateway's ARNs name no account (https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html).
  const ofApis = (path: string): string => `arn:${partition}:apigateway:*::/${path}`;
  const scopes: Readonly<Record<PermissionScope, readonly string[]>> = {
    function: [ofAccount('lambda', 'function:*')],
    version: [ofAccount('lambda', 'function:*:*')],
    'code-signing': [ofAccount('lambda', 'code-signing-config:*')],
    layer: [ofAccount('lambda', `layer:${OWN_PREFIX}*`)],
    'layer-any': [ofAccount('lambda', 'layer:*')],
    role: [ofIam('role/*')],
    user: [ofIam('user/*')],
    group: [ofIam('group/*')],
    parameter: [parametersOf({ partition, account })],
    'parameter-key': [ofAccount('kms', 'key/*'), ...(sharedKey ? [sharedKey] : [])],
    secret: [secretsOf({ partition, account })],
    mapping: [ofAccount('lambda', 'event-source-mapping:*')],
    'log-group': [ofAccount('logs', 'log-group:*')],
    queue: [ofAccount('sqs', '*')],
    topic: [ofAccount('sns', '*')],
    bus: [ofAccount('events', 'event-bus/*')],
    stream: [ofAccount('kinesis', 'stream/*')],
    // A bucket's ARN names neither region nor account.
    bucket: [`arn:${partition}:s3:::*`],
    rule: [ofAccount('events', 'rule/*')],
    trail: [`arn:${partition}:cloudtrail:*:*:trail/*`],
    api: [ofApis('restapis'), ofApis('restapis/*'), ofApis('apis'), ofApis('apis/*')],
    'api-domain': [ofApis('domainnames'), ofApis('domainnames/*')],
    any: ['*'],
  };
  return scopes[on];
}

const parametersOf = ({ partition, account }: Place): string => `arn:${partition}:ssm:*:${account}:parameter${PARAMETER_PREFIX}*`;

const secretsOf = ({ partition, account }: Place): string =>
  `arn:${partition}:secretsmanager:*:${account}:secret:${SECRET_PREFIX}*`;

/**
 * A key used through a store is for Cinch's own parameters or secrets only: the store puts their ARN into the encryption context
 * (https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html,
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).
 */
function conditionOf(permission: Permission, place: Place): Permission['condition'] {
  const via = permission.condition?.StringLike;
  const service = via?.['kms:ViaService'];
  if (permission.on !== 'parameter-key' || !service) return permission.condition;
  const secrets = permission.actions.includes('kms:GenerateDataKey') ? [secretsOf(place), KEY_VALIDATION] : secretsOf(place);
  const context = String(service).startsWith('secretsmanager.')
    ? { 'kms:EncryptionContext:SecretARN': secrets }
    : { 'kms:EncryptionContext:PARAMETER_ARN': parametersOf(place) };
  return { ...permission.condition, StringLike: { ...via, ...context } };
}

/**
 * Before it makes a secret under a key, Secrets Manager tries the key on its caller's behalf and has no ARN yet: this stands in its place, and
 * what it made so is thrown away (https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).
 */
const KEY_VALIDATION = 'RequestToValidateKeyAccess';

/**
 * What no row may undo: Cinch never touches itself, nor who deploys it, nor what its owner has protected by a tag; and the tag is its owner's
 * alone. What a tag protects it from are the actions of the rows, so that the guard grows with them.
 */
export function guardStatements(rows: Rows, place: Place): IamStatement[] {
  const { partition, account } = place;
  const changes = Object.values(rows)
    .flatMap((row) => [...row.permissions, ...row.undoPermissions])
    .filter(({ on }) => PROTECTABLE.some((scope) => scope === on))
    .flatMap(({ actions }) => actions)
    // A role's tag has no say in who may pass it (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
    .filter((action) => isChange(action) && action !== 'iam:PassRole');
  const role = (name: string): string => `arn:${partition}:iam::${account}:role/${name}`;
  return [
    { Sid: 'OwnRoles', Effect: 'Deny', Action: ['iam:*'], Resource: [...OWN_ROLES, ...DEPLOYING_ROLES].map(role) },
    {
      Sid: 'OwnFunctions',
      Effect: 'Deny',
      Action: ['lambda:*'],
      // The star is for versions and aliases; where the hub is a member, these are its functions.
      Resource: BOT_FUNCTIONS.map((name) => `arn:${partition}:lambda:*:${account}:function:${botFunctionName(name)}*`),
    },
    {
      Sid: 'ProtectedByTag',
      Effect: 'Deny',
      Action: [...new Set(changes)].sort(),
      Resource: [...new Set(PROTECTABLE.flatMap((scope) => resourcesOf(scope, place)))],
      // It is there, whatever its value.
      Condition: { Null: { [`aws:ResourceTag/${PROTECTED_TAG}`]: 'false' } },
    },
    {
      Sid: 'TagOfOwners',
      Effect: 'Deny',
      Action: ['iam:CreateRole', 'iam:TagRole'],
      Resource: [role('*')],
      Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': PROTECTED_TAG } },
    },
  ];
}

const OWN_ROLES = [...Object.values(ROLE_NAMES), FORWARD_ROLE_NAME, 'cinch-hub-*'];

/**
 * With these StackSets deploy the member stack: those of an organization, and those that one makes by hand
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs.html).
 */
const DEPLOYING_ROLES = ['stacksets-exec-*', 'AWSCloudFormationStackSet*'];

/**
 * What can be tagged, and whose tag IAM knows when a change is asked for
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html). Layers can't be, and
 * the calls that change a bus's policy name no resource.
 */
const PROTECTABLE = [
  'function',
  'version',
  'mapping',
  'role',
  'api',
  'api-domain',
  'queue',
  'topic',
  'log-group',
] as const satisfies readonly PermissionScope[];
