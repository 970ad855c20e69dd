/** The page's one style sheet: light, dark and paper, from a phone on. Colours of text and of bars reach AA against their ground. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --panel: #ffffff; --ink: #1d2127; --text: #59616b; --line: #e4e1db; --rule: #cfcac1; --link: #1f5fa8; --soft: #f1eee9; --mark: #1d2127;
  --critical: #b3202c; --high: #d4601a; --medium: #b98a00; --low: #6b87a8;
  --pass: #2e7d5b; --violation: #b3202c; --unknown: #9aa1a9; --exempt: #8a6fb0; --safe: #2e7d5b; --approval: #b98a00; --manual: #6b87a8;
  --sans: "Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Roboto, Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --panel: #1b1f25; --ink: #eceef1; --text: #a3acb7; --line: #2c323a; --rule: #424a55; --link: #82b7f2; --soft: #232830; --mark: #eceef1;
    --critical: #f0616d; --high: #f08c4a; --medium: #dcb345; --low: #7d9dc4;
    --pass: #55b88c; --violation: #f0616d; --unknown: #6d7681; --exempt: #a78cd0; --safe: #55b88c; --approval: #dcb345; --manual: #7d9dc4;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 var(--sans); font-feature-settings: "tnum" 0; }
main, header.top, footer { max-width: 1160px; margin: 0 auto; padding: 0 32px; }
a { color: var(--link); text-underline-offset: 2px; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 2px; }
h1 { font-size: 34px; line-height: 1.15; letter-spacing: -0.022em; font-weight: 680; margin: 0 0 8px; }
h2 { font-size: 21px; line-height: 1.25; letter-spacing: -0.012em; font-weight: 660; margin: 0 0 10px; }
h3 { font-size: 15px; line-height: 1.4; font-weight: 650; margin: 28px 0 8px; }
code { font: 0.86em/1.4 var(--mono); overflow-wrap: anywhere; }
p { margin: 0 0 12px; }
header.top { padding-top: 48px; padding-bottom: 20px; }
.kicker { font-size: 13px; font-weight: 650; letter-spacing: 0.08em; text-transform: uppercase; color: var(--text); margin: 0 0 14px; }
.lead { color: var(--text); font-size: 17px; margin: 0; max-width: 62ch; }
.notes { margin: 18px 0 0; padding: 12px 16px; background: var(--soft); border-left: 3px solid var(--rule); border-radius: 0 6px 6px 0; font-size: 15px; max-width: 76ch; }
.notes p:last-child { margin: 0; }
nav { max-width: 1160px; margin: 0 auto; padding: 10px 32px 0; font-size: 15px; }
nav ul { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 0; padding: 0; list-style: none; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { border-top: 1px solid var(--line); padding: 32px 0 40px; display: grid; grid-template-columns: 232px minmax(0, 1fr); gap: 12px 44px; }
section > .about p { color: var(--text); font-size: 14.5px; line-height: 1.5; }
section > .body { min-width: 0; }
.headline { border-top: 0; display: block; padding-top: 20px; }
.total { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 14px; margin: 0 0 14px; }
.total b { font-size: 68px; line-height: 1; letter-spacing: -0.035em; font-weight: 680; font-variant-numeric: tabular-nums; }
.total span { font-size: 21px; color: var(--text); }
.bar { display: flex; height: 12px; border-radius: 3px; overflow: hidden; background: var(--soft); min-width: 72px; }
.bar i { display: block; flex: none; min-width: 2px; }
.bar i + i { box-shadow: inset 1.5px 0 0 var(--panel); }
.headline .bar { height: 18px; border-radius: 4px; }
.fill-critical { background: var(--critical); } .fill-high { background: var(--high); } .fill-medium { background: var(--medium); } .fill-low { background: var(--low); }
.fill-pass { background: var(--pass); } .fill-violation { background: var(--violation); } .fill-unknown { background: var(--unknown); } .fill-exempt { background: var(--exempt); }
.fill-safe { background: var(--safe); } .fill-approval { background: var(--approval); } .fill-manual { background: var(--manual); } .fill-not { background: var(--unknown); }
.tallies { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0; margin: 14px 0 30px; padding: 0; list-style: none; }
.tallies li { display: flex; align-items: baseline; gap: 8px; }
.tallies b { font-size: 24px; font-weight: 660; font-variant-numeric: tabular-nums; }
.tallies span { color: var(--text); font-size: 15px; }
.tallies i { width: 10px; height: 10px; border-radius: 2px; flex: none; }
.facts { display: flex; flex-wrap: wrap; gap: 1px; margin: 0; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.facts div { flex: 1 1 172px; background: var(--panel); padding: 14px 18px 16px; display: flex; flex-direction: column; }
.facts dt { color: var(--text); font-size: 14px; order: 2; line-height: 1.4; }
.facts dd { margin: 0; font-size: 26px; font-weight: 660; letter-spacing: -0.015em; font-variant-numeric: tabular-nums; line-height: 1.3; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; color: var(--text); margin: 0 0 10px; }
.legend span { display: inline-flex; align-items: center; gap: 7px; }
.legend i { width: 11px; height: 11px; border-radius: 2px; }
.chart text { font-family: inherit; font-size: 12px; }
.chart { margin: 0 0 18px; }
.chart svg { display: block; width: 100%; height: auto; overflow: visible; font-family: inherit; }
.chart svg.narrow { display: none; }
table { width: 100%; border-collapse: collapse; font-size: 15px; }
caption { text-align: left; color: var(--text); font-size: 14px; padding: 0 0 8px; }
th, td { padding: 9px 10px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--text); font-size: 13px; line-height: 1.3; font-weight: 600; vertical-align: bottom; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.none { color: var(--text); }
thead th.name { min-width: 158px; }
th.wide { width: 24%; }
td.wide { min-width: 110px; }
thead th.number { width: 58px; }
th.text { width: 116px; }
td .bar { margin-top: 6px; }
.name b { font-weight: 620; overflow-wrap: anywhere; }
.name small, td small, .worst small { display: block; color: var(--text); font-size: 13.5px; line-height: 1.45; overflow-wrap: anywhere; }
.severity { display: inline-flex; align-items: center; gap: 7px; white-space: nowrap; }
.severity i { width: 9px; height: 9px; border-radius: 2px; flex: none; }
.worst { list-style: none; margin: 0; padding: 0; counter-reset: place; }
.worst > li { display: grid; grid-template-columns: 34px minmax(0, 1fr) auto; gap: 2px 10px; padding: 14px 0; border-bottom: 1px solid var(--line); counter-increment: place; break-inside: avoid; }
.worst > li:first-child { padding-top: 0; }
.worst > li::before { content: counter(place); color: var(--text); font-size: 21px; line-height: 1.2; font-variant-numeric: tabular-nums; grid-row: span 2; }
.worst h3 { margin: 0; font-size: 16px; overflow-wrap: anywhere; }
.worst .weight { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.worst .weight b { font-size: 18px; font-weight: 660; }
.worst .weight span { color: var(--text); font-size: 13.5px; }
.worst ul { grid-column: 2 / -1; margin: 6px 0 0; padding: 0; list-style: none; font-size: 15px; }
.worst ul li { display: grid; grid-template-columns: 84px minmax(0, 1fr); gap: 8px; padding: 2px 0; align-items: baseline; overflow-wrap: anywhere; }
.good { font-size: 17px; padding: 4px 0; }
details { margin-top: 12px; font-size: 15px; }
summary { cursor: pointer; color: var(--link); }
footer { border-top: 1px solid var(--line); color: var(--text); font-size: 14px; padding-top: 20px; padding-bottom: 48px; }
@media (max-width: 860px) {
  section { grid-template-columns: minmax(0, 1fr); padding: 26px 0 32px; }
  section > .about p { max-width: 64ch; }
}
@media (max-width: 560px) {
  main, header.top, footer, nav { padding-left: 20px; padding-right: 20px; }
  header.top { padding-top: 28px; }
  h1 { font-size: 27px; }
  .lead { font-size: 16px; }
  .total b { font-size: 54px; }
  .total span { font-size: 18px; }
  .tallies { grid-template-columns: repeat(2, 1fr); gap: 6px 0; }
  .facts div { flex-basis: 40%; padding: 11px 13px 13px; }
  .facts dd { font-size: 22px; }
  .chart svg.wide { display: none; }
  .chart svg.narrow { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  tbody tr { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 4px 10px; padding: 12px 0; border-bottom: 1px solid var(--line); }
  tbody th.name, td.wide { grid-column: 1 / -1; }
  td.text { grid-column: span 2; }
  tbody th, td { border: 0; padding: 0; }
  th.number, td.number { text-align: left; }
  td.number::before, td.text::before { content: attr(data-label); display: block; color: var(--text); font-size: 13px; white-space: normal; }
  td .bar { margin-top: 2px; }
  .worst > li { grid-template-columns: 26px minmax(0, 1fr) auto; }
  .worst ul { grid-column: 1 / -1; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff; --panel: #ffffff; --ink: #000000; --text: #444a52; --line: #dddddd; --rule: #bbbbbb; --link: #000000; --soft: #f2f2f2; --mark: #000000;
    --critical: #b3202c; --high: #d4601a; --medium: #b98a00; --low: #6b87a8;
    --pass: #2e7d5b; --violation: #b3202c; --unknown: #9aa1a9; --exempt: #8a6fb0; --safe: #2e7d5b; --approval: #b98a00; --manual: #6b87a8;
  }
  @page { margin: 16mm 14mm; }
  body { font-size: 10.5pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, details { display: none; }
  main, header.top, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header.top { padding-top: 0; }
  section { grid-template-columns: minmax(0, 1fr); padding: 12pt 0 14pt; gap: 2pt; }
  section > .about p { font-size: 9.5pt; margin: 0 0 5pt; }
  h1 { font-size: 22pt; } h2 { font-size: 14pt; } .total b { font-size: 40pt; }
  table, .worst ul { font-size: 9.5pt; }
  tr, .facts div, .chart, .worst > li { break-inside: avoid; }
  thead { display: table-header-group; }
  h2, h3, caption, .about, .legend { break-after: avoid; }
  .chart svg.wide { display: block; max-width: 540px; }
  .facts { gap: 0; }
  .facts div { border: 0.5px solid var(--line); padding: 8px 12px 9px; }
  .facts dd { font-size: 15pt; }
  .facts dt { font-size: 9pt; }
  .tallies { margin: 8px 0 14px; }
  .chart svg.narrow { display: none; }
}
`;
