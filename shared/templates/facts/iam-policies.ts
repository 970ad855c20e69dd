import type { PolicyDocument } from '../../model/policy-document.ts';
import type { AttachedPolicy, NamedPolicy } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { awsManagedDocument } from '../aws-managed-policies.ts';
import type { Declared, World } from '../declared.ts';
import { referring } from '../references.ts';
import { at, listOf, NotTold, objectOf, textOf, textsOf } from '../values.ts';
import { documentOf } from './fact.ts';

/** Types of resources that are an inline policy of whom they name, with the property that names them. */
const INLINE: Readonly<Record<'Roles' | 'Users' | 'Groups', readonly (readonly [type: string, property: string])[]>> = {
  Roles: [
    ['AWS::IAM::Policy', 'Roles'],
    ['AWS::IAM::RolePolicy', 'RoleName'],
  ],
  Users: [
    ['AWS::IAM::Policy', 'Users'],
    ['AWS::IAM::UserPolicy', 'UserName'],
  ],
  Groups: [
    ['AWS::IAM::Policy', 'Groups'],
    ['AWS::IAM::GroupPolicy', 'GroupName'],
  ],
};

/** The policies that stand in a role, user or group itself, and those that name it. */
export function inlinePoliciesOf(world: World, owner: Declared, of: keyof typeof INLINE, prefix = ''): NamedPolicy[] {
  const written = listOf(owner.properties.Policies).map((one) => {
    const policy = objectOf(one);
    return namedPolicy(textOf(policy.PolicyName) ?? owner.logicalId, policy.PolicyDocument, prefix);
  });
  const naming = INLINE[of].flatMap(([type, property]) => referring(world, type, property, owner));
  const others = naming.map(({ logicalId, properties }) =>
    namedPolicy(textOf(properties.PolicyName) ?? logicalId, properties.PolicyDocument, prefix),
  );
  return [...written, ...others];
}

const namedPolicy = (name: string, document: Parameters<typeof documentOf>[0], prefix: string): NamedPolicy => ({
  name: prefix + name,
  document: documentOf(document, name),
});

/** Those that it names by ARN, and the template's own that name it. */
export function attachedPoliciesOf(world: World, owner: Declared, of: keyof typeof INLINE): AttachedPolicy[] {
  const named = textsOf(owner.properties.ManagedPolicyArns).map((arn) => attachedPolicy(world, arn));
  const attaching = referring(world, 'AWS::IAM::ManagedPolicy', of, owner);
  const attachments = referring(world, 'AWS::IAM::PolicyAttachment', of, owner);
  const own = [
    ...attaching.map((policy) => attachedPolicy(world, policy.identity.arn)),
    ...attachments.map(({ properties }) => attachedPolicy(world, textOf(properties.PolicyArn) ?? '')),
  ];
  return [...new Map([...named, ...own].map((policy) => [policy.arn, policy])).values()];
}

function attachedPolicy(world: World, arn: string): AttachedPolicy {
  const awsManaged = arn.split(':')[4] === 'aws';
  return { name: arn.slice(arn.lastIndexOf('/') + 1), arn, awsManaged, document: managedDocument(world, arn) };
}

/** @throws NotTold for one that is neither in the template nor among AWS's that are kept. */
export function managedDocument(world: World, arn: string): PolicyDocument {
  const declared = world.find(arn, 'AWS::IAM::ManagedPolicy');
  if (declared) return documentOf(declared.properties.PolicyDocument, declared.logicalId);
  const text = awsManagedDocument(arn);
  if (text === undefined) throw new NotTold(`the template does not have the document of ${arn.slice(0, 150)}`);
  return parsePolicyDocument(text, arn);
}

/** `[{Key, Value}]`, or a map as SAM and Terraform have it. */
export function tagsOf(world: World, declared: Declared): Record<string, string> {
  const tags = declared.properties.Tags;
  const own = Array.isArray(tags)
    ? listOf(tags).map((tag) => [textOf(at(tag, 'Key')) ?? '', textOf(at(tag, 'Value')) ?? ''] as const)
    : Object.entries(objectOf(tags)).map(([key, value]) => [key, textOf(value) ?? ''] as const);
  return { ...world.stackTagsOf(declared), ...Object.fromEntries(own) };
}
