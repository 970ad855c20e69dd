import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsOfJavaScript } from '../../../shared/code/javascript.ts';
import { callsOfPython } from '../../../shared/code/python.ts';
import { loadConfig } from '../../../shared/config/load.ts';
import { evaluateRules } from '../../../shared/engine/evaluate.ts';
import { judgeExemption } from '../../../shared/engine/exemptions.ts';
import { parseCanary } from '../../../shared/events/canary.ts';
import { parseEvent } from '../../../shared/events/parse.ts';
import { parseChangeMessage, parseNoticeMessage, parsePlaceMessage, parseWorkMessage } from '../../../shared/flows/messages.ts';
import { mendRecord } from '../../../shared/flows/replay-record.ts';
import { CinchError } from '../../../shared/model/errors.ts';
import { analyzePolicyText } from '../../../shared/policy/analyze-text.ts';
import { MOST_CHARACTERS, parsePolicyDocument } from '../../../shared/policy/parse.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { EXAMPLE_NOW, EXAMPLE_SETTINGS } from '../../../shared/rules/parts/example-context.ts';
import { classify } from '../../../shared/secrets/classify.ts';
import { parseReference } from '../../../shared/secrets/resolver-contract.ts';
import { parseSlackRequest } from '../../../shared/slack/request.ts';
import { parseSlashCommand } from '../../../shared/slack/slash-command.ts';
import { readTemplates } from '../../../shared/templates/read-templates.ts';
import { buttonPayload, dialogPayload, formOf, RESOURCE } from '../slack-samples.ts';
import { fill, hostileTexts, listed, nested } from './hostile.ts';
import { POLICIES, TEMPLATES } from './samples.ts';

/** Everything that reads what somebody else wrote. */
export interface FuzzTarget {
  readonly name: string;
  /** Reads a text to the end, and throws nothing but Cinch's own errors. */
  readonly read: (text: string) => void;
  /** What it is made for. */
  readonly samples: readonly string[];
  /** Words that mean something to it. */
  readonly tokens: readonly string[];
  /** Texts of about so many characters that a careless reader would take long for. */
  readonly hostile: (size: number) => readonly string[];
  /** Characters above which it is refused unread: what takes the square of its length can do so only below. */
  readonly longest?: number;
  /** Read by a person's own command alone, by a library that takes its time: ms below which nobody minds. */
  readonly patience?: number;
}

const ROOT = join(import.meta.dirname, '../../..');
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const EVENTS = 'test/shared/events/fixtures';
const events = readdirSync(join(ROOT, EVENTS)).map((file) => JSON.stringify(JSON.parse(textOf(join(EVENTS, file))).event));
function readEvent(text: string): void {
  const message = parseChangeMessage(text);
  if (message.kind === 'look') return;
  parseCanary(message.event);
  parseEvent(message.event);
  parseEvent(mendRecord(message.event).event);
}
const eventWith = (parameters: object, name = 'UpdateFunctionCode20150331v2', service = 'lambda'): string =>
  JSON.stringify({
    ...JSON.parse(events[0] ?? ''),
    source: `aws.${service}`,
    detail: { eventSource: `${service}.amazonaws.com`, eventName: name, requestParameters: parameters, userAgent: 'x' },
  });

function readPolicy(text: string): void {
  analyzePolicyText(text, 'policy.json');
  parsePolicyDocument(text, 'a policy');
}

function readTemplate(text: string): void {
  const context = { settings: EXAMPLE_SETTINGS, now: EXAMPLE_NOW };
  for (const path of ['a.json', 'a.yaml'])
    for (const { resource, state } of readTemplates([{ path, text }]).resources)
      for (const outcome of evaluateRules(
        RULES.filter((rule) => rule.resource === resource.kind),
        resource,
        state,
        context,
      ))
        if (outcome.result === 'unknown' && outcome.why.some((why) => why.startsWith('the rule failed')))
          throw new Error(`${outcome.rule.id}: ${outcome.why}`);
}

