import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { asList, configFor, flat, HUB, resourcesOf, type Statement, synthesize } from './stacks.ts';

/** What the hub's own resource policies let another account do: put events on the bus, and nothing else. */

const templates = {
  'members by name': Template.fromStack(synthesize().hub),
  'an organization': Template.fromStack(synthesize(configFor({ organizationId: 'o-abcdefghij' })).hub),
};

interface Granted {
  readonly on: string;
  readonly statement: Statement;
}

/** Every statement of a policy that lies at a resource, whatever its kind: trust policies too. */
function resourceStatements(template: Template): Granted[] {
  const found: Granted[] = [];
  const visit = (on: string, value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(on, item);
    else if (typeof value === 'object' && value !== null) {
      if ('Principal' in value && 'Effect' in value) found.push({ on, statement: value as Statement });
      for (const item of Object.values(value)) visit(on, item);
    }
  };
  for (const [id, resource] of Object.entries(template.toJSON().Resources as Record<string, { Type: string }>))
    visit(`${resource.Type} ${id}`, resource);
  return found;
}

/** Who is no service; `*` is everybody. */
function outsiders({ Principal }: Statement): string[] {
  if (typeof Principal !== 'object' || Principal === null) return [String(Principal)];
  return Object.entries(Principal).flatMap(([kind, who]) => (kind === 'Service' ? [] : asList(who as unknown).map(flat)));
}

const isOwn = (principal: string): boolean => principal.includes(`:${HUB}:`) || principal.includes('<AWS::AccountId>');

it.each(Object.entries(templates))('%s: nobody of another account may read, approve or write anything', (_members, template) => {
  const statements = resourceStatements(template);
  expect(statements.length).toBeGreaterThan(20);
  const foreign = statements.filter(({ statement }) => statement.Effect === 'Allow' && !outsiders(statement).every(isOwn));
  expect(foreign.map(({ on, statement }) => [on, asList(statement.Action)])).toEqual([
    ['AWS::Events::EventBus Bus', ['events:PutEvents']],
  ]);
});

it.each(Object.entries(templates))('%s: a service acts for the hub alone, wherever it can be told to', (_members, template) => {
  const services = resourceStatements(template).filter(
    ({ on, statement }) => statement.Effect === 'Allow' && on.startsWith('AWS::SQS::QueuePolicy'),
  );
  expect(services.length).toBeGreaterThan(3);
  // The ARN of a rule or a queue of this stack.
  for (const { on, statement } of services)
    expect(JSON.stringify(statement.Condition), on).toMatch(/"aws:SourceArn":\{"Fn::GetAtt"/);
});

it('the address of approvals lets in the hub’s own principals: an HTTP API has no policy that could admit another account’s', () => {
  for (const template of Object.values(templates)) {
    template.resourceCountIs('AWS::ApiGateway::RestApi', 0);
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    const open = routes.filter(({ AuthorizationType }) => AuthorizationType !== 'AWS_IAM').map(({ RouteKey }) => RouteKey);
    expect(open).toEqual(['POST /slack']);
  }
});

it('what is exported is told by the hub itself', () => {
  const rules = resourcesOf(templates['members by name'], 'AWS::Events::Rule').map(
    ([, { Properties }]) => Properties.EventPattern,
  );
  const told = rules.filter((pattern) => JSON.stringify(pattern)?.includes('"cinch"')) as { account: unknown[] }[];
  expect(told.map(({ account }) => account.map(flat))).toEqual([[HUB]]);
});
