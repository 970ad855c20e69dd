import { oneLine } from '../../../shared/slack/plain.ts';

/** Markup that Cinch itself made; everything else is escaped on its way in. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | null | Markup | readonly Markup[];

const MAX_TEXT = 2_000;

/** Builds HTML; every interpolation is cleaned and escaped unless it is {@link Markup}. Good for text and for attributes in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: parts.reduce((built, part, index) => built + markupOf(values[index - 1] ?? null) + part) };
}

function markupOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(oneLine(String(value), MAX_TEXT));
  if ('markup' in value) return value.markup;
  return value.map(({ markup }) => markup).join('\n');
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => NAMED[one] ?? one);

/** Made by a library or by hand, and known to hold nothing from outside. */
export const trusted = (markup: string): Markup => ({ markup });

export const NOTHING: Markup = { markup: '' };
