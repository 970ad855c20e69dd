import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checkDocument } from '../../cli/check/document.ts';
import { cinch, folderOf, type Ran } from './run-cinch.ts';

const PASSWORD = 'k7!pQz-Vt2w9';
const TEMPLATE = `AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Auth:
    Type: String
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      Code: { ZipFile: 'exports.handler = async () => 1;' }
      Role: !GetAtt Role.Arn
      Environment:
        Variables:
          DB_PASSWORD: '${PASSWORD}'
  OrdersUrl:
    Type: AWS::Lambda::Url
    Properties:
      TargetFunctionArn: !GetAtt Orders.Arn
      AuthType: !Ref Auth
`;
const lineOf = (text: string, what: string): number => text.split('\n').findIndex((line) => line.includes(what)) + 1;
const RULES = ['--rules', 'lambda-url-unauthenticated,lambda-environment-plaintext-secret'];
const documentOf = ({ stdout }: Ran) => checkDocument.parse(JSON.parse(stdout));

describe('cinch check', () => {
  it('points to the resource, and takes what is not told for neither a pass nor a finding', async () => {
    const cwd = folderOf({ 'stack.yaml': TEMPLATE });
    const ran = await cinch(['check', 'stack.yaml', '--format', 'json', ...RULES], { cwd });
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    const { files, findings, unknown, summary } = documentOf(ran);
    expect(files).toMatchObject([{ file: 'stack.yaml' }]);
    expect(findings).toMatchObject([
      {
        id: 'lambda-environment-plaintext-secret',
        severity: 'high',
        file: 'stack.yaml',
        line: lineOf(TEMPLATE, 'Variables:'),
        resource: { kind: 'function', logicalId: 'Orders' },
      },
    ]);
    expect(unknown).toMatchObject([{ id: 'lambda-url-unauthenticated', file: 'stack.yaml', resource: { logicalId: 'Orders' } }]);
    expect(summary).toMatchObject({ files: 1, findings: { critical: 0, high: 1 }, unknown: 1, errors: 0 });
    expect(ran.stdout).not.toContain(PASSWORD);
  });

  it('asks what must be opted into only where it is named', async () => {
    const cwd = folderOf({ 'stack.yaml': TEMPLATE });
    const unknownOf = async (...args: string[]) =>
      documentOf(await cinch(['check', 'stack.yaml', '--format', 'json', ...args], { cwd })).unknown.map(({ id }) => id);
    expect(await unknownOf()).not.toContain('iam-role-beyond-code');
    expect(await unknownOf('--rules', 'iam-*')).not.toContain('iam-role-beyond-code');
    expect(await unknownOf('--rules', 'iam-role-beyond-code')).toEqual(['iam-role-beyond-code']);
  });

  it('resolves parameters that it is given', async () => {
    const cwd = folderOf({ 'stack.yaml': TEMPLATE });
    const check = async (auth: string) =>
      documentOf(
        await cinch(
          [
            'check',
            'stack.yaml',
            '-P',
            `Auth=${auth}`,
            '-f',
            'json',
            '-r',
            'lambda-url-*',
            '--account',
            '222222222222',
            '--region',
            'eu-west-1',
          ],
          { cwd },
        ),
      );
    const open = await check('NONE');
    expect(open.findings).toMatchObject([
      { id: 'lambda-url-unauthenticated', resource: { account: '222222222222', region: 'eu-west-1' } },
    ]);
    const closed = await check('AWS_IAM');
    expect(closed.findings).toEqual([]);
  });

  it('judges a folder in one run: templates only, without other people’s code', async () => {
    const cwd = folderOf({
      'a/stack.yaml': TEMPLATE,
      'b.template.json': JSON.stringify({
        AWSTemplateFormatVersion: '2010-09-09',
        Resources: { T: { Type: 'AWS::SNS::Topic' } },
      }),
      'package.json': '{"name": "x"}',
      'compose.yaml': 'services: {}\n',
      'node_modules/x/stack.yaml': TEMPLATE,
    });
    const ran = await cinch(['check', '.', '-f', 'json', ...RULES], { cwd });
    expect(ran.stderr).toBe('');
    expect(documentOf(ran).files.map(({ file }) => file)).toEqual(['a/stack.yaml', 'b.template.json']);
  });

  it('names the construct of a CDK app', async () => {
    const stack = {
      Resources: {
        OrdersA1B2: {
          Type: 'AWS::Lambda::Function',
          Properties: { Runtime: 'nodejs24.x', Role: 'arn:aws:iam::222222222222:role/orders' },
        },
        OrdersUrlC3D4: {
          Type: 'AWS::Lambda::Url',
          Properties: { AuthType: 'NONE', TargetFunctionArn: { 'Fn::GetAtt': ['OrdersA1B2', 'Arn'] } },
        },
      },
    };
    const manifest = {
      version: '48.0.0',
      artifacts: {
        Shop: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://222222222222/eu-west-1',
          properties: { templateFile: 'Shop.template.json' },
          metadata: { '/Shop/Orders/Resource': [{ type: 'aws:cdk:logicalId', data: 'OrdersA1B2' }] },
        },
      },
    };
    const cwd = folderOf({
      'cdk.out/manifest.json': JSON.stringify(manifest),
      'cdk.out/Shop.template.json': JSON.stringify(stack),
    });
    const { files, findings } = documentOf(
      await cinch(['check', 'cdk.out', '-f', 'json', '-r', 'lambda-url-unauthenticated'], { cwd }),
    );
    expect(files).toEqual([{ file: 'cdk.out/Shop.template.json', resources: 1 }]);
    expect(findings).toMatchObject([
      {
        file: 'cdk.out/Shop.template.json',
        resource: { path: 'Shop/Orders/Resource', account: '222222222222', region: 'eu-west-1' },
      },
    ]);
  });

  it('answers a template that can’t be read with its place, and the others all the same', async () => {
    const cwd = folderOf({ 'a.yaml': TEMPLATE, 'broken.yaml': 'Resources:\n  A: [\n' });
    const ran = await cinch(['check', '.', '-f', 'json', ...RULES], { cwd });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^cinch check: broken\.yaml:\d+:\d+: .+\n$/);
    const { files, findings } = documentOf(ran);
    expect(files).toMatchObject([{ file: 'a.yaml' }, { file: 'broken.yaml', error: { line: expect.any(Number) } }]);
    expect(findings).toHaveLength(1);
  });

  it('says that a named file is no template, and that a folder holds none', async () => {
    const cwd = folderOf({ 'package.json': '{"name": "x"}' });
    expect((await cinch(['check', 'package.json'], { cwd })).stderr).toBe(
      'cinch check: package.json: no template that Cinch knows (CloudFormation, SAM, a Terraform plan as JSON)\n',
    );
    const folder = await cinch(['check', '.'], { cwd });
    expect(folder).toEqual({ code: 2, stdout: '', stderr: 'cinch check: .: the folder holds no template\n' });
  });

  it.each([
    ['main.tf', 'resource "aws_lambda_function" "f" {}', 'the sources of Terraform are not judged, its plan is: terraform show'],
    ['plan.out', 'PK\u0003\u0004\0\0', 'a zip archive; a Terraform plan is judged as JSON: terraform show'],
    ['app.bin', '\0\u0001', 'it is no text'],
    ['empty.yaml', ' \n', 'it is empty'],
    ['list.json', '[1,', 'not JSON'],
  ])('says what %s is instead', async (name, text, why) => {
    const cwd = folderOf({ [name]: text });
    const { code, stdout, stderr } = await cinch(['check', name], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(`cinch check: ${name}: ${why}`);
    expect(stdout).toContain('no findings in 0 resources of 0 templates; 1 unreadable file\n');
  });

  it('reads stdin', async () => {
    const ran = await cinch(['check', '-', '-f', 'json', ...RULES], { input: TEMPLATE });
    expect(documentOf(ran)).toMatchObject({ files: [{ file: 'stdin' }], findings: [{ file: 'stdin' }] });
  });

  it('fails a pipeline from the severity that it is told', async () => {
    const cwd = folderOf({ 'stack.yaml': TEMPLATE });
    const codes = await Promise.all(
      ['critical', 'high', 'low', 'none'].map(
        async (level) => (await cinch(['check', '.', '--fail-on', level, ...RULES], { cwd })).code,
      ),
    );
    expect(codes).toEqual([0, 1, 1, 0]);
  });

  it('prints a table for people', async () => {
    const cwd = folderOf({ 'stack.yaml': TEMPLATE });
    const { stdout } = await cinch(['check', '.', '--unknown', ...RULES], { cwd });
    expect(stdout).toMatch(/^stack\.yaml\n {2}\d+:\d+ +high +lambda-environment-plaintext-secret {2}function Orders\n/);
    expect(stdout).toMatch(/lambda-url-unauthenticated {2}function Orders: urls: /);
    expect(stdout).toMatch(/\n\n1 finding: 1 high in 2 resources of 1 template; 1 outcome unknown\n$/);
    expect(stdout).not.toContain(PASSWORD);
  });

  it('annotates on GitHub and uploads to code scanning', async () => {
    const cwd = folderOf({ 'my stacks/stack.yaml': TEMPLATE });
    const [github, sarif] = await Promise.all(
      ['github', 'sarif'].map((format) => cinch(['check', '.', '-f', format, ...RULES], { cwd })),
    );
    expect(github?.stdout).toMatch(
      /^::error file=my stacks\/stack\.yaml,line=\d+,col=\d+,title=lambda-environment-plaintext-secret \(high\)::function Orders: /,
    );
    const log = z
      .object({
        runs: z.array(z.object({ results: z.array(z.object({ ruleId: z.string(), locations: z.array(z.unknown()) })) })),
      })
      .parse(JSON.parse(sarif?.stdout ?? ''));
    expect(log.runs[0]?.results).toMatchObject([
      {
        ruleId: 'lambda-environment-plaintext-secret',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'my%20stacks/stack.yaml' },
              region: { startLine: lineOf(TEMPLATE, 'Variables:') },
            },
          },
        ],
      },
    ]);
  });

  it('refuses a parameter without a name, and does not repeat it: it may be a password', async () => {
    expect(await cinch(['check', '.', '-P', PASSWORD])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'cinch check: --parameter: it must be of the form name=value\n',
    });
  });

  it.each([[['--account', '12'], "option '--account <id>' argument '12' is invalid. An account has 12 digits."]])(
    'refuses %j',
    async (args, message) => {
      expect(await cinch(['check', '.', ...args])).toEqual({
        code: 2,
        stdout: '',
        stderr: `cinch check: ${message} See 'cinch check --help'.\n`,
      });
    },
  );
});
