import { SEVERITIES } from '../../../shared/model/rule.ts';
import type { PlacePosture, ReportDocument } from '../document.ts';
import { bar, severityParts } from './bars.ts';
import { html, type Markup } from './markup.ts';
import { day, duration, number, percent } from './words.ts';

export const totalOf = (open: PlacePosture['open']): number => SEVERITIES.reduce((sum, severity) => sum + open[severity], 0);

/** What one glance must tell. */
export function headline(report: ReportDocument): Markup {
  const { open } = report.summary;
  const total = totalOf(open);
  return html`<section class="headline" aria-label="In short">
<p class="total"><b>${number(total)}</b><span>open ${total === 1 ? 'finding' : 'findings'}</span></p>
${bar(severityParts(open), Math.max(1, total))}
<ul class="tallies">${SEVERITIES.map((severity) => html`<li><i class="fill-${severity}"></i><b>${number(open[severity])}</b><span>${severity}</span></li>`)}</ul>
<dl class="facts">${factsOf(report).map(([figure, words]) => html`<div><dt>${words}</dt><dd>${figure}</dd></div>`)}</dl>
</section>`;
}

function factsOf({ summary, period, questions }: ReportDocument): [figure: string, words: string][] {
  const { resources, clean, opened, ended, asked, exempt, unknown } = summary;
  const since = `since ${day(period.from)}`;
  const [oldest] = questions ?? [];
  const facts: ([string, string] | null)[] = [
    resources === null || clean === null
      ? null
      : [percent(clean, resources), `of ${number(resources)} resources have no finding, and nothing unknown`],
    opened === null ? null : [number(opened), `findings are new ${since}`],
    ended === null ? null : [number(ended), `findings have ended ${since}`],
    asked === null ? null : [number(asked), oldest ? `are asked; the oldest for ${duration(oldest.ageHours)}` : 'are asked now'],
    [number(exempt), 'findings are exempt, and not in the number above'],
    [number(unknown), 'outcomes are unknown: neither a pass nor a finding'],
  ];
  return facts.flatMap((fact) => (fact ? [fact] : []));
}
