import { type Colours, colourOfSeverity } from '../frame/colours.ts';
import { harmless } from '../frame/table.ts';
import type { Story, TraceDocument } from './document.ts';

/** The stories, and where asked how to find the log lines. */
export function traceWords({ id, kind, stories, logs }: TraceDocument, withLogs: boolean, colours: Colours): string[] {
  const told = stories.length === 0 ? [`The ${kind} ${harmless(id)} was judged, and nothing was found.`] : [];
  return [
    ...told,
    ...stories.flatMap((story, index) => [...(index > 0 ? [''] : []), ...storyWords(story, colours)]),
    ...(withLogs ? ['', ...logWords(logs)] : []),
  ];
}

function storyWords({ findingId, rule, severity, resource, status, summary, lines }: Story, colours: Colours): string[] {
  const labels = lines.map(({ what }) => harmless(what));
  const width = Math.min(32, Math.max(...labels.map((label) => label.length)));
  return [
    colours.bold(harmless(resource)),
    `${colourOfSeverity(severity, colours)(severity)}  ${harmless(summary)}`,
    colours.dim(`finding ${harmless(findingId)}, ${harmless(rule)}, now ${status}`),
    '',
    ...lines.map(({ at, by, detail, planId }, index) => {
      const parts = [by === null || by === 'cinch' ? '' : `by ${by}`, detail, planId === null ? '' : `plan ${planId}`];
      const rest = parts
        .filter((part) => part !== '')
        .map(harmless)
        .join('  ');
      return `${colours.dim(at.replace('T', ' ').slice(0, 19))}  ${(labels[index] ?? '').padEnd(width)}  ${rest}`.trimEnd();
    }),
  ];
}

/** `start-query` answers an id; the results are asked for with it. */
function logWords({ from, groups, query }: TraceDocument['logs']): string[] {
  const start = Math.floor(Date.parse(from) / 1000) - 60;
  return [
    'The lines of all functions (CloudWatch Logs Insights; it costs by what it reads):',
    `  aws logs start-query --log-group-names ${groups.join(' ')} \\`,
    `    --start-time ${start} --end-time $(date +%s) --query-string '${harmless(query)}'`,
    '  aws logs get-query-results --query-id <the id that it answered>',
  ];
}
