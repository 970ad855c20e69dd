import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { MAX_INLINE_BYTES } from '../../infra/org-stack.ts';
import type { Config } from '../../shared/config/schema.ts';
import { CANARY_PATTERN, eventPatterns } from '../../shared/events/patterns.ts';
import {
  configFor,
  flat,
  HUB,
  orgConfigFor,
  principalsOf,
  type Resource,
  resourcesOf,
  type Statement,
  synthesize,
} from './stacks.ts';

const MANAGEMENT = '999999999999';

interface StackSet {
  readonly StackSetName: string;
  readonly TemplateBody: string;
  readonly Parameters: { ParameterKey: string; ParameterValue: string }[];
  readonly StackInstancesGroup: { Regions: string[]; DeploymentTargets: Record<string, unknown> }[];
  readonly OperationPreferences: Record<string, unknown>;
  readonly AutoDeployment?: Record<string, unknown> & { DependsOn?: unknown[] };
  readonly [name: string]: unknown;
}

const stacksOf = (config: Config) => {
  const stacks = synthesize(config);
  if (!stacks.organization) throw new Error('no organization');
  return { ...stacks, organization: stacks.organization };
};

const stackSetsOf = (config: Config): StackSet[] =>
  resourcesOf(Template.fromStack(stacksOf(config).organization), 'AWS::CloudFormation::StackSet').map(
    ([, { Properties }]) => Properties as unknown as StackSet,
  );

const parametersOf = ({ Parameters }: StackSet): Record<string, string> =>
  Object.fromEntries(Parameters.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]));

