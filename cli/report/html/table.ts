import { html, type Markup, NOTHING } from './markup.ts';

export interface Column {
  readonly label: string;
  /** `name` leads its row, `number` is set flush right, `wide` takes a line of its own on a phone. */
  readonly kind: 'name' | 'number' | 'text' | 'wide';
}

/** A table that falls apart into small blocks on a phone. Its roles are said, because `display: grid` would take them away. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (Markup | string | number)[])[],
): Markup {
  if (rows.length === 0) return NOTHING;
  return html`<table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(({ label, kind }) => html`<th role="columnheader" scope="col" class="${kind}">${label}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => html`<tr role="row">${columns.map((column, index) => cell(column, row[index] ?? ''))}</tr>`)}
</tbody></table>`;
}

function cell({ label, kind }: Column, value: Markup | string | number): Markup {
  if (kind === 'name') return html`<th role="rowheader" scope="row" class="name">${value}</th>`;
  const isNothing = value === 0 || value === '0' || value === '';
  return html`<td role="cell" class="${kind} ${isNothing ? 'none' : 'some'}" data-label="${label}">${value}</td>`;
}
