import { describe, expect, it } from 'vitest';
import { everyRead } from '../../../shared/grants/member-roles.ts';
import { allow, guardStatements, statementsOfFamily } from '../../../shared/grants/statements.ts';
import { isChange, STEP_FAMILIES, STEP_ROWS } from '../../../shared/model/step.ts';
import { BOT_FUNCTIONS, PROTECTED_TAG } from '../../../shared/names.ts';

const HERE = { partition: 'aws', account: '222222222222' };
const SECRETS = 'arn:aws:secretsmanager:*:222222222222:secret:cinch/*';
const KINDS = ['permissions', 'undoPermissions'] as const;
const rows = Object.values(STEP_ROWS);
const every = STEP_FAMILIES.flatMap((family) => KINDS.flatMap((which) => statementsOfFamily(STEP_ROWS, family, which, HERE)));

/** Changes for which AWS knows no resource: they reach the caller's own account only (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html). */
const WITHOUT_RESOURCE = new Set([
  'events:PutPermission',
  'events:RemovePermission',
  // What API Gateway asks of whoever sets an access log (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html).
  'logs:CreateLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:PutResourcePolicy',
]);
/** Any layer of the account may be open to everybody: who may use one is changed on all, what is in one never. */
const LAYER_POLICY = /LayerVersion(Permission|Policy)$/;

describe('statements from the steps’ rows', () => {
  it.each(STEP_FAMILIES.flatMap((family) => KINDS.map((which) => [family, which] as const)))(
    '%s, %s: grants exactly the actions of its rows, no pattern among them',
    (family, which) => {
      const declared = rows.filter((row) => row.family === family).flatMap((row) => row[which].flatMap(({ actions }) => actions));
      const granted = statementsOfFamily(STEP_ROWS, family, which, HERE).flatMap(({ Action }) => Action);
      expect(new Set(granted)).toEqual(new Set(declared));
      expect(granted.filter((action) => action.includes('*'))).toEqual([]);
    },
  );

  it('keeps every condition of a row, and gives it to no other action', () => {
    const pass = statementsOfFamily(STEP_ROWS, 'roles', 'permissions', HERE).filter(({ Action }) =>
      Action.includes('iam:PassRole'),
    );
    expect(pass).toEqual([
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: ['arn:aws:iam::222222222222:role/*'],
        Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      },
    ]);
  });

  it('uses keys through a store and for what is Cinch’s own there only', () => {
    const uses = every.filter(({ Action }) => Action.some((action) => /^kms:(Encrypt|Decrypt|GenerateDataKey)/.test(action)));
    expect(uses.length).toBeGreaterThan(0);
    const allowed = [
      {
        'kms:ViaService': 'ssm.*.amazonaws.com',
        'kms:EncryptionContext:PARAMETER_ARN': 'arn:aws:ssm:*:222222222222:parameter/cinch/*',
      },
      {
        'kms:ViaService': 'secretsmanager.*.amazonaws.com',
        'kms:EncryptionContext:SecretARN': SECRETS,
      },
    ];
    const validated = { ...allowed[1], 'kms:EncryptionContext:SecretARN': [SECRETS, 'RequestToValidateKeyAccess'] };
    for (const { Action, Condition } of uses)
      if (Action.includes('kms:GenerateDataKey')) expect(Condition?.StringLike).toEqual(validated);
      else expect(allowed).toContainEqual(Condition?.StringLike);
  });

  it('changes nothing outside the account and Cinch’s prefixes', () => {
    for (const { Action, Resource } of every) {
      for (const resource of Resource) {
        if (resource === '*')
          expect(Action.filter((action) => !/:(Get|List|Describe)/.test(action) && !WITHOUT_RESOURCE.has(action))).toEqual([]);
        // API Gateway's ARNs name no account; its API answers for the caller's own only.
        else if (!resource.startsWith('arn:aws:apigateway:')) expect(resource).toContain(':222222222222:');
        if (resource.includes(':ssm:')) expect(resource).toBe('arn:aws:ssm:*:222222222222:parameter/cinch/*');
        if (resource.includes(':secretsmanager:')) expect(resource).toBe(SECRETS);
        if (resource.includes(':layer:') && Action.some((action) => !LAYER_POLICY.test(action)))
          expect(resource).toBe('arn:aws:lambda:*:222222222222:layer:cinch-*');
      }
    }
  });

  it('refuses a row whose action is a pattern', () => {
    const row = { ...STEP_ROWS['lower-timeout'], permissions: [{ actions: ['lambda:*'], on: 'function' as const }] };
    expect(() => statementsOfFamily({ row }, 'timeout', 'permissions', HERE)).toThrow('lambda:*');
  });
});

