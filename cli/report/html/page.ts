import { version } from '../../../package.json';
import type { ReportDocument } from '../document.ts';
import { headline } from './headline.ts';
import { html, type Markup, NOTHING, trusted } from './markup.ts';
import { accountsSection, checklistSection, rulesSection } from './posture-sections.ts';
import { exemptionsSection, fixModeSection, questionsSection } from './remedy-sections.ts';
import { STYLE } from './style.ts';
import { timeToFixSection, trendSection } from './time-sections.ts';
import { minute } from './words.ts';
import { worstSection } from './worst-section.ts';

/** A part of the page: what it shows, what its figures count, and the figures. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly about: readonly Markup[];
  readonly body: Markup;
}

/** Nothing is loaded from anywhere and nothing runs: what a name of a resource says can do neither. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The whole report as one HTML file. Pure. */
export function reportPage(report: ReportDocument): string {
  const sections = [
    trendSection(report),
    accountsSection(report),
    checklistSection(report),
    worstSection(report),
    questionsSection(report),
    timeToFixSection(report),
    fixModeSection(report),
    rulesSection(report),
    exemptionsSection(report),
  ].flatMap((section) => section ?? []);
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="generator" content="cinch ${version}">
<title>Serverless posture, ${minute(report.at)}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header class="top">
<p class="kicker">Cinch</p>
<h1>Serverless posture</h1>
<p class="lead">${lead(report)}</p>
${notes(report)}
</header>
<nav aria-label="Parts of the report"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${headline(report)}
${sections.map(sectionMarkup)}
</main>
<footer><p>Written by cinch ${version} from ${report.source === 'scan' ? 'saved scans' : 'the ledger'}. Every time is UTC. Evidence, names and counts only: a secret’s value is never read into a report.</p></footer>
</body>
</html>`.markup
}
`;
}

const sectionMarkup = ({ id, title, about, body }: Section): Markup => html`<section id="${id}" aria-labelledby="${id}-title">
<div class="about"><h2 id="${id}-title">${title}</h2>
${about.map((words) => html`<p>${words}</p>`)}</div>
<div class="body">${body}</div>
</section>`;

function lead({ at, source, accounts, summary }: ReportDocument): string {
  const where = `${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`;
  const what = summary.resources === null ? '' : `, ${summary.resources.toLocaleString('en-US')} resources judged`;
  return `As of ${minute(at)}, from ${source === 'scan' ? 'a scan of' : 'the ledger:'} ${where}${what}.`;
}

const notes = (report: ReportDocument): Markup =>
  report.notes.length === 0 ? NOTHING : html`<div class="notes">${report.notes.map((note) => html`<p>${note}</p>`)}</div>`;
