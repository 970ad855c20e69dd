import {
  CODE_PERMISSION,
  DOCTOR_PERMISSIONS,
  EXISTENCE_PERMISSIONS,
  READ_PERMISSIONS,
  READER_PERMISSIONS,
} from '../model/read-permissions.ts';
import { type Permission, STEP_FAMILIES, STEP_ROWS, type StepFamily, type StepRow } from '../model/step.ts';
import { type BotFunction, botRoleName, CANARY_SOURCE, CANARY_TAG, ROLE_NAMES } from '../names.ts';
import { allow, guardStatements, type IamStatement, type Place, statementsOfFamily } from './statements.ts';

/** The roles of a member account: who may assume each, and what it holds. The member stack deploys it, and doctor compares with it. */

export type MemberRoleKind = keyof typeof ROLE_NAMES;

/** Who of the hub may assume which role. */
const TRUSTED: Readonly<Record<MemberRoleKind, readonly BotFunction[]>> = {
  read: ['on-change', 'apply', 'sweep'],
  write: ['apply'],
  undo: ['apply'],
  canary: ['sweep'],
};

/** Sessions of the undo role say what they undo. */
export const UNDO_SESSION = 'undo-*';

export interface MemberTrust {
  readonly partition: string;
  readonly hubAccount: string;
  readonly externalId: string;
}

/** The exact roles of the hub's functions, with the external id; undo also wants a session that says so. */
export function trustPolicy(kind: MemberRoleKind, { partition, hubAccount, externalId }: MemberTrust) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: TRUSTED[kind].map((name) => `arn:${partition}:iam::${hubAccount}:role/${botRoleName(name)}`) },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': externalId },
          ...(kind === 'undo' ? { StringLike: { 'sts:RoleSessionName': UNDO_SESSION } } : {}),
        },
      },
    ],
  };
}

/** What a member grants only where its operator says so. */
export const POLICY_OPTIONS = ['read-code', 'clean-layers'] as const;
export type PolicyOption = (typeof POLICY_OPTIONS)[number];
export type PolicySwitch = StepFamily | PolicyOption;

/** One inline policy of the member's roles. */
export interface InlinePolicy {
  readonly name: string;
  /** The part of its id in the template. */
  readonly id: string;
  readonly roles: readonly MemberRoleKind[];
  /** The family or option that an operator may leave out; null for what is always there. */
  readonly switchedBy: PolicySwitch | null;
  readonly statements: readonly IamStatement[];
}

/** Every inline policy, those without a statement left out. @param steps this version's, unless said */
export function inlinePolicies(place: Place, steps: Readonly<Record<string, StepRow>> = STEP_ROWS): InlinePolicy[] {
  const always = (name: string, id: string, roles: readonly MemberRoleKind[], statements: readonly IamStatement[]) => ({
    name,
    id,
    roles,
    switchedBy: null,
    statements,
  });
  const ofFamily = (family: StepFamily): InlinePolicy[] => {
    const id = `${family[0]?.toUpperCase()}${family.slice(1)}`;
    const common = { name: `cinch-${family}`, switchedBy: family };
    const apply = statementsOfFamily(steps, family, 'permissions', place);
    const back = statementsOfFamily(steps, family, 'undoPermissions', place);
    return [
      { ...common, id: `${id}Write`, roles: ['write'], statements: apply },
      { ...common, id: `${id}Undo`, roles: ['undo'], statements: back },
    ];
  };
  const option = (switchedBy: PolicyOption, id: string, role: MemberRoleKind, permission: Permission): InlinePolicy => ({
    name: `cinch-${switchedBy}`,
    id,
    roles: [role],
    switchedBy,
    statements: allow([permission], place),
  });
  return [
    always('cinch-read', 'ReadPolicy', ['read'], allow(everyRead(), place)),
    option('read-code', 'ReadCodePolicy', 'read', CODE_PERMISSION),
    always('cinch-guard', 'GuardPolicy', ['write', 'undo'], guardStatements(steps, place)),
    option('clean-layers', 'CleanLayersPolicy', 'write', LAYER_DELETION),
    always('cinch-canary', 'CanaryPolicy', ['canary'], canaryStatements(place)),
    ...STEP_FAMILIES.flatMap(ofFamily),
  ].filter(({ statements }) => statements.length > 0);
}

/** Of old versions that nobody uses: no step's, flows/clean-layer.ts. */
export const LAYER_DELETION: Permission = { actions: ['lambda:DeleteLayerVersion'], on: 'layer' };

/** An event of its own source on the account's own bus, and a tag of its own on itself: nothing else. */
const canaryStatements = ({ partition, account }: Place): IamStatement[] => [
  {
    Effect: 'Allow',
    Action: ['events:PutEvents'],
    Resource: [`arn:${partition}:events:*:${account}:event-bus/default`],
    // A list in the request (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html).
    Condition: { 'ForAllValues:StringEquals': { 'events:source': CANARY_SOURCE } },
  },
  {
    Effect: 'Allow',
    Action: ['iam:TagRole'],
    Resource: [`arn:${partition}:iam::${account}:role/${ROLE_NAMES.canary}`],
    Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': CANARY_TAG } },
  },
];

/**
 * What the reader may call, for each fact, to see whether a resource exists, and for its lists; and what doctor looks at. What reads code is an
 * option of its own.
 */
export const everyRead = (): Permission[] => [
  ...[...Object.values(READ_PERMISSIONS), EXISTENCE_PERMISSIONS, READER_PERMISSIONS]
    .flatMap((table) => Object.values(table).flat())
    .filter((permission) => permission !== CODE_PERMISSION),
  ...DOCTOR_PERMISSIONS,
];