describe('the StackSets of an organization', () => {
  const [home, beside, ...more] = stackSetsOf(orgConfigFor({ excludedAccounts: ['888888888888'] }));
  if (!home || !beside) throw new Error('two StackSets are expected');

  it('are two of one template: the home region’s with the roles first, then all other regions at once', () => {
    expect(more).toEqual([]);
    expect(home.StackInstancesGroup.map(({ Regions }) => Regions)).toEqual([['eu-central-1']]);
    expect(beside.StackInstancesGroup.map(({ Regions }) => Regions)).toEqual([['eu-west-1', 'us-east-1']]);
    expect(beside.TemplateBody).toBe(home.TemplateBody);
    expect(beside.Parameters).toEqual(home.Parameters);
    expect(beside.OperationPreferences).toMatchObject({ RegionConcurrencyType: 'PARALLEL', FailureTolerancePercentage: 10 });
    const [[homeId] = []] = resourcesOf(
      Template.fromStack(stacksOf(orgConfigFor()).organization),
      'AWS::CloudFormation::StackSet',
    );
    expect(beside.AutoDeployment?.DependsOn?.map(flat)).toEqual([
      `arn:<AWS::Partition>:cloudformation:eu-central-1:${MANAGEMENT}:stackset/<${homeId}>`,
    ]);
  });

  it('deploy by themselves to who joins the units, and leave out who is excluded', () => {
    for (const stackSet of [home, beside]) {
      expect(stackSet).toMatchObject({
        PermissionModel: 'SERVICE_MANAGED',
        CallAs: 'SELF',
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        ManagedExecution: { Active: true },
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      });
      expect(stackSet.StackInstancesGroup.map(({ DeploymentTargets }) => DeploymentTargets)).toEqual([
        {
          OrganizationalUnitIds: ['ou-abcd-11111111', 'ou-abcd-22222222'],
          AccountFilterType: 'DIFFERENCE',
          Accounts: ['888888888888'],
        },
      ]);
    }
  });

  it('carry a template without assets or blanks, small enough to be given inline', () => {
    expect(Buffer.byteLength(home.TemplateBody)).toBeLessThan(MAX_INLINE_BYTES);
    expect(home.TemplateBody).not.toMatch(/S3Bucket|S3Key|cdk-hnb659fds|BootstrapVersion|AssetParameters/);
    expect(home.TemplateBody).toBe(JSON.stringify(JSON.parse(home.TemplateBody)));
  });

  it('carry a template that decides by itself what is made where: roles at home, the rule for IAM in us-east-1', () => {
    const template = JSON.parse(home.TemplateBody) as {
      Resources: Record<string, Resource>;
      Conditions: Record<string, unknown>;
    };
    const identities = Object.entries(template.Resources).filter(([, { Type }]) => Type.startsWith('AWS::IAM::'));
    expect(identities.length).toBeGreaterThan(10);
    for (const [id, { Condition }] of identities) expect(Condition, id).toMatch(/^IsHome$|Granted$/);
    expect(template.Conditions.IsHome).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, { Ref: 'HomeRegion' }] });
    expect(template.Resources.ForwardIam?.Condition).toBe('IsIamRegion');
    expect(template.Conditions.WatchesFunctions).toEqual({
      'Fn::Or': [
        { 'Fn::Equals': [{ Ref: 'Watch' }, 'all'] },
        { 'Fn::And': [{ 'Fn::Equals': [{ Ref: 'Watch' }, 'elsewhere'] }, { 'Fn::Not': [{ Condition: 'IsIamRegion' }] }] },
      ],
    });
    const rules = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    expect(rules.map(({ Properties }) => Properties.EventPattern)).toEqual([
      ...eventPatterns().map(({ pattern }) => pattern),
      CANARY_PATTERN,
    ]);
    // Neither an account nor a region is in it, but for the hub's and the defaults that the parameters replace.
    expect(home.TemplateBody).not.toMatch(/arn:aws:(?!events:eu-central-1:111111111111)[a-z]+:[a-z0-9-]*:\d/);
  });

  it('tell each member where its home is, and that us-east-1 is for IAM only', () => {
    expect(parametersOf(home)).toMatchObject({
      HubAccount: HUB,
      HubBusArn: `arn:aws:events:eu-central-1:${HUB}:event-bus/cinch`,
      HomeRegion: 'eu-central-1',
      ExternalId: 'an-external-id-of-tests',
      Watch: 'elsewhere',
      ParameterKey: 'create',
      Roles: 'on',
    });
    expect(parametersOf(stackSetsOf(orgConfigFor({ regions: ['eu-west-1', 'us-east-1'] }))[0] as StackSet).Watch).toBe('all');
  });

  it('are one when there is one region', () => {
    const sets = stackSetsOf(orgConfigFor({ regions: ['us-east-1'] }));
    expect(sets.map(({ StackInstancesGroup }) => StackInstancesGroup[0]?.Regions)).toEqual([['us-east-1']]);
  });

  it('do as the configuration says', () => {
    const [set] = stackSetsOf(
      orgConfigFor({
        regions: ['eu-west-1', 'eu-central-1'],
        homeRegion: 'eu-central-1',
        onLeaving: 'retain',
        callAs: 'delegated-admin',
        failureTolerancePercent: 0,
        concurrentPercent: 25,
        parallelRegions: false,
        withheld: ['roles', 'secrets'],
        parameterKey: 'none',
      }),
    );
    expect(set).toMatchObject({
      CallAs: 'DELEGATED_ADMIN',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
      OperationPreferences: { FailureTolerancePercentage: 0, MaxConcurrentPercentage: 25, RegionConcurrencyType: 'SEQUENTIAL' },
      StackInstancesGroup: [{ Regions: ['eu-central-1'] }],
    });
    expect(parametersOf(set as StackSet)).toMatchObject({ Roles: 'off', Secrets: 'off', Timeout: 'on', ParameterKey: 'none' });
  });

  it('work by roles where the organization does not trust StackSets', () => {
    const accounts = ['222222222222', '333333333333', '444444444444'];
    const { organization } = stacksOf(orgConfigFor({ mode: 'self-managed', units: [], accounts }));
    const [set] = stackSetsOf(
      orgConfigFor({
        mode: 'self-managed',
        units: [],
        accounts,
        excludedAccounts: ['444444444444'],
        administrationRole: 'Admin',
      }),
    );
    expect(set).toMatchObject({
      PermissionModel: 'SELF_MANAGED',
      ExecutionRoleName: 'AWSCloudFormationStackSetExecutionRole',
      StackInstancesGroup: [{ DeploymentTargets: { Accounts: ['222222222222', '333333333333'] } }],
    });
    expect(flat(set?.AdministrationRoleARN)).toBe(`arn:<AWS::Partition>:iam::${HUB}:role/Admin`);
    expect(set?.AutoDeployment).toBeUndefined();
    const resources = resourcesOf(Template.fromStack(organization), 'AWS::CloudFormation::StackSet');
    expect(resources[1]?.[1]).toMatchObject({ DependsOn: [resources[0]?.[0]] });
    expect(set?.CallAs).toBeUndefined();
  });
});

