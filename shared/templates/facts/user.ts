import { type Resource, userResource } from '../../model/resource.ts';
import type { State } from '../../model/state.ts';
import type { Declared, World } from '../declared.ts';
import { referring } from '../references.ts';
import { NotTold, textOf, textsOf } from '../values.ts';
import { notInTemplates, stateOf } from './fact.ts';
import { attachedPoliciesOf, inlinePoliciesOf, managedDocument, tagsOf } from './iam-policies.ts';

/** @param user an AWS::IAM::User. */
export function userState(world: World, user: Declared): State<'user'> {
  const { properties } = user;
  const groups = () => groupsOf(world, user);
  return stateOf<'user'>({
    createdAt: notInTemplates('when a user was made'),
    lastActive: notInTemplates('when a user was last active'),
    canSignIn: () => {
      const hasKey = referring(world, 'AWS::IAM::AccessKey', 'UserName', user).length > 0;
      if (hasKey || (properties.LoginProfile ?? null) !== null) return true;
      throw new NotTold('a template does not tell of passwords and keys that are made by hand');
    },
    tags: () => tagsOf(world, user),
    inlinePolicies: () => [
      ...inlinePoliciesOf(world, user, 'Users'),
      ...groups().flatMap((group) => inlinePoliciesOf(world, group, 'Groups', `${group.identity.name}/`)),
    ],
    attachedPolicies: () => {
      const all = [
        ...attachedPoliciesOf(world, user, 'Users'),
        ...groups().flatMap((group) => attachedPoliciesOf(world, group, 'Groups')),
      ];
      return [...new Map(all.map((policy) => [policy.arn, policy])).values()];
    },
    boundary: () => {
      const arn = textOf(properties.PermissionsBoundary);
      return arn === undefined ? null : managedDocument(world, arn);
    },
  });
}

/** The template's groups that it is in. @throws NotTold when it is in one that the template does not have. */
function groupsOf(world: World, user: Declared): Declared[] {
  const named = textsOf(user.properties.Groups).map((name) => {
    const group = world.find(name, 'AWS::IAM::Group');
    if (!group) throw new NotTold(`the template does not have the group ${name}`);
    return group;
  });
  const additions = referring(world, 'AWS::IAM::UserToGroupAddition', 'Users', user);
  const added = additions.flatMap(({ properties }) => world.find(textOf(properties.GroupName) ?? '', 'AWS::IAM::Group') ?? []);
  return [...new Set([...named, ...added])];
}

export function userResourceOf(world: World, { identity }: Declared): Resource<'user'> {
  const pathAndName = identity.arn.slice(identity.arn.indexOf(':user/') + ':user/'.length);
  return userResource(world.account, pathAndName, world.partition);
}
