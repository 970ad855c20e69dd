import { FINDING_STATES, FINDING_STATUSES, STATE_OF } from '../../shared/model/finding.ts';
import { BUS_NAME, EVENT_SOURCE } from '../../shared/names.ts';
import { EVENT_EXAMPLES, EVENT_WORDS, eventSchemaPath } from './event-schemas.ts';

const json = (value: object): string[] => ['```json', JSON.stringify(value, null, 2), '```', ''];

/** docs/events.md. */
export function eventsPage(): string {
  return [
    '# Domain events',
    '',
    `Written by \`npm run generate\`. Every change of a finding's status, every decision on a plan and how it ended, and every stop are told on the hub's event bus \`${BUS_NAME}\`, for a SIEM or a team's own rules. Nobody but the hub's account can send them: the bus refuses this source from anyone else.`,
    '',
    '- **They carry ids, names and states**, never what was read: what is behind an id is in the ledger (`cinch findings`), which is the truth.',
    '- **An event may come twice or late**: `updatedAt` says which is newer. A state that is over by the time that Cinch goes on after it was cut off may be missing; whoever keeps a list of their own reads the ledger from time to time, as the export to Security Hub does every six hours.',
    '- `version` counts the shape of the detail. Fields may be added to a version: a listener takes no offence at those that it does not know. What is taken away or means something else makes the next version.',
    '',
    'Statuses in three words, as other lists of findings have them:',
    '',
    '| `state` | `status` |',
    '| --- | --- |',
    ...FINDING_STATES.map((state) => `| \`${state}\` | ${statusesOf(state).join(', ')} |`),
    '',
    '## A rule of your own',
    '',
    'In the hub account and region, on the bus: everything critical in one account that is open.',
    '',
    ...json({
      source: [EVENT_SOURCE],
      'detail-type': ['FindingChanged'],
      detail: { version: [1], severity: ['critical'], state: ['open'], account: ['222222222222'] },
    }),
    'To have them in another account, make that account’s bus the target of such a rule.',
    '',
    ...EVENT_EXAMPLES.flatMap(({ type, detail }) => [
      `## ${type}`,
      '',
      `${EVENT_WORDS[type]} Schema of \`detail\`: [${eventSchemaPath(type).slice('docs/'.length)}](${eventSchemaPath(type).slice('docs/'.length)}).`,
      '',
      ...json({ source: EVENT_SOURCE, 'detail-type': type, detail }),
    ]),
  ].join('\n');
}

const statusesOf = (state: string): string[] =>
  FINDING_STATUSES.filter((status) => STATE_OF[status] === state).map((status) => `\`${status}\``);
