import { Aws, CfnCondition, Fn, type Stack } from 'aws-cdk-lib';
import { CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  inlinePolicies,
  type MemberRoleKind,
  type MemberTrust,
  type PolicyOption,
  type PolicySwitch,
  trustPolicy,
} from '../shared/grants/member-roles.ts';
import type { IamStatement, Place } from '../shared/grants/statements.ts';
import { STEP_FAMILIES, type StepFamily } from '../shared/model/step.ts';
import { ROLE_NAMES } from '../shared/names.ts';
import { accept } from './accept.ts';
import type { Catalogue } from './catalogue.ts';

const HERE: Place = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID };

const DESCRIPTIONS: Readonly<Record<MemberRoleKind, string>> = {
  read: 'Cinch reads functions, their roles, sources and front doors with it',
  write: 'Cinch applies and verifies its steps with it',
  undo: 'Cinch takes its own steps back with it',
  canary: 'Cinch sends an event of its own with it, to see whether it arrives',
};

/** The four roles, in the member's home region only: IAM is global. */
export function makeMemberRoles(
  stack: Stack,
  { sharedKey, ...trust }: Omit<MemberTrust, 'partition'> & Pick<Place, 'sharedKey'>,
  steps: Catalogue['steps'],
  isHome: CfnCondition,
  familyOn: Readonly<Record<StepFamily, CfnCondition>>,
  optionOn: Readonly<Record<PolicyOption, CfnCondition>>,
): void {
  const role = (kind: MemberRoleKind): CfnRole => {
    const made = new CfnRole(stack, `${kind[0]?.toUpperCase()}${kind.slice(1)}Role`, {
      roleName: ROLE_NAMES[kind],
      description: DESCRIPTIONS[kind],
      assumeRolePolicyDocument: trustPolicy(kind, { ...trust, partition: Aws.PARTITION }),
    });
    made.cfnOptions.condition = isHome;
    return made;
  };
  const roles = { read: role('read'), write: role('write'), undo: role('undo'), canary: role('canary') };
  const granted = new Map<PolicySwitch, CfnCondition>([
    ...STEP_FAMILIES.map((family) => [family, isGranted(stack, family, isHome, familyOn[family])] as const),
    ['read-code', isGranted(stack, 'read-code', isHome, optionOn['read-code'])],
    ['clean-layers', isGranted(stack, 'clean-layers', isHome, optionOn['clean-layers'])],
  ]);
  for (const { id, name, roles: holders, switchedBy, statements } of inlinePolicies({ ...HERE, sharedKey }, steps)) {
    const condition = (switchedBy && granted.get(switchedBy)) ?? isHome;
    const held = holders.map((kind) => roles[kind]);
    addPolicy(stack, id, name, held, statements, condition);
  }
}

function isGranted(stack: Stack, name: PolicySwitch, isHome: CfnCondition, isOn: CfnCondition): CfnCondition {
  const id = name.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
  return new CfnCondition(stack, `${id}Granted`, { expression: Fn.conditionAnd(isHome, isOn) });
}

function addPolicy(
  scope: Construct,
  id: string,
  policyName: string,
  roles: readonly CfnRole[],
  statements: readonly IamStatement[],
  condition: CfnCondition,
): void {
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
  [':key/mrk-', 'The replicas of the one key that the configuration names (secrets.key), one in each region.'],
  [':secret:cinch/*', 'Cinch’s own secrets, named after functions it can’t know yet.'],
  [':log-group:*', 'Any function’s logs may break a rule.'],
  [
    ':events:*:',
    'Any queue, topic, bus, stream or bucket may feed a function; the names of Cinch’s own rules are CloudFormation’s.',
  ],
  [':cloudtrail:*:', 'A trail may have any name, and an organization’s lies in another account.'],
  [':sqs:*:', SOURCES],
  [':sns:*:', SOURCES],
  [':kinesis:*:', SOURCES],
  [':s3:::', SOURCES],
  ['*', 'Reads that know no narrower resource, and layers, which may be of other accounts.'],
];

const asNagWrites = (resource: string): string =>
  resource.replaceAll(Aws.PARTITION, '<AWS::Partition>').replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
