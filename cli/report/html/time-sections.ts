import { SEVERITIES } from '../../../shared/model/rule.ts';
import type { ReportDocument } from '../document.ts';
import { legend } from './bars.ts';
import { timeToFixChart, trendChart } from './charts.ts';
import { totalOf } from './headline.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './page.ts';
import { severityWords } from './severity-words.ts';
import { table } from './table.ts';
import { day, duration, minute, number } from './words.ts';

/** One scan is no trend. */
export function trendSection({ trend, source, period }: ReportDocument): Section | undefined {
  const [first, last] = [trend[0], trend.at(-1)];
  if (!first || !last || first === last) return undefined;
  const words = `From ${number(totalOf(first))} open findings on ${day(first.at)} to ${number(totalOf(last))} on ${day(last.at)}.`;
  const rows = trend.map((point) => [
    source === 'scan' ? minute(point.at) : day(point.at),
    ...SEVERITIES.map((severity) => number(point[severity])),
    number(totalOf(point)),
  ]);
  const numbers = [...SEVERITIES, 'all'].map((label) => ({ label, kind: 'number' as const }));
  return {
    id: 'trend',
    title: 'Trend',
    about: [
      html`${words}`,
      source === 'scan'
        ? html`Each scan is a point; between two of them nobody looked.`
        : html`Open findings at the end of each day since ${day(period.from)}, by when they were opened and when they ended. What is exempt now is left out.`,
    ],
    body: html`${legend(SEVERITIES)}${trendChart(trend, words)}
<details><summary>The figures as a table</summary>${table('Open findings, by severity', [{ label: 'when', kind: 'name' }, ...numbers], rows)}</details>`,
  };
}

export function timeToFixSection({ timeToFix, period }: ReportDocument): Section | undefined {
  if (!timeToFix) return undefined;
  const shown = timeToFix.filter(({ ended }) => ended > 0);
  const hours = (value: number | null): string => (value === null ? '' : duration(value));
  const words = shown
    .map(
      ({ severity, medianHours, p90Hours }) =>
        `${severity}: half within ${hours(medianHours)}, nine in ten within ${hours(p90Hours)}`,
    )
    .join('; ');
  return {
    id: 'time-to-fix',
    title: 'Time to fix',
    about: [
      html`From the opening of a finding to its end, for those that ended since ${day(period.from)}. The full bar is the median, the pale one reaches the time within which nine in ten had ended.`,
      html`“By Cinch” are fixes that it made and verified, on its own or approved. The others were put right by people or deployments, or their resource is gone. What is still open is not in it.`,
    ],
    body:
      shown.length === 0
        ? html`<p>Nothing has ended in this time.</p>`
        : html`${timeToFixChart(timeToFix, words)}${timeTable(shown)}`,
  };

  function timeTable(rows: typeof shown): Markup {
    return table(
      'Ended findings and how long they were open',
      [
        { label: 'severity', kind: 'name' },
        { label: 'ended', kind: 'number' },
        { label: 'by Cinch', kind: 'number' },
        { label: 'median', kind: 'number' },
        { label: '9 in 10 within', kind: 'number' },
      ],
      rows.map((row) => [
        severityWords(row.severity),
        number(row.ended),
        number(row.byCinch),
        hours(row.medianHours),
        hours(row.p90Hours),
      ]),
    );
  }
}
