import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { examplePolicy, judgeOpenSources, type OpenSourceWords, sourceCommand, sourceName } from '../parts/sources.ts';

const WORDS: OpenSourceWords = {
  noun: 'event bus',
  actions: ['events:PutEvents', 'events:PutRule', 'events:PutTargets', 'events:DeleteRule', 'events:RemoveTargets'],
  may: 'send events',
  why: 'Which accounts send to a bus on purpose is nowhere else written.',
  instructions: (arn) =>
    `Limit the statement to your accounts or with aws:PrincipalOrgID: ${sourceCommand(arn, 'events put-permission')} --event-bus-name ${sourceName(arn)} --policy <policy>`,
};

const evaluate = ({ buses }: Pick<FunctionFacts, 'buses'>, context: RuleContext<'function'>): Violation | undefined =>
  judgeOpenSources(
    buses.map(({ busArn: arn, document }) => ({ arn, document })),
    context,
    WORDS,
  );

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
        name: 'another organization',
        state: { buses: [bus({ ...PUT, Condition: MY_ORGANIZATION })] },
        settings: { organizationId: 'o-mine000000' },
      },
    ],
  },
});
