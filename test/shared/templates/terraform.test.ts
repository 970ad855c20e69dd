import { describe, expect, it } from 'vitest';
import { fact, only, readOne } from './reading.ts';

interface Resource {
  readonly type: string;
  readonly name?: string;
  readonly mode?: 'data';
  readonly index?: string | number;
  readonly values?: object;
  readonly later?: object;
  /** Attributes and what they refer to. */
  readonly refers?: object;
}

const refer = (...references: string[]) => ({ references });

/** A plan of the root module, or of one that it calls. */
function plan(resources: readonly Resource[], module?: { readonly expressions: object }): string {
  const key = ({ mode, type, name = 'a' }: Resource) => `${mode ? 'data.' : ''}${type}.${name}`;
  const prefix = module ? 'module.app.' : '';
  const address = (one: Resource) => `${prefix}${key(one)}${one.index === undefined ? '' : `[${JSON.stringify(one.index)}]`}`;
  const planned = resources.map((one) => ({
    address: address(one),
    mode: one.mode ?? 'managed',
    type: one.type,
    name: one.name ?? 'a',
    ...(one.index !== undefined && { index: one.index }),
    values: one.values ?? {},
  }));
  const configured = resources.map((one) => ({ address: key(one), type: one.type, expressions: one.refers ?? {} }));
  const root = module ? { child_modules: [{ address: 'module.app', resources: planned }] } : { resources: planned };
  const config = module
    ? { module_calls: { app: { expressions: module.expressions, module: { resources: configured } } }, resources: [] }
    : { resources: configured };
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.9.0',
    planned_values: { root_module: root },
    resource_changes: resources.map((one) => ({
      address: address(one),
      change: { actions: ['create'], after_unknown: one.later ?? {} },
    })),
    configuration: { root_module: config },
  });
}

const FUNCTION: Resource = {
  type: 'aws_lambda_function',
  values: {
    function_name: 'orders',
    runtime: 'nodejs22.x',
    timeout: 900,
    environment: [{ variables: { STAGE: 'prod' } }],
    tags_all: { owner: 'x' },
    reserved_concurrent_executions: -1,
  },
  later: { arn: true, role: true, environment: [{ variables: { QUEUE: true } }] },
  refers: {
    role: refer('aws_iam_role.a.arn', 'aws_iam_role.a'),
    environment: [{ variables: refer('aws_sqs_queue.a.url', 'aws_sqs_queue.a') }],
  },
};
const ROLE: Resource = {
  type: 'aws_iam_role',
  values: { name: 'orders-role', path: '/', assume_role_policy: '{"Statement":[]}' },
  later: { arn: true },
};
const QUEUE: Resource = {
  type: 'aws_sqs_queue',
  values: { name: 'in', visibility_timeout_seconds: 60 },
  later: { arn: true, url: true, policy: true },
};
const of = (name: Parameters<typeof fact<'function'>>[2], ...more: Resource[]) =>
  fact(readOne(plan([FUNCTION, ROLE, QUEUE, ...more]), 'plan.json'), 'function', name);

