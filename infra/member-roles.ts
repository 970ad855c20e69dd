import { Aws, CfnCondition, Fn, type Stack } from 'aws-cdk-lib';
import { CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  CODE_PERMISSION,
  EXISTENCE_PERMISSIONS,
  READ_PERMISSIONS,
  READER_PERMISSIONS,
} from '../shared/model/read-permissions.ts';
import { type Permission, STEP_FAMILIES, type StepFamily } from '../shared/model/step.ts';
import { type BotFunction, botRoleName, ROLE_NAMES } from '../shared/names.ts';
import { accept } from './accept.ts';
import type { Catalogue } from './catalogue.ts';
import { allow, guardStatements, type IamStatement, type Place, statementsOfFamily } from './iam-from-steps.ts';

export interface MemberTrust {
  readonly hubAccount: string;
  readonly externalId: string;
}

/** Who of the hub may assume which role. */
const TRUSTED: Readonly<Record<keyof typeof ROLE_NAMES, readonly BotFunction[]>> = {
  read: ['on-change', 'apply', 'sweep'],
  write: ['apply'],
  undo: ['apply'],
};

/** Sessions of the undo role say what they undo. */
export const UNDO_SESSION = 'undo-*';

const HERE: Place = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID };

/** The three roles, in the member's home region only: IAM is global. */
export function makeMemberRoles(
  stack: Stack,
  trust: MemberTrust,
  steps: Catalogue['steps'],
  isHome: CfnCondition,
  familyOn: Readonly<Record<StepFamily, CfnCondition>>,
  codeOn: CfnCondition,
): void {
  const role = (kind: keyof typeof ROLE_NAMES, description: string): CfnRole => {
    const made = new CfnRole(stack, `${kind[0]?.toUpperCase()}${kind.slice(1)}Role`, {
      roleName: ROLE_NAMES[kind],
      description,
      assumeRolePolicyDocument: trustPolicy(kind, trust),
    });
    made.cfnOptions.condition = isHome;
    return made;
  };
  const read = role('read', 'Cinch reads functions, their roles, sources and front doors with it');
  addPolicy(stack, 'ReadPolicy', 'cinch-read', [read], allow(everyRead(), HERE), isHome);
  const readsCode = new CfnCondition(stack, 'ReadCodeGranted', { expression: Fn.conditionAnd(isHome, codeOn) });
  addPolicy(stack, 'ReadCodePolicy', 'cinch-read-code', [read], allow([CODE_PERMISSION], HERE), readsCode);

  const write = role('write', 'Cinch applies and verifies its steps with it');
  const undo = role('undo', 'Cinch takes its own steps back with it');
  addPolicy(stack, 'GuardPolicy', 'cinch-guard', [write, undo], guardStatements(steps, HERE), isHome);
  for (const family of STEP_FAMILIES) {
    const id = `${family[0]?.toUpperCase()}${family.slice(1)}`;
    const both = new CfnCondition(stack, `${id}Granted`, { expression: Fn.conditionAnd(isHome, familyOn[family]) });
    const apply = statementsOfFamily(steps, family, 'permissions', HERE);
    addPolicy(stack, `${id}Write`, `cinch-${family}`, [write], apply, both);
    const back = statementsOfFamily(steps, family, 'undoPermissions', HERE);
    addPolicy(stack, `${id}Undo`, `cinch-${family}`, [undo], back, both);
  }
}

/** What the reader may call: for each fact, to see whether a resource exists, and for its lists. What reads code is a choice of its own. */
export const everyRead = (): Permission[] =>
  [...Object.values(READ_PERMISSIONS), EXISTENCE_PERMISSIONS, READER_PERMISSIONS]
    .flatMap((table) => Object.values(table).flat())
    .filter((permission) => permission !== CODE_PERMISSION);

/** The exact roles of the hub's functions, with the external id; undo also wants a session that says so. */
function trustPolicy(kind: keyof typeof ROLE_NAMES, trust: MemberTrust) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {
          AWS: TRUSTED[kind].map((name) => `arn:${Aws.PARTITION}:iam::${trust.hubAccount}:role/${botRoleName(name)}`),
        },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': trust.externalId },
          ...(kind === 'undo' ? { StringLike: { 'sts:RoleSessionName': UNDO_SESSION } } : {}),
        },
      },
    ],
  };
}

function addPolicy(
  scope: Construct,
  id: string,
  policyName: string,
  roles: readonly CfnRole[],
  statements: readonly IamStatement[],
  condition: CfnCondition,
): void {
  if (statements.length === 0) return;
  const policy = new CfnPolicy(scope, id, {
    policyName,
    roles: roles.map((role) => role.ref),
    policyDocument: { Version: '2012-10-17', Statement: statements },
  });
  policy.cfnOptions.condition = condition;
  for (const resource of new Set(statements.flatMap(({ Effect, Resource }) => (Effect === 'Allow' ? Resource : [])))) {
    const reason = WILDCARD_REASONS.find(([part]) => resource.includes(part))?.[1];
    if (reason) accept(policy, reason, `IAM5[Resource::${asNagWrites(resource)}]`);
  }
}

const SOURCES = 'Any queue, topic, bus, stream or bucket may feed a function.';

/** Part of a resource -> why it can't be narrower. What is not here fails the synthesis. */
const WILDCARD_REASONS: readonly (readonly [string, string])[] = [
  [':layer:cinch-*', 'Cinch publishes its layer under this prefix, in each region.'],
  [':function:*', 'Any function of the account may break a rule; the guard policy denies those that are tagged as protected.'],
  [
    ':role/*',
    'Any function’s role may break a rule; the guard policy denies Cinch’s own and those that are tagged as protected.',
  ],
  [':parameter/cinch/*', 'Cinch’s own parameters, named after functions it can’t know yet.'],
  [':layer:*', 'What others may do with a layer is read of any that a function uses.'],
  [':user/*', 'Any user or group may be the owner of a function, or be able to change one.'],
  [':group/*', 'Any user or group may be the owner of a function, or be able to change one.'],
  ['::/', 'Any API may lead to a function.'],
  [':key/*', 'Use is limited by the condition to SSM and to Cinch’s own parameters; the rest describes a key.'],
  [':secret:cinch/*', 'Cinch’s own secrets, named after functions it can’t know yet.'],
  [':log-group:*', 'Any function’s logs may break a rule.'],
  [':sqs:*:', SOURCES],
  [':sns:*:', SOURCES],
  [':events:*:', SOURCES],
  [':kinesis:*:', SOURCES],
  [':s3:::', SOURCES],
  ['*', 'Reads that know no narrower resource, and layers, which may be of other accounts.'],
];

const asNagWrites = (resource: string): string =>
  resource.replaceAll(Aws.PARTITION, '<AWS::Partition>').replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
