import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { BOT_FUNCTIONS, type BotFunction, botRoleName } from '../../shared/names.ts';
import { asList, resourcesOf, type Statement, synthesize } from './stacks.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const sourceOf = (...paths: string[]): string => paths.map((path) => readFileSync(join(ROOT, path), 'utf8')).join('\n');
const ledger = sourceOf(...readdirSync(join(ROOT, 'shared/aws/ledger')).map((name) => `shared/aws/ledger/${name}`));

const roles = resourcesOf(Template.fromStack(synthesize().hub), 'AWS::IAM::Role').filter(([, { Properties }]) =>
  String(Properties.RoleName).startsWith(botRoleName('' as BotFunction)),
);
const granted = new Set(
  roles
    .flatMap(([, { Properties }]) => Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[])
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action }) => asList(Action)),
);
const of = (service: string): string[] => [...granted].filter((action) => action.startsWith(`${service}:`)).sort();
const named = (source: string, pattern: RegExp): string[] => [...source.matchAll(pattern)].map(([, name = '']) => name);

describe('what the hub’s functions may do is what their code calls', () => {
  it('in as many roles as there are functions', () => {
    expect(roles).toHaveLength(BOT_FUNCTIONS.length);
  });

  it('on the ledger', () => {
    const called = named(ledger, /'((?:Get|Put|Update|Delete|BatchGet|BatchWrite|TransactWrite|TransactGet)Items?|Query|Scan)'/g);
    const inspected = named(sourceOf('shared/aws/hub-inspector.ts'), /'dynamodb', '(\w+)'/g);
    expect(of('dynamodb')).toEqual([...new Set([...called, ...inspected].map((name) => `dynamodb:${name}`))].sort());
  });

  it('on its queues', () => {
    const files = ['shared/aws/queues.ts', 'shared/wire-consumer.ts', 'shared/aws/hub-inspector.ts'];
    const called = named(sourceOf(...files), /'sqs', '(\w+?)(?:Batch)?'/g);
    // Lambda itself receives and deletes, with the function's role (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html).
    const byLambda = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
    expect(of('sqs')).toEqual([...new Set([...called, ...byLambda].map((name) => `sqs:${name}`))].sort());
  });

  it('and of every other service', () => {
    const files = readdirSync(join(ROOT, 'shared'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const sources = sourceOf(...files.filter((name) => /^(aws|wire)/.test(name)).map((name) => `shared/${name}`));
    const isCalled = (action: string): boolean => {
      const [service = '', name = ''] = action.split(':');
      return new RegExp(`'(${service}', ')?${name}'|\\b${name}Command\\b`).test(sources);
    };
    const others = [...granted].filter((action) => !/^(dynamodb|sqs):/.test(action));
    expect(others.filter((action) => !isCalled(action)).sort()).toEqual([
      // DynamoDB and SQS ask for it in the function's name, for what they hold under the hub's key.
      'kms:Encrypt',
      // Lambda writes logs and traces with the function's role.
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });
});
