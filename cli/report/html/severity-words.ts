import type { Severity } from '../../../shared/model/rule.ts';
import { html, type Markup } from './markup.ts';

/** A colour, and the word that says the same. */
export const severityWords = (severity: Severity): Markup =>
  html`<span class="severity"><i class="fill-${severity}"></i>${severity}</span>`;
