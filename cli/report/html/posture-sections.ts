import { SEVERITIES } from '../../../shared/model/rule.ts';
import type { PlacePosture, ReportDocument, Verdicts } from '../document.ts';
import { bar, legend, severityParts, verdictParts } from './bars.ts';
import { totalOf } from './headline.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './page.ts';
import { severityWords } from './severity-words.ts';
import { type Column, table } from './table.ts';
import { number, percent } from './words.ts';

const MOST_ACCOUNTS = 50;

export function accountsSection({ accounts, units, summary }: ReportDocument): Section {
  const shown = accounts.slice(0, MOST_ACCOUNTS);
  const left = accounts.length - shown.length;
  const most = Math.max(1, ...accounts.map(({ open }) => totalOf(open)));
  const mostOfUnit = Math.max(1, ...units.map(({ open }) => totalOf(open)));
  const hasPasses = summary.resources !== null;
  return {
    id: 'accounts',
    title: units.length > 0 ? 'Accounts and units' : 'Accounts',
    about: [
      html`Open findings where they are, the account with the gravest first. The longest bar is the account with the most.`,
      ...(hasPasses
        ? [
            html`“Clean” is the share of judged resources with no open finding and nothing unknown: functions, roles, APIs and users.`,
          ]
        : []),
    ],
    body: html`${legend(SEVERITIES)}${
      units.length > 0
        ? html`${table(
            'By organizational unit',
            placeColumns('unit', hasPasses),
            units.map((place) => [
              html`<b>${place.unit ?? 'no unit'}</b><small>${place.accounts} ${place.accounts === 1 ? 'account' : 'accounts'}</small>`,
              ...placeCells(place, mostOfUnit, hasPasses),
            ]),
          )}<h3>Accounts</h3>`
        : ''
    }${table(
      left > 0 ? `The ${MOST_ACCOUNTS} gravest of ${accounts.length} accounts; the JSON has all` : 'By account',
      placeColumns('account', hasPasses),
      shown.map((place) => [
        html`<b>${place.name ?? place.account}</b><small>${[place.name === null ? '' : place.account, place.unit ?? ''].filter(Boolean).join(' · ')}</small>`,
        ...placeCells(place, most, hasPasses),
      ]),
    )}`,
  };
}

function placeColumns(what: string, hasPasses: boolean): Column[] {
  return [
    { label: what, kind: 'name' },
    { label: 'open findings', kind: 'wide' },
    ...SEVERITIES.map((label): Column => ({ label, kind: 'number' })),
    { label: 'exempt', kind: 'number' },
    { label: 'unknown', kind: 'number' },
    ...(hasPasses ? [{ label: 'clean', kind: 'number' } as const] : []),
  ];
}

const placeCells = (place: PlacePosture, most: number, hasPasses: boolean): (Markup | string)[] => [
  bar(severityParts(place.open), most),
  ...SEVERITIES.map((severity) => number(place.open[severity])),
  number(place.exempt),
  number(place.unknown),
  ...(hasPasses ? [percent(place.clean ?? 0, place.resources ?? 0)] : []),
];

export function checklistSection({ checklist, summary }: ReportDocument): Section {
  const hasPasses = summary.resources !== null;
  const most = Math.max(1, ...checklist.map(({ violation, unknown, exempt }) => violation + unknown + exempt));
  return {
    id: 'checklist',
    title: 'Checklist',
    about: [
      html`The six items of the audit checklist in “Serverless Security: Function-Level IAM, Ephemeral Lifecycles, and Runtime Isolation”.`,
      html`A resource that the rules of an item look at counts once: it violates the item when it violates any of them, else it is unknown, exempt, or passes.`,
      ...(hasPasses ? [] : [html`The ledger keeps no passes, so bars compare findings only.`]),
    ],
    body: html`${legend(hasPasses ? ['pass', 'violation', 'unknown', 'exempt'] : ['violation', 'unknown', 'exempt'])}${table(
      'Resources by item',
      [
        { label: 'item', kind: 'name' },
        { label: 'share', kind: 'wide' },
        ...(hasPasses ? [{ label: 'pass', kind: 'number' } as const] : []),
        { label: 'violate', kind: 'number' },
        { label: 'unknown', kind: 'number' },
        { label: 'exempt', kind: 'number' },
      ],
      checklist.map((item) => {
        const [lead, ...rest] = item.title.split(': ');
        return [
          html`<b>${lead ?? ''}</b><small>${rest.join(': ')}</small>`,
          bar(verdictParts(item), hasPasses ? Math.max(1, sumOf(item)) : most),
          ...verdictCells(item),
        ];
      }),
    )}`,
  };
}

const sumOf = ({ pass, violation, unknown, exempt }: Verdicts): number => (pass ?? 0) + violation + unknown + exempt;

const verdictCells = ({ pass, violation, unknown, exempt }: Verdicts): string[] =>
  [pass, violation, unknown, exempt].flatMap((count) => (count === null ? [] : [number(count)]));

export function rulesSection({ rules, summary }: ReportDocument): Section {
  const hasPasses = summary.resources !== null;
  return {
    id: 'rules',
    title: 'Rules',
    about: [
      html`Every rule with something to say, the gravest first, and how many resources violate it, could not be judged, or are exempt.`,
      html`<code>cinch rules &lt;id&gt;</code> shows what a rule reads and how it is met.`,
    ],
    body:
      rules.length === 0
        ? html`<p class="good">No rule has anything to say.</p>`
        : table(
            'Resources by rule',
            [
              { label: 'rule', kind: 'name' },
              { label: 'severity', kind: 'text' },
              ...(hasPasses ? [{ label: 'pass', kind: 'number' } as const] : []),
              { label: 'violate', kind: 'number' },
              { label: 'unknown', kind: 'number' },
              { label: 'exempt', kind: 'number' },
            ],
            rules.map((rule) => [
              html`${rule.title}<small><code>${rule.id}</code></small>`,
              severityWords(rule.severity),
              ...verdictCells(rule),
            ]),
          ),
  };
}
