import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CANARY_PATTERN, eventPatterns } from '../../shared/events/patterns.ts';
import { memberRegions } from '../../shared/events/regions.ts';
import { STEP_FAMILIES, STEP_ROWS } from '../../shared/model/step.ts';
import { asList, configFor, flat, principalsOf, type Resource, resourcesOf, type Statement, synthesize } from './stacks.ts';

const { members } = synthesize();
const [home, other] = members.map((stack) => Template.fromStack(stack));
if (!home || !other) throw new Error('two member stacks are expected');
const json = home.toJSON() as { Parameters: Record<string, Record<string, unknown>>; Conditions: Record<string, unknown> };

const capital = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

describe('the member stack', () => {
  it('is one template for every region but for defaults, without assets, small enough to be given inline to a StackSet', () => {
    const withoutDefaults = (template: Template) => JSON.stringify(template.toJSON()).replace(/"Default":"[^"]*"/g, '');
    expect(withoutDefaults(other)).toBe(withoutDefaults(home));
    expect(Buffer.byteLength(JSON.stringify(home.toJSON()))).toBeLessThan(51_200);
    expect(JSON.stringify(home.toJSON())).not.toMatch(/S3Bucket|S3Key|cdk-hnb659fds|BootstrapVersion|AssetParameters/);
  });

  it('forwards with one rule a source, as the watch list says, and keeps what can’t be forwarded', () => {
    const rules = resourcesOf(home, 'AWS::Events::Rule').map(([, rule]) => rule);
    expect(rules.map(({ Properties }) => Properties.EventPattern)).toEqual([
      ...eventPatterns().map(({ pattern }) => pattern),
      CANARY_PATTERN,
    ]);
    for (const { Properties } of rules) {
      expect(Properties.State).toBe('ENABLED');
      expect(Properties.Targets).toEqual([
        {
          Id: 'hub',
          Arn: { Ref: 'HubBusArn' },
          RoleArn: { 'Fn::If': ['IsHome', { 'Fn::GetAtt': ['ForwardRole', 'Arn'] }, expect.anything()] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Undelivered', 'Arn'] } },
        },
      ]);
    }
  });

  it('names the role to forward with, which is in the home region’s stack alone', () => {
    const [, role] = resourcesOf(home, 'AWS::IAM::Role').find(([id]) => id === 'ForwardRole') ?? [];
    const [[, rule] = []] = resourcesOf(home, 'AWS::Events::Rule');
    const [target] = (rule?.Properties.Targets ?? []) as { RoleArn: { 'Fn::If': unknown[] } }[];
    expect(flat(target?.RoleArn['Fn::If'][2])).toBe(
      `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/${role?.Properties.RoleName}`,
    );
  });

  it('forwards IAM’s events from us-east-1 only', () => {
    const conditions = Object.fromEntries(resourcesOf(home, 'AWS::Events::Rule').map(([id, { Condition }]) => [id, Condition]));
    expect(conditions).toEqual({
      ForwardLambda: 'WatchesFunctions',
      ForwardIam: 'IsIamRegion',
      ForwardApigateway: 'WatchesFunctions',
      ForwardWafv2: 'WatchesFunctions',
    });
    expect(json.Conditions.IsIamRegion).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] });
  });

  it('gives the forwarding rules one permission: to put events on the hub’s bus', () => {
    const [, role] = resourcesOf(home, 'AWS::IAM::Role').find(([id]) => id === 'ForwardRole') ?? [];
    expect(statementsIn(role)).toEqual([{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: [{ Ref: 'HubBusArn' }] }]);
  });

  it('makes the roles in the home region only', () => {
    const roles = [...resourcesOf(home, 'AWS::IAM::Role'), ...resourcesOf(home, 'AWS::IAM::Policy')];
    expect(roles.map(([id]) => id)).toEqual(expect.arrayContaining(['ForwardRole', 'ReadRole', 'WriteRole', 'UndoRole']));
    for (const [id, { Condition }] of roles) expect(Condition, id).toMatch(/^IsHome$|Granted$/);
    expect(json.Parameters.HomeRegion?.Default).toBe('eu-central-1');
    expect((other.toJSON() as typeof json).Parameters.HomeRegion?.Default).toBe('eu-central-1');
  });

  it.each([
    ['ReadRole', 'cinch-read', ['cinch-hub-on-change', 'cinch-hub-apply', 'cinch-hub-sweep']],
    ['WriteRole', 'cinch-write', ['cinch-hub-apply']],
    ['UndoRole', 'cinch-undo', ['cinch-hub-apply']],
    ['CanaryRole', 'cinch-canary', ['cinch-hub-sweep']],
  ])('%s trusts exactly the hub’s function roles, with the external id', (id, roleName, trusted) => {
    const { Properties } = home.toJSON().Resources[id] as Resource;
    expect(Properties.RoleName).toBe(roleName);
    const [statement, ...more] = (Properties.AssumeRolePolicyDocument as { Statement: Statement[] }).Statement;
    expect(more).toEqual([]);
    expect(statement?.Action).toBe('sts:AssumeRole');
    expect(principalsOf(statement).map(flat)).toEqual(
      trusted.map((name) => `arn:<AWS::Partition>:iam::<HubAccount>:role/${name}`),
    );
    expect(statement?.Condition?.StringEquals).toEqual({ 'sts:ExternalId': { Ref: 'ExternalId' } });
    expect(statement?.Condition?.StringLike).toEqual(id === 'UndoRole' ? { 'sts:RoleSessionName': 'undo-*' } : undefined);
  });

  it('hides the external id and does not say what the ledger knows', () => {
    expect(json.Parameters.ExternalId).toMatchObject({ NoEcho: true, MinLength: 16 });
  });

  it.each(STEP_FAMILIES)('without %s none of its actions are granted for it', (family) => {
    const name = capital(family);
    expect(json.Parameters[name]).toMatchObject({ Default: 'on', AllowedValues: ['on', 'off'] });
    expect(json.Conditions[`${name}Granted`]).toEqual({ 'Fn::And': [{ Condition: 'IsHome' }, { Condition: `${name}On` }] });
    const own = resourcesOf(home, 'AWS::IAM::Policy').filter(([, { Condition }]) => Condition === `${name}Granted`);
    expect(own.map(([, { Properties }]) => Properties.Roles)).toEqual([[{ Ref: 'WriteRole' }], [{ Ref: 'UndoRole' }]]);
    const declared = Object.values(STEP_ROWS)
      .filter((row) => row.family === family)
      .flatMap((row) => [...row.permissions, ...row.undoPermissions].flatMap(({ actions }) => actions));
    expect(new Set(own.flatMap(([, policy]) => actionsIn(policy)))).toEqual(new Set(declared));
  });

  it('lets code be read only where the account says so', () => {
    expect(json.Parameters.ReadCode).toMatchObject({ Default: 'off', AllowedValues: ['on', 'off'] });
    expect(json.Conditions.ReadCodeOn).toEqual({ 'Fn::Equals': [{ Ref: 'ReadCode' }, 'on'] });
    expect(json.Conditions.ReadCodeGranted).toEqual({ 'Fn::And': [{ Condition: 'IsHome' }, { Condition: 'ReadCodeOn' }] });
    const policies = resourcesOf(home, 'AWS::IAM::Policy');
    const reading = policies.filter(([, policy]) => actionsIn(policy).includes('lambda:GetFunction'));
    expect(reading.map(([id, { Condition, Properties }]) => [id, Condition, Properties.Roles])).toEqual([
      ['ReadCodePolicy', 'ReadCodeGranted', [{ Ref: 'ReadRole' }]],
    ]);
    expect(reading.flatMap(([, policy]) => actionsIn(policy))).toEqual(['lambda:GetFunction']);
  });

  it('grants iam changes with the families that need them and no others', () => {
    const iam = resourcesOf(home, 'AWS::IAM::Policy').filter(
      ([id, policy]) =>
        !['ReadPolicy', 'GuardPolicy', 'CanaryPolicy'].includes(id) &&
        actionsIn(policy).some((action) => action.startsWith('iam:')),
    );
    expect(iam.map(([id]) => id).sort()).toEqual([
      'RolesUndo',
      'RolesWrite',
      'RuntimeUndo',
      'RuntimeWrite',
      'SecretsUndo',
      'SecretsWrite',
    ]);
  });

  it('lets the canary do two things: an event of its own source on the own bus, and a tag of its own on itself', () => {
    const { Properties } = home.toJSON().Resources.CanaryPolicy as Resource;
    const { Statement } = Properties.PolicyDocument as { Statement: Statement[] };
    expect(Statement.map(({ Effect, Action, Condition }) => ({ Effect, Action, Condition }))).toEqual([
      {
        Effect: 'Allow',
        Action: ['events:PutEvents'],
        Condition: { 'ForAllValues:StringEquals': { 'events:source': 'cinch.canary' } },
      },
      { Effect: 'Allow', Action: ['iam:TagRole'], Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'cinch:canary' } } },
    ]);
    expect(Statement.flatMap(({ Resource }) => asList(Resource)).map(flat)).toEqual([
      'arn:<AWS::Partition>:events:*:<AWS::AccountId>:event-bus/default',
      'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cinch-canary',
    ]);
  });

  it('keeps each role’s inline policies under IAM’s limit of 10,240 characters', () => {
    const sizes = new Map<string, number>();
    for (const [, { Properties }] of resourcesOf(home, 'AWS::IAM::Policy')) {
      // With the longest partition there is; IAM does not count white space.
      const text = JSON.stringify(Properties.PolicyDocument, (_key, value: unknown) =>
        typeof value === 'object' && value !== null && 'Fn::Join' in value
          ? flat(value).replaceAll('<AWS::Partition>', 'aws-us-gov').replaceAll('<AWS::AccountId>', '222222222222')
          : value,
      );
      for (const role of asList(Properties.Roles as { Ref: string }[]))
        sizes.set(role.Ref, (sizes.get(role.Ref) ?? 0) + text.length);
    }
    expect([...sizes.keys()].sort()).toEqual(['CanaryRole', 'ReadRole', 'UndoRole', 'WriteRole']);
    for (const [role, size] of sizes) expect(size, role).toBeLessThan(10_240);
  });

  it('makes the parameter key where functions are, keeps it, and says what it costs', () => {
    const [[, key] = []] = resourcesOf(home, 'AWS::KMS::Key');
    expect(key).toMatchObject({ Condition: 'CreatesKey', DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
    home.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/cinch-parameters' });
    expect(json.Parameters.ParameterKey?.Description).toMatch(/1 USD/);
  });

  it('makes none where the configuration names another, and may use the one that all members share', () => {
    const under = (key: string) => {
      const [stack] = synthesize(configFor({ extra: { secrets: { key } } })).members;
      if (!stack) throw new Error('no member');
      const template = Template.fromStack(stack);
      return { choice: template.toJSON().Parameters.ParameterKey.Default, text: JSON.stringify(template.toJSON()) };
    };
    expect(under('aws-managed').choice).toBe('none');
    expect(under('aws-managed').text).not.toContain('mrk-');
    const key = `key/mrk-${'0a'.repeat(16)}`;
    const shared = under(`arn:aws:kms:eu-west-1:333333333333:${key}`);
    expect(shared.choice).toBe('none');
    // In the write role's statements and the undo role's, each for describing, SSM and Secrets Manager.
    expect(shared.text.split(`arn:aws:kms:*:333333333333:${key}`)).toHaveLength(6);
  });

  it('takes its defaults from the configuration', () => {
    expect(json.Parameters.HubAccount?.Default).toBe('111111111111');
    expect(json.Parameters.HubBusArn?.Default).toBe('arn:aws:events:eu-central-1:111111111111:event-bus/cinch');
    expect(json.Parameters.Watch?.Default).toBe('all');
  });
});