describe('the guard', () => {
  const guard = guardStatements(STEP_ROWS, HERE);
  const [own, functions, tagged, owners] = guard;

  it('denies everything on Cinch’s own roles, on its functions, and on the roles that deploy it', () => {
    expect(guard.map(({ Effect }) => Effect)).toEqual(['Deny', 'Deny', 'Deny', 'Deny']);
    expect([own?.Condition, functions?.Condition]).toEqual([undefined, undefined]);
    expect(own?.Action).toEqual(['iam:*']);
    expect(own?.Resource).toEqual(
      [
        'cinch-read',
        'cinch-write',
        'cinch-undo',
        'cinch-canary',
        'cinch-forward',
        'cinch-hub-*',
        'stacksets-exec-*',
        'AWSCloudFormationStackSet*',
      ].map((name) => `arn:aws:iam::222222222222:role/${name}`),
    );
    expect(functions?.Action).toEqual(['lambda:*']);
    expect(functions?.Resource).toHaveLength(BOT_FUNCTIONS.length);
    expect(functions?.Resource).toContain('arn:aws:lambda:*:222222222222:function:cinch-apply*');
  });

  it('denies every change that a row could make to what is tagged as protected, whatever the value', () => {
    expect(tagged?.Condition).toEqual({ Null: { [`aws:ResourceTag/${PROTECTED_TAG}`]: 'false' } });
    const scopes = ['function', 'version', 'mapping', 'role', 'api', 'api-domain', 'queue', 'topic', 'log-group'];
    const changes = rows
      .flatMap((row) => [...row.permissions, ...row.undoPermissions])
      .filter(({ on }) => scopes.includes(on))
      .flatMap(({ actions }) => actions)
      .filter((action) => !/:(Get|GET|List|Describe|Simulate)/.test(action) && action !== 'iam:PassRole');
    expect(new Set(tagged?.Action)).toEqual(new Set(changes));
    expect(tagged?.Action).toEqual(expect.arrayContaining(['lambda:UpdateFunctionConfiguration', 'iam:DetachRolePolicy']));
  });

  it('leaves the tag to its owner: no row takes tags away, and none may put this one', () => {
    const actions = rows
      .flatMap((row) => [...row.permissions, ...row.undoPermissions])
      .flatMap((permission) => permission.actions);
    expect(actions.filter((action) => /untag|removetags/i.test(action))).toEqual([]);
    // On what Cinch makes itself: a copy of a role, its own parameters and secrets.
    const tagging = new Set(actions.filter((action) => /tag/i.test(action) && isChange(action)));
    expect([...tagging].sort()).toEqual(['iam:TagRole', 'secretsmanager:TagResource', 'ssm:AddTagsToResource']);
    expect(owners).toMatchObject({
      Action: ['iam:CreateRole', 'iam:TagRole'],
      Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': PROTECTED_TAG } },
    });
  });

  it('and no row can change managed policies, users, stacks or what an organization denies', () => {
    const changes = rows
      .flatMap((row) => [...row.permissions, ...row.undoPermissions])
      .flatMap(({ actions }) => actions)
      .filter(isChange);
    expect(changes.filter((action) => /^(organizations|cloudformation|sts|sso|account):/.test(action))).toEqual([]);
    expect(changes.filter((action) => action.startsWith('iam:') && !/Role/.test(action))).toEqual([]);
  });

  it('lets only undo take a permissions boundary away', () => {
    const granted = (which: 'permissions' | 'undoPermissions') =>
      statementsOfFamily(STEP_ROWS, 'roles', which, HERE).flatMap(({ Action }) => Action);
    expect(granted('permissions')).not.toContain('iam:DeleteRolePermissionsBoundary');
    expect(granted('undoPermissions')).toContain('iam:DeleteRolePermissionsBoundary');
  });
});

describe('the read role', () => {
  it('can change nothing', () => {
    const actions = allow(everyRead(), HERE).flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(10);
    // API Gateway's actions are HTTP's, and IAM makes a report before it can be got.
    const others = ['apigateway:GET', 'iam:GenerateServiceLastAccessedDetails'];
    for (const action of actions.filter((one) => !others.includes(one)))
      expect(action).toMatch(/^[a-z0-9]+:(Get|List|Describe)[A-Za-z]+$/);
    // These would read code or secrets; code is a choice of its own (ReadCode).
    for (const action of ['lambda:GetFunction', 'ssm:GetParameter', 'kms:Decrypt', 'secretsmanager:GetSecretValue'])
      expect(actions).not.toContain(action);
    // And so would API keys, objects and messages.
    const granted = allow(everyRead(), HERE).filter(({ Action }) => Action.includes('apigateway:GET'));
    expect(
      granted.flatMap(({ Resource }) => Resource).filter((resource) => !/::\/(restapis|apis|domainnames)(\/\*)?$/.test(resource)),
    ).toEqual([]);
    expect(actions.filter((action) => /^(s3:GetObject|sqs:Receive|kinesis:GetRecords|logs:Get)/.test(action))).toEqual([]);
  });
});
