import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { homeOf } from '../parts/home.ts';
import { letsOwnIn } from '../parts/narrowed-policy.ts';
import { permissionStatement } from '../parts/permission-statement.ts';
import { examplePolicy, judgeOpenSources, type OpenSourceWords, sourceCommand, sourceName } from '../parts/sources.ts';

const WORDS: OpenSourceWords = {
  noun: 'event bus',
  actions: ['events:PutEvents', 'events:PutRule', 'events:PutTargets', 'events:DeleteRule', 'events:RemoveTargets'],
  may: 'send events',
  why: 'Which accounts send to a bus on purpose is nowhere else written, so that closing it may cut off a sender.',
  instructions: (arn) =>
    `Limit the statement to your accounts or with aws:PrincipalOrgID: ${sourceCommand(arn, 'events put-permission')} --event-bus-name ${sourceName(arn)} --policy <policy>`,
  close: ({ arn: busArn, exposed }, context) => {
    // RemovePermission finds a statement by its Sid only, and takes it whole.
    const isWhole = exposed.every(({ statement }) => statement.sid !== null && !letsOwnIn(statement, homeOf(context)));
    if (!isWhole) return undefined;
    return exposed
      .flatMap((one) => permissionStatement(one.statement) ?? [])
      .map((statement) => ({ kind: 'remove-bus-statement', target: context.resource, busArn, statement }));
  },
};

function evaluate({ buses }: Pick<FunctionFacts, 'buses'>, context: RuleContext<'function'>): Violation | undefined {
  const sources = buses.map(({ busArn: arn, document }) => ({ arn, document }));
  const violation = judgeOpenSources(sources, context, WORDS);
  const { organizationId } = context.settings;
  if (violation?.remedy.kind !== 'steps' || organizationId === null) return violation;
  const closed = new Set(violation.remedy.steps.flatMap((step) => (step.kind === 'remove-bus-statement' ? [step.busArn] : [])));
  return { ...violation, advice: [...(violation.advice ?? []), ...[...closed].map((arn) => grantAgain(arn, organizationId))] };
}

/** Accounts of the organization may have sent by the statement that goes. */
const grantAgain = (arn: string, organizationId: string): string =>
  `If accounts of your organization send to it, let them first: ${sourceCommand(arn, 'events put-permission')} --event-bus-name ${sourceName(arn)} --action events:PutEvents --principal '*' --statement-id organization --condition Type=StringEquals,Key=aws:PrincipalOrgID,Value=${organizationId}.`;

const BUS_ARN = 'arn:aws:events:eu-central-1:222222222222:event-bus/orders';
const bus = (...statements: object[]) => ({
  busArn: BUS_ARN,
  document: statements.length === 0 ? null : examplePolicy(...statements),
});
const PUT = { Sid: 'senders', Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: BUS_ARN };
const INVOICES_ARN = BUS_ARN.replace('orders', 'invoices');
const INVOICES = { busArn: INVOICES_ARN, document: examplePolicy({ ...PUT, Resource: INVOICES_ARN }) };
const MY_ORGANIZATION = { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } };

export default defineRule({
  id: 'event-source-bus-open',
  title: "Only its own accounts send to a function's event bus",
  severity: 'high',
  resource: 'function',
  checklist: ['fsbp-EventBridge.3', 'wa-SEC03-BP07'],
  needs: ['buses'],
  evaluate,
  examples: {
    passes: [
      { name: 'no policy: only the own account', state: { buses: [bus()] } },
      {
        name: 'the organization',
        state: { buses: [bus({ ...PUT, Condition: MY_ORGANIZATION })] },
        settings: { organizationId: 'o-exampleorg' },
      },
    ],
    violates: [
      { name: 'everybody', state: { buses: [bus(PUT)] } },
      {
        name: 'two buses for another account',
        state: { buses: [bus({ ...PUT, Principal: { AWS: 'arn:aws:iam::333333333333:root' } }), INVOICES] },
      },
      {
        name: 'another account beside an allowed one',
        state: { buses: [bus({ ...PUT, Principal: { AWS: ['333333333333', '444444444444'] } })] },
        settings: { allowedAccounts: ['333333333333'] },
      },
      { name: 'everybody, by a statement without Sid', state: { buses: [bus({ ...PUT, Sid: undefined })] } },
      {
        name: 'another organization',
        state: { buses: [bus({ ...PUT, Condition: MY_ORGANIZATION })] },
        settings: { organizationId: 'o-mine000000' },
      },
    ],
  },
});
