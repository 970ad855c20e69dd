import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  CreateFunctionUrlConfigCommand,
  InvokeCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { zipSync } from 'fflate';
import { type ClientConfig, MEMBER, type System } from '../system.ts';

/** The sample workloads of the member account, made with ordinary AWS calls by a developer who is known to Slack by her e-mail. */
export interface Developer {
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly api: ApiGatewayV2Client;
}

const { account, region } = MEMBER;
const arnOf = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

/** Signs in as Dana: a role session named by her e-mail, as IAM Identity Center names them. */
export async function signIn(system: System, email = 'dana@northwind.example'): Promise<Developer> {
  const root = system.clientConfig(account, region);
  const iam = new IAMClient(root);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
  };
  await iam
    .send(new CreateRoleCommand({ RoleName: 'developer', AssumeRolePolicyDocument: JSON.stringify(trust) }))
    .catch(ignoreExisting);
  await iam.send(
    new AttachRolePolicyCommand({ RoleName: 'developer', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  );
  const { Credentials } = await new STSClient(root).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/developer`, RoleSessionName: email }),
  );
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey || !Credentials.SessionToken) throw new Error('no credentials');
  const config: ClientConfig = {
    ...root,
    credentials: {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    },
  };
  return { lambda: new LambdaClient(config), iam: new IAMClient(config), api: new ApiGatewayV2Client(config) };
}

function ignoreExisting(error: Error): void {
  if (error.name !== 'EntityAlreadyExistsException' && error.name !== 'EntityAlreadyExists') throw error;
}

export const zip = (files: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)])));

const LAMBDA_TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const LOGS_ONLY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:aws:logs:*:${account}:log-group:/aws/lambda/*`,
    },
  ],
});

/** A role that Lambda may assume, with an inline policy; answers its ARN. */
export async function makeRole(developer: Developer, name: string, policy = LOGS_ONLY): Promise<string> {
  await developer.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: LAMBDA_TRUST }));
  await developer.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'app', PolicyDocument: policy }));
  return `arn:aws:iam::${account}:role/${name}`;
}

export interface Sample {
  readonly name: string;
  readonly role?: string;
  readonly python?: string;
  readonly node?: string;
  readonly timeout?: number;
  readonly environment?: Record<string, string>;
}

/** Creates a function with a role of its own unless one is given, and waits until it is active. */
export async function makeFunction(developer: Developer, sample: Sample): Promise<string> {
  const role = sample.role ?? (await makeRole(developer, `${sample.name}-role`));
  const isPython = sample.python !== undefined;
  const code = isPython
    ? { 'index.py': sample.python ?? '' }
    : { 'index.js': sample.node ?? 'exports.handler = async () => ({ ok: true });' };
  const input: CreateFunctionCommandInput = {
    FunctionName: sample.name,
    Runtime: isPython ? 'python3.12' : 'nodejs22.x',
    Handler: 'index.handler',
    Role: role,
    Architectures: ['x86_64'],
    Code: { ZipFile: zip(code) },
    Timeout: sample.timeout ?? 10,
    ...(sample.environment ? { Environment: { Variables: sample.environment } } : {}),
  };
  await developer.lambda.send(new CreateFunctionCommand(input));
  await waitUntilFunctionActiveV2(
    { client: developer.lambda, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { FunctionName: sample.name },
  );
  return arnOf(sample.name);
}

/** An HTTP API in front of a function, as the console makes it. */
export async function putBehindHttpApi(developer: Developer, name: string): Promise<string> {
  const { ApiId } = await developer.api.send(new CreateApiCommand({ Name: name, ProtocolType: 'HTTP' }));
  if (!ApiId) throw new Error('no API id');
  const { IntegrationId } = await developer.api.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: arnOf(name),
      PayloadFormatVersion: '2.0',
    }),
  );
  await developer.api.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: 'GET /orders',
      Target: `integrations/${IntegrationId}`,
      AuthorizationType: 'AWS_IAM',
    }),
  );
  await developer.api.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
  await developer.lambda.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: 'http-api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:${region}:${account}:${ApiId}/*/*/orders`,
    }),
  );
  return ApiId;
}

export const openToEverybody = (developer: Developer, name: string, sid = 'open-to-partners') =>
  developer.lambda.send(
    new AddPermissionCommand({ FunctionName: name, StatementId: sid, Action: 'lambda:InvokeFunction', Principal: '*' }),
  );

export async function openUrl(developer: Developer, name: string): Promise<void> {
  await developer.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType: 'NONE' }));
  await developer.lambda.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: 'FunctionURLAllowPublicAccess',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    }),
  );
}

/** Invokes and answers the parsed payload; a function error is an error. */
export async function invoke(developer: Developer, name: string, payload: unknown = {}): Promise<unknown> {
  const answer = await developer.lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }));
  const text = new TextDecoder().decode(answer.Payload);
  if (answer.FunctionError) throw new Error(`${name} failed: ${text}`);
  return JSON.parse(text);
}