function readSlack(text: string): void {
  for (const [body, type] of [
    [text, 'application/json'],
    [text, 'application/x-www-form-urlencoded'],
    [new URLSearchParams({ payload: text }).toString(), 'application/x-www-form-urlencoded'],
  ] as const)
    ignoringOurs(() => parseSlackRequest(body, type, 'T0CINCH0001'));
  parseSlashCommand(text);
}

/** Reads on with the next one after a refusal. Whatever else is thrown goes through. */
function ignoringOurs(read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!isOurs(error)) throw error;
  }
}

export const isOurs = (error: unknown): boolean => error instanceof CinchError;

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'an event of a member account',
    read: readEvent,
    samples: events,
    tokens: [
      'functionName',
      'arn:aws:iam::222222222222:role/x',
      'resource',
      'userIdentity',
      'cinch.canary',
      'aws.lambda',
      'look',
    ],
    hostile: (size) => [
      ...hostileTexts(size).flatMap((text) => [
        eventWith({ functionName: text, resource: text, roleName: text, policyArn: text }),
        eventWith({ restApiId: 'a1b2c3', body: text, uri: text }, 'PutRestApi', 'apigateway'),
      ]),
      eventWith(
        { restApiId: 'a1b2c3', body: Array.from({ length: size / 20 }, () => ['a', { b: 1 }]) },
        'PutRestApi',
        'apigateway',
      ),
      nested(size, '[', ']'),
      `{"detail-type":"AWS API Call via CloudTrail","source":"aws.lambda","detail":${nested(size, '{"a":', '}')}}`,
    ],
  },
  {
    name: 'a policy',
    read: readPolicy,
    samples: POLICIES,
    // Each Allow is held against each Deny.
    longest: MOST_CHARACTERS,
    tokens: [
      'Statement',
      'NotPrincipal',
      '*',
      's3:*',
      'aws:SourceAccount',
      'StringNotLikeIfExists',
      'Null',
      '${aws:username}',
      '?',
    ],
    hostile: (size) => [
      ...hostileTexts(size).map((text) =>
        JSON.stringify({
          Statement: {
            Effect: 'Allow',
            Action: [text, 's3:*'],
            Resource: text,
            Principal: { AWS: text },
            Condition: { StringLike: { 'aws:SourceArn': text } },
          },
        }),
      ),
      `{"Statement":[${listed(size, (index) => `{"Sid":"s${index}","Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}`)}]}`,
      `{"Statement":[${listed(size, (index) => `{"Effect":"${index % 2 ? 'Allow' : 'Deny'}","NotAction":"s3:G*t${index}","Resource":"arn:aws:s3:::*a*${index}"}`)}]}`,
      `{"Statement":[${listed(size, (index) => `{"Effect":"${index % 2 ? 'Allow' : 'Deny'}","Action":"*:*${index}*","Resource":"*"}`)}]}`,
      `{"Statement":[{"Effect":"Allow","Resource":"*","Action":[${listed(size, (index) => `"*:*${index}*"`)}]}]}`,
      `{"Statement":[{"Effect":"Allow","Action":"*","Resource":[${listed(size, (index) => `"arn:aws:s3:::*${index}*"`)}]}]}`,
      `{"Statement":${nested(size, '[', ']')}}`,
      `%7B${fill('%20', size)}`,
    ],
  },
  {
    name: 'a template',
    patience: 2_000,
    read: readTemplate,
    samples: TEMPLATES,
    tokens: ['Fn::Sub', 'Fn::ForEach::X', '!Sub', 'Ref', 'AWS::NoValue', 'Conditions', 'Globals', 'AWS::IAM::Policy'],
    hostile: (size) => [
      ...hostileTexts(size / 2).flatMap((text) => [
        JSON.stringify({
          Resources: {
            F: {
              Type: 'AWS::Lambda::Function',
              Properties: { Role: { 'Fn::Sub': text }, Environment: { Variables: { A: text } } },
            },
          },
        }),
        JSON.stringify({
          Resources: {
            F: {
              Type: 'AWS::Serverless::Api',
              Properties: { Path: text, DefinitionBody: { 'Fn::Join': [text, [text, { Ref: 'F' }]] } },
            },
          },
        }),
      ]),
      `{"Resources":{${listed(size, (index) => `"F${index}":{"Type":"AWS::Lambda::Function","Properties":{"Role":{"Ref":"F${index + 1}"}}}`)}}}`,
      `{"Resources":{${listed(size, (index) => `"P${index}":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":{"Ref":"F"},"Principal":"*"}}`)},"F":{"Type":"AWS::Lambda::Function"}}}`,
      nested(size, '[', ']'),
      nested(size, '{"a":', '}'),
      fill('- ', size),
      `a: &a [x]\n${fill('b: *a\n', size)}`,
      `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, n) => `a${n + 1}: &a${n + 1} [${fill(`*a${n},`, size / 70)}*a${n}]`).join('\n')}`,
    ],
  },
  {
    name: 'a request of Slack',
    read: readSlack,
    samples: [
      JSON.stringify(buttonPayload('cinch-approve')),
      JSON.stringify(dialogPayload('cinch-exempt-dialog', { reason: 'because', days: '30' })),
      formOf(buttonPayload('cinch-more')),
      'command=%2Fcinch&text=status&team_id=T0CINCH0001&user_id=U0ALICE&response_url=https%3A%2F%2Fhooks.slack.com%2Fx',
      'exempt lambda-timeout-excessive arn:aws:lambda:eu-central-1:222222222222:function:f 30 because',
    ],
    tokens: ['block_actions', 'view_submission', 'cinch-approve', 'cinch-next', 'snooze 4 f1', 'private_metadata', 'enterprise'],
    hostile: (size) => [
      ...hostileTexts(size).flatMap((text) => [
        text,
        JSON.stringify(
          buttonPayload('cinch-approve', { trigger_id: text, container: { type: 'view' }, view: { private_metadata: text } }),
        ),
      ]),
      fill('a=b&', size),
      fill('%7B', size),
      nested(size, '[', ']'),
      `exempt ${fill('a ', size)}`,
    ],
  },
  {
    name: 'the configuration',
    patience: 2_000,
    read: (text) =>
      void loadConfig(
        text,
        'cinch.yaml',
        RULES.map(({ id }) => id),
      ),
    samples: [textOf('local/cinch.yaml'), textOf('examples/cinch.yaml')],
    tokens: ['mode: fix', 'approvals:', '- { account: "222222222222" }', '&x', '*x', '<<: *x', '? ', '|', '>', 'off', '"*"'],
    hostile: (size) => [
      ...hostileTexts(size),
      `${textOf('local/cinch.yaml')}exemptions:\n${fill('  - { rule: "*", resource: "arn:aws:lambda:*", owner: a, reason: b, expires: 2027-01-01 }\n', size)}`,
      `version: 1\nmembers: [${listed(size, (index) => `{account: "${String(index).padStart(12, '0')}"}`)}]`,
      nested(size, '[', ']'),
      fill('- ', size),
      `a: &a [x]\n${fill('b: *a\n', size)}`,
      `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, n) => `a${n + 1}: &a${n + 1} [${fill(`*a${n},`, size / 70)}*a${n}]`).join('\n')}`,
    ],
  },
  {
    name: 'a message of a queue',
    read: (text) => {
      for (const read of [parseNoticeMessage, parsePlaceMessage, parseWorkMessage]) ignoringOurs(() => read(text));
    },
    samples: [
      '{"kind":"click","action":"approve","planId":"f1-p1","userId":"U0ALICE","channel":"C0","ts":"1.2","reason":null,"days":null,"owner":null,"hours":null,"typedName":null}',
      '{"kind":"decision","action":"deny","planId":"p","callerArn":"arn:aws:iam::1:role/x","requestId":"r","reason":null}',
      '{"kind":"digest","digestId":"d","since":"2026-11-22T12:00:00Z"}',
      '{"kind":"clean-layer","layerArn":"arn:aws:lambda:eu-central-1:222222222222:layer:x:1"}',
      '{"kind":"place","place":"222222222222 eu-central-1","round":"r"}',
    ],
    tokens: ['kind', 'apply', 'view', 'command', 'weekly', 'self-check', 'config'],
    hostile: (size) =>
      hostileTexts(size).map((text) => JSON.stringify({ kind: 'click', action: text, planId: text, userId: text })),
  },
  {
    name: 'a variable, a reference, a tag',
    read: (text) => {
      parseReference(text);
      parseReference(`cinch-ssm:/${text}`);
      classify('DB_PASSWORD', text);
      classify(text, 'hunter2-Xk29!q');
      judgeExemption('lambda-policy-public', RESOURCE, [], text, EXAMPLE_NOW);
    },
    samples: [
      'cinch-ssm:/cinch/orders/DB_PASSWORD',
      'cinch-ssm:/cinch/orders/DB_PASSWORD:3',
      'cinch-sm:cinch/orders/DB_PASSWORD',
      'postgres://user:hunter2-Xk29@db.example.com:5432/orders?sslmode=require',
      '{"password":"hunter2-Xk29","user":"x"}',
      'lambda-timeout-excessive until 2027-01-01 by payments: the batch takes long',
      Buffer.from('user:hunter2-Xk29').toString('base64'),
    ],
    tokens: ['cinch-ssm:', 'cinch-sm:', '://', '@', 'AKIA', '-----BEGIN PRIVATE KEY-----', 'until', ' by '],
    // A function's environment has 4 KB in all, but a template's has what somebody writes.
    hostile: (size) => [
      ...hostileTexts(size),
      `postgres://${fill('a:', size)}`,
      `{"a":${nested(size, '[', ']')}}`,
      fill('password=', size),
      fill('eyJ.', size),
      `* until 2027-01-01 by a: ${fill(' ', size)}`,
    ],
  },
  {
    name: 'the code of a function',
    read: (text) => {
      callsOfJavaScript([{ path: 'index.js', text }]);
      callsOfPython([{ path: 'index.py', text }]);
    },
    samples: [
      `import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';\nconst s3 = new S3Client({});\nexport const handler = async () => s3.send(new GetObjectCommand({ Bucket: \`\${process.env.B}\` }));`,
      `const AWS = require('aws-sdk'); const d = new AWS.DynamoDB.DocumentClient(); exports.handler = () => d.get({ TableName: 't' }).promise(); // x`,
      `import boto3\nclient = boto3.client('s3')\ndef handler(event, context):\n    """doc"""\n    return client.get_object(Bucket=f"{event['b']}", Key='k')\n`,
    ],
    tokens: ['require(', 'import(', 'eval(', 'getattr(', '`', '/*', '*/', '//', '/[/]/', '"""', 'boto3.resource', 'lib-dynamodb'],
    hostile: (size) => [
      ...hostileTexts(size),
      ...[
        '`${',
        '/*',
        '//',
        '(',
        'require(',
        "'",
        '"""',
        'a.b',
        'a . ',
        'sha256:',
        'service:',
        'boto3.client(',
        'new ',
        'new a.',
        'import ',
        'export {',
        'from ',
        '/a',
        'x={',
        'import(',
        '\\',
        '#',
        'const {',
        ', a',
        '=>',
        'e=(',
        'client ',
      ].map((piece) => fill(piece, size)),
      `aws-sdk ${fill('const a = b.c(', size)}`,
      `import boto3\n${fill('x = boto3.client("s3"); ', size)}`,
    ],
  },
];
