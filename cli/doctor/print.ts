import type { Check, Verdict } from '../../shared/flows/doctor/check.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import type { Colours } from '../frame/colours.ts';
import { harmless, wrapped } from '../frame/table.ts';
import type { DoctorDocument } from './document.ts';

const MARKS: Readonly<Record<Verdict, string>> = { ok: 'ok', warning: 'warning', broken: 'BROKEN', unknown: 'UNKNOWN' };
const INDENT = ' '.repeat(9);

/** By place; what is in order is only counted, unless all is asked for. */
export function doctorWords(document: DoctorDocument, all: boolean, colours: Colours, width: number): string[] {
  const places = [...new Set(document.checks.map(({ place }) => place))];
  return [
    ...places.flatMap((place) => [...placeWords(place, document.checks, all, colours, width), '']),
    summaryWords(document, colours),
  ];
}

function placeWords(place: string, every: readonly Check[], all: boolean, colours: Colours, width: number): string[] {
  const checks = every.filter((check) => check.place === place);
  const shown = checks.filter(({ verdict }) => all || verdict !== 'ok');
  const hidden = checks.length - shown.length;
  return [
    colours.bold(harmless(place)) + (hidden > 0 ? colours.dim(`  ${counted(hidden, 'check')} ok`) : ''),
    ...shown.flatMap((check) => checkWords(check, colours, width)),
  ];
}

function checkWords({ verdict, title, seen, mend }: Check, colours: Colours, width: number): string[] {
  const first = `${colourOf(verdict, colours)(MARKS[verdict].padEnd(7))}  ${harmless(title)}: ${harmless(seen)}`;
  if (mend === null) return [first];
  return [first, ...wrapped(`-> ${harmless(mend)}`, Math.max(40, width - INDENT.length)).map((line) => INDENT + line)];
}

function colourOf(verdict: Verdict, colours: Colours): (text: string) => string {
  if (verdict === 'ok') return colours.green;
  return verdict === 'warning' ? colours.yellow : colours.red;
}

function summaryWords({ summary }: DoctorDocument, colours: Colours): string {
  const parts = [
    `${summary.broken} broken`,
    `${summary.unknown} could not be checked`,
    counted(summary.warning, 'warning'),
    `${summary.ok} ok`,
  ];
  return colours.bold(parts.join(', '));
}
