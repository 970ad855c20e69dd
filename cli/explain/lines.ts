import { type Decided, type Path, pathText, type Said } from '../../shared/config/last-word.ts';
import type { LoadedConfig } from '../../shared/config/load.ts';
import { isList, type Scope } from '../../shared/config/place.ts';
import type { ExplainedDecision, ExplainedLine } from './document.ts';

/** A decision with the places of its lines in the file. */
export function explained(loaded: LoadedConfig, setting: string, decided: Decided<unknown>): ExplainedDecision {
  const line = (said: Said<unknown>): ExplainedLine => lineOf(loaded, said);
  // Where a line says nothing of a setting, what holds for everything is named once.
  const isOther = ({ path }: Said<unknown>): boolean => pathText(path) !== pathText(decided.path);
  return { setting, ...line(decided), over: decided.over.filter(isOther).map(line), doubts: decided.doubts.map(line) };
}

export const lineOf = (loaded: LoadedConfig, { path, value }: Said<unknown>): ExplainedLine => ({
  value: value ?? null,
  path: pathText(path),
  line: loaded.lineOf(path) ?? null,
  scope: scopeText(loaded, path),
});

/** Of the list's entry that the path leads through. */
function scopeText({ config }: LoadedConfig, path: Path): string {
  const [section, second, third] = path;
  if (section === 'overrides' && typeof second === 'number') return scopeWords(config.overrides[second]);
  if (section === 'exemptions' && typeof second === 'number') return scopeWords(config.exemptions[second]);
  if (section !== 'slack' || typeof third !== 'number') return '';
  return scopeWords(second === 'approvals' ? config.slack.approvals[third] : config.slack.channels[third]);
}

const NAMES = ['accounts', 'units', 'tags', 'rules', 'severities', 'steps', 'owners'] as const;

function scopeWords(line: (Scope & { readonly [K in (typeof NAMES)[number]]?: unknown }) | undefined): string {
  const named = NAMES.flatMap((name) => {
    const values = line?.[name];
    return Array.isArray(values) && (name !== 'rules' || isList(line?.rules)) ? [`${name}: ${values.join(', ')}`] : [];
  });
  return named.join('; ');
}