describe('who is not reached by a StackSet', () => {
  it('the management account gets member stacks by itself, its home region’s first', () => {
    const { members, organization } = stacksOf(orgConfigFor());
    expect(members.map(({ stackName }) => stackName)).toEqual([
      `CinchMember-${MANAGEMENT}-eu-central-1`,
      `CinchMember-${MANAGEMENT}-eu-west-1`,
      `CinchMember-${MANAGEMENT}-us-east-1`,
    ]);
    expect(members.map(({ dependencies }) => dependencies.map(({ stackName }) => stackName))).toEqual([
      [],
      [`CinchMember-${MANAGEMENT}-eu-central-1`],
      [`CinchMember-${MANAGEMENT}-eu-central-1`],
    ]);
    expect(organization.account).toBe(MANAGEMENT);
    expect(stacksOf(orgConfigFor({ callAs: 'delegated-admin' })).organization.account).toBe(HUB);
  });

  it('without an organization there are no StackSets', () => {
    expect(synthesize(configFor()).organization).toBeUndefined();
  });
});

describe('the hub of an organization', () => {
  const policyOf = (config: Config): Statement[] =>
    resourcesOf(Template.fromStack(synthesize(config).hub), 'AWS::Events::EventBus').flatMap(
      ([, { Properties }]) => (Properties.Policy as { Statement: Statement[] }).Statement,
    );

  it('lets in who is in the units at that moment, and is not left out; and the management account by name', () => {
    const [units, named] = policyOf(orgConfigFor({ excludedAccounts: ['888888888888'] }));
    expect(units).toMatchObject({
      Principal: '*',
      Condition: {
        'ForAllValues:StringLike': { 'events:source': ['aws.*', 'cinch.canary'] },
        StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' },
        'ForAnyValue:StringLike': {
          'aws:PrincipalOrgPaths': ['o-abcdefghij/*/ou-abcd-11111111/*', 'o-abcdefghij/*/ou-abcd-22222222/*'],
        },
        StringNotEquals: { 'aws:PrincipalAccount': ['888888888888'] },
      },
    });
    expect(principalsOf(named).map(flat)).toEqual([`arn:<AWS::Partition>:iam::${MANAGEMENT}:root`]);
    expect(named?.Condition).toEqual({ 'ForAllValues:StringLike': { 'events:source': ['aws.*', 'cinch.canary'] } });
  });

  it('lets in only the named accounts of a self-managed StackSet, while they are in the organization', () => {
    const [named, deny] = policyOf(orgConfigFor({ mode: 'self-managed', units: [], accounts: ['222222222222'] }));
    expect(principalsOf(named).map(flat)).toEqual([
      `arn:<AWS::Partition>:iam::${MANAGEMENT}:root`,
      'arn:<AWS::Partition>:iam::222222222222:root',
    ]);
    expect(named?.Condition).toMatchObject({ StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } });
    expect(deny?.Effect).toBe('Deny');
  });

  it('asks Organizations who is a member only where that is configured, and only sweep', () => {
    const asking = (config: Config) =>
      resourcesOf(Template.fromStack(synthesize(config).hub), 'AWS::IAM::Role')
        .filter(([, { Properties }]) => JSON.stringify(Properties.Policies ?? []).includes('organizations:'))
        .map(([, { Properties }]) => Properties.RoleName);
    expect(asking(orgConfigFor())).toEqual(['cinch-hub-sweep']);
    expect(asking(orgConfigFor({ listAccounts: false }))).toEqual([]);
    expect(asking(configFor({ organizationId: 'o-abcdefghij' }))).toEqual([]);
  });
});
