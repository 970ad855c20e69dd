import type { Row } from './rows.ts';

const attachment = (property: 'Roles' | 'Users' | 'Groups', attribute: string): Row => ({
  type: 'AWS::IAM::PolicyAttachment',
  properties: { [property]: attribute, PolicyArn: 'policy_arn' },
});

export const IAM_ROWS: Readonly<Record<string, Row>> = {
  aws_iam_role: {
    type: 'AWS::IAM::Role',
    named: 'name',
    properties: {
      RoleName: 'name',
      Path: 'path',
      AssumeRolePolicyDocument: 'assume_role_policy',
      PermissionsBoundary: 'permissions_boundary',
      ManagedPolicyArns: 'managed_policy_arns',
      Policies: { blocks: 'inline_policy', each: { PolicyName: 'name', PolicyDocument: 'policy' } },
      Tags: 'tags_all',
    },
  },
  aws_iam_role_policy: {
    type: 'AWS::IAM::RolePolicy',
    properties: { RoleName: 'role', PolicyName: 'name', PolicyDocument: 'policy' },
  },
  aws_iam_user_policy: {
    type: 'AWS::IAM::UserPolicy',
    properties: { UserName: 'user', PolicyName: 'name', PolicyDocument: 'policy' },
  },
  aws_iam_group_policy: {
    type: 'AWS::IAM::GroupPolicy',
    properties: { GroupName: 'group', PolicyName: 'name', PolicyDocument: 'policy' },
  },
  aws_iam_role_policy_attachment: attachment('Roles', 'role'),
  aws_iam_user_policy_attachment: attachment('Users', 'user'),
  aws_iam_group_policy_attachment: attachment('Groups', 'group'),
  aws_iam_policy_attachment: {
    type: 'AWS::IAM::PolicyAttachment',
    properties: { Roles: 'roles', Users: 'users', Groups: 'groups', PolicyArn: 'policy_arn' },
  },
  aws_iam_policy: {
    type: 'AWS::IAM::ManagedPolicy',
    named: 'name',
    properties: { ManagedPolicyName: 'name', Path: 'path', PolicyDocument: 'policy' },
  },
  aws_iam_user: {
    type: 'AWS::IAM::User',
    named: 'name',
    properties: { UserName: 'name', Path: 'path', PermissionsBoundary: 'permissions_boundary', Tags: 'tags_all' },
  },
  aws_iam_group: { type: 'AWS::IAM::Group', named: 'name', properties: { GroupName: 'name', Path: 'path' } },
  aws_iam_group_membership: {
    type: 'AWS::IAM::UserToGroupAddition',
    properties: { GroupName: 'group', Users: 'users' },
  },
  aws_iam_access_key: { type: 'AWS::IAM::AccessKey', properties: { UserName: 'user' } },
  aws_iam_user_login_profile: { type: 'AWS::IAM::AccessKey', properties: { UserName: 'user' } },
};
