import { SEVERITIES } from '../../../shared/model/rule.ts';
import type { PlacePosture, Verdicts } from '../document.ts';
import { html, type Markup } from './markup.ts';
import { number, share } from './words.ts';

interface Part {
  readonly name: string;
  readonly count: number;
}

/** A bar whose parts add up to `of`; said in words too, since colours alone say nothing to many. */
export function bar(parts: readonly Part[], of: number): Markup {
  const words = parts.flatMap(({ name, count }) => (count > 0 ? [`${number(count)} ${name}`] : [])).join(', ') || 'none';
  const pieces = parts
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => html`<i class="${classOf(name)}" style="width:${share(count, of).toFixed(2)}%"></i>`);
  return html`<span class="bar" role="img" aria-label="${words}">${pieces}</span>`;
}

const classOf = (name: string): string => `fill-${name.split(' ')[0] ?? ''}`;

export const severityParts = (open: PlacePosture['open']): Part[] => SEVERITIES.map((name) => ({ name, count: open[name] }));

export const verdictParts = ({ pass, violation, unknown, exempt }: Verdicts): Part[] => [
  { name: 'pass', count: pass ?? 0 },
  { name: 'violation', count: violation },
  { name: 'unknown', count: unknown },
  { name: 'exempt', count: exempt },
];

/** What the colours of the bars mean. */
export const legend = (names: readonly string[]): Markup =>
  html`<p class="legend">${names.map((name) => html`<span><i class="${classOf(name)}"></i>${name}</span>`)}</p>`;
