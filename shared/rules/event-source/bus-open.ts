import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { examplePolicy, openSources, sourceCommand, sourceName } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'buses'>;

const ACTIONS = ['events:PutEvents', 'events:PutRule', 'events:PutTargets', 'events:DeleteRule', 'events:RemoveTargets'];

function evaluate({ buses }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  const open = openSources(
    buses.map(({ busArn, document }) => ({ arn: busArn, document })),
    'event bus',
    ACTIONS,
    { account: resource.account, ...settings },
  );
  if (open === undefined) return undefined;
  return {
    summary: `the policy of its ${open.names} lets ${open.callers} send events`,
    evidence: open.evidence,
    remedy: byHand(
      'Which accounts send to a bus on purpose is nowhere else written.',
      `Limit the statement to your accounts or with aws:PrincipalOrgID: ${sourceCommand(open.first.arn, 'events put-permission')} --event-bus-name ${sourceName(open.first.arn)} --policy <policy>.`,
    ),
  };
}

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
