import { SEVERITIES } from '../../../shared/model/rule.ts';
import type { ReportDocument } from '../document.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './page.ts';
import { severityWords } from './severity-words.ts';
import { number } from './words.ts';

const MOST_REASONS = 6;

export function worstSection({ worst, weights }: ReportDocument): Section {
  const said = SEVERITIES.map((severity) => `${severity} ${weights[severity]}`).join(', ');
  return {
    id: 'worst',
    title: 'Worst functions',
    about: [
      html`The ten functions whose open findings weigh most. A finding weighs by its severity: ${said}. The weights add up.`,
      html`Findings of a function’s role are the role’s, and not in it.`,
    ],
    body:
      worst.length === 0
        ? html`<p class="good">No function has an open finding.</p>`
        : html`<ol class="worst">${worst.map(functionItem)}</ol>`,
  };
}

function functionItem({ resource, weight, findings }: ReportDocument['worst'][number]): Markup {
  const shown = findings.slice(0, MOST_REASONS);
  const left = findings.length - shown.length;
  return html`<li><div><h3>${resource.name}</h3><small>${resource.account} · ${resource.region}</small></div>
<p class="weight"><b>${number(weight)}</b> <span>weight</span></p>
<ul>${shown.map(({ severity, summary }) => html`<li>${severityWords(severity)}<span>${summary}</span></li>`)}${
    left > 0 ? html`<li><span></span><span>and ${left} more</span></li>` : ''
  }</ul></li>`;
}