describe('a Terraform plan', () => {
  it('tells a function, and what it refers to', () => {
    const read = readOne(plan([FUNCTION, ROLE, QUEUE]), 'plan.json');
    expect(only(read, 'function').resource.arn).toBe('arn:aws:lambda:eu-central-1:222222222222:function:orders');
    expect(only(read, 'function').at).toMatchObject({
      file: 'plan.json',
      line: 1,
      logicalId: 'aws_lambda_function.a',
      constructPath: null,
    });
    expect(only(read, 'function').state).toMatchObject({
      timeoutSeconds: 900,
      roleArn: 'arn:aws:iam::222222222222:role/orders-role',
      environment: { STAGE: 'prod', QUEUE: 'https://sqs.eu-central-1.amazonaws.com/222222222222/in' },
      tags: { owner: 'x' },
      reservedConcurrency: null,
      managedBy: { tool: 'Terraform', stack: null },
      versions: [],
    });
    expect(fact(read, 'role', 'usedBy')).toEqual(['arn:aws:lambda:eu-central-1:222222222222:function:orders']);
  });

  it('lies where its provider does', () => {
    const text = JSON.parse(plan([FUNCTION]));
    text.configuration.provider_config = { aws: { expressions: { region: { constant_value: 'eu-west-3' } } } };
    expect(only(readOne(JSON.stringify(text), 'plan.json'), 'function').resource.region).toBe('eu-west-3');
  });

  it('tells permissions, mappings and policies', () => {
    const permission: Resource = {
      type: 'aws_lambda_permission',
      values: { action: 'lambda:InvokeFunction', principal: 'apigateway.amazonaws.com' },
      later: { function_name: true, source_arn: true },
      refers: {
        function_name: refer('aws_lambda_function.a.function_name', 'aws_lambda_function.a'),
        source_arn: refer('aws_api_gateway_rest_api.a.execution_arn', 'aws_api_gateway_rest_api.a'),
      },
    };
    const api: Resource = { type: 'aws_api_gateway_rest_api', values: { name: 'orders' }, later: { id: true } };
    expect(of('resourcePolicies', permission, api)).toMatchObject([
      {
        qualifier: null,
        document: { statements: [{ principals: [{ values: ['apigateway.amazonaws.com'] }], conditions: { ArnLike: {} } }] },
      },
    ]);
    const mapping: Resource = {
      type: 'aws_lambda_event_source_mapping',
      values: { function_name: 'orders', enabled: true },
      later: { event_source_arn: true },
      refers: { event_source_arn: refer('aws_sqs_queue.a.arn', 'aws_sqs_queue.a') },
    };
    expect(of('queues', mapping)).toMatchObject([
      { queueArn: 'arn:aws:sqs:eu-central-1:222222222222:in', visibilityTimeoutSeconds: 60, document: null },
    ]);
  });

  it('tells policies of their documents, even those that are read after apply', () => {
    const attachment: Resource = {
      type: 'aws_iam_role_policy_attachment',
      values: { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      later: { role: true },
      refers: { role: refer('aws_iam_role.a.name', 'aws_iam_role.a') },
    };
    const inline: Resource = {
      type: 'aws_iam_role_policy',
      values: { name: 'more' },
      later: { role: true, policy: true },
      refers: {
        role: refer('aws_iam_role.a.id', 'aws_iam_role.a'),
        policy: refer('data.aws_iam_policy_document.a.json', 'data.aws_iam_policy_document.a'),
      },
    };
    const document: Resource = {
      type: 'aws_iam_policy_document',
      mode: 'data',
      values: { statement: [{ actions: ['sqs:SendMessage'], effect: null, condition: [], principals: [] }] },
      later: { json: true, statement: [{ resources: [true] }] },
      refers: { statement: [{ resources: refer('aws_sqs_queue.a.arn', 'aws_sqs_queue.a') }] },
    };
    expect(of('rolePolicies', attachment, inline, document)).toMatchObject([
      {
        name: 'more',
        document: {
          statements: [
            { effect: 'Allow', actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:eu-central-1:222222222222:in'] },
          ],
        },
      },
      { name: 'AdministratorAccess', document: { statements: [{ actions: ['*'] }] } },
    ]);
  });

  it('does not tell a policy that is written of parts', () => {
    const inline: Resource = {
      type: 'aws_iam_role_policy',
      values: { name: 'more', role: 'orders-role' },
      later: { policy: true },
      refers: { policy: refer('aws_sqs_queue.a.arn', 'aws_sqs_queue.a') },
    };
    expect(of('rolePolicies', inline)).toMatch(/^unknown: Terraform tells the policy after apply/);
  });

  it('does not tell secrets that other providers make', () => {
    const secret: Resource = {
      ...FUNCTION,
      later: { environment: [{ variables: { TOKEN: true } }] },
      refers: { environment: [{ variables: refer('random_password.a.result', 'random_password.a') }] },
    };
    const read = readOne(plan([secret, { type: 'random_password' }]), 'plan.json');
    expect(fact(read, 'function', 'environment')).toMatch(/^unknown: random_password.a is told after apply/);
  });

  it('follows variables into the module that gives them', () => {
    const inModule: Resource = { ...FUNCTION, later: { role: true }, refers: { role: refer('var.role_arn') } };
    const text = JSON.parse(plan([inModule], { expressions: { role_arn: refer('aws_iam_role.a.arn', 'aws_iam_role.a') } }));
    text.planned_values.root_module.resources = [
      { address: 'aws_iam_role.a', mode: 'managed', type: 'aws_iam_role', name: 'a', values: ROLE.values },
    ];
    text.configuration.root_module.resources = [{ address: 'aws_iam_role.a', expressions: {} }];
    const read = readOne(JSON.stringify(text), 'plan.json');
    expect(fact(read, 'function', 'roleArn')).toBe('arn:aws:iam::222222222222:role/orders-role');
    expect(only(read, 'function').at.logicalId).toBe('module.app.aws_lambda_function.a');
  });

  it('takes the instance of the same key', () => {
    const two = ['eu', 'us'].flatMap((index): Resource[] => [
      { ...FUNCTION, index, values: { function_name: `orders-${index}` }, later: { role: true } },
      { ...ROLE, index, values: { name: `role-${index}`, assume_role_policy: '{"Statement":[]}' } },
    ]);
    const read = readOne(plan(two), 'plan.json');
    expect(fact(read, 'function', 'roleArn', 'aws_lambda_function.a["us"]')).toBe('arn:aws:iam::222222222222:role/role-us');
  });

  it('joins what Terraform cuts smaller', () => {
    const id = { api: 'aws_api_gateway_rest_api.a.id', resource: 'aws_api_gateway_resource.a.id' };
    const read = readOne(
      plan([
        FUNCTION,
        { type: 'aws_api_gateway_rest_api', values: { name: 'orders', endpoint_configuration: [{ types: ['PRIVATE'] }] } },
        {
          type: 'aws_api_gateway_resource',
          values: { path_part: 'a' },
          later: { rest_api_id: true, parent_id: true },
          refers: { rest_api_id: refer(id.api), parent_id: refer('aws_api_gateway_rest_api.a.root_resource_id') },
        },
        {
          type: 'aws_api_gateway_method',
          values: { http_method: 'GET', authorization: 'NONE' },
          later: { rest_api_id: true, resource_id: true },
          refers: { rest_api_id: refer(id.api), resource_id: refer(id.resource) },
        },
        {
          type: 'aws_api_gateway_integration',
          values: { http_method: 'GET' },
          later: { rest_api_id: true, resource_id: true, uri: true },
          refers: { rest_api_id: refer(id.api), resource_id: refer(id.resource), uri: refer('aws_lambda_function.a.invoke_arn') },
        },
        {
          type: 'aws_api_gateway_stage',
          values: { stage_name: 'prod' },
          later: { rest_api_id: true },
          refers: { rest_api_id: refer(id.api) },
        },
        {
          type: 'aws_api_gateway_method_settings',
          values: { stage_name: 'prod', method_path: '*/*', settings: [{ throttling_rate_limit: 5, throttling_burst_limit: 6 }] },
          later: { rest_api_id: true },
          refers: { rest_api_id: refer(id.api) },
        },
      ]),
      'plan.json',
    );
    expect(only(read, 'api').state).toMatchObject({
      endpointTypes: ['PRIVATE'],
      routes: [
        { key: 'GET /a', authorization: 'NONE', functionArns: ['arn:aws:lambda:eu-central-1:222222222222:function:orders'] },
      ],
      stages: [{ name: 'prod', throttling: { rate: 5, burst: 6 } }],
    });
  });

  it('tells which stages of an HTTP API do not deploy by themselves', () => {
    const stage = (name: string, values: object) => ({
      name,
      type: 'aws_apigatewayv2_stage',
      values,
      later: { api_id: true },
      refers: { api_id: refer('aws_apigatewayv2_api.a.id') },
    });
    const read = readOne(
      plan([
        { type: 'aws_apigatewayv2_api', values: { name: 'orders', protocol_type: 'HTTP' } },
        stage('a', { name: 'prod', auto_deploy: false }),
        stage('b', { name: 'beta', auto_deploy: true }),
      ]),
      'plan.json',
    );
    expect(only(read, 'api').state).toMatchObject({ manualStages: ['prod'] });
  });
});