describe('a member without functions in us-east-1', () => {
  it('gets a stack there for IAM’s events alone', () => {
    expect(memberRegions(['eu-central-1', 'eu-central-1'])).toEqual([
      { region: 'eu-central-1', watch: 'all' },
      { region: 'us-east-1', watch: 'iam' },
    ]);
    expect(memberRegions(['us-east-1', 'eu-west-1']).map(({ watch }) => watch)).toEqual(['all', 'all']);
    const { members: stacks } = synthesize(configFor({ regions: ['eu-central-1'] }));
    expect(stacks.map(({ stackName }) => stackName)).toEqual([
      'CinchMember-222222222222-eu-central-1',
      'CinchMember-222222222222-us-east-1',
    ]);
    const watch = stacks.map((stack) => Template.fromStack(stack).toJSON().Parameters.Watch.Default);
    expect(watch).toEqual(['all', 'iam']);
  });
});

function statementsIn(resource: Resource | undefined): Statement[] {
  const policies = resource?.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[] | undefined;
  const own = resource?.Properties.PolicyDocument as { Statement: Statement[] } | undefined;
  return [...(policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement), ...(own?.Statement ?? [])];
}

function actionsIn(resource: Resource): string[] {
  return statementsIn(resource).flatMap(({ Action }) => asList(Action));
}
