import { UNREAD_TAGS } from '../../shared/config/place.ts';
import { replayEvent, replayUnreadable } from '../../shared/flows/replay.ts';
import { parseReplayState, type ReplayState } from '../../shared/flows/replay-state.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { readStandards, type Standards } from '../findings/standards.ts';
import { BadInput } from '../frame/bad-input.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT, fails } from '../frame/exit.ts';
import { findFiles } from '../frame/find-files.ts';
import { note, print, printJson } from '../frame/output.ts';
import { startProgress } from '../frame/progress.ts';
import { parseJson, readText, tryRead } from '../frame/read-files.ts';
import { terminalWidth } from '../frame/table.ts';
import type { ReplayOptions } from './command.ts';
import type { ReplayedEvent } from './document.ts';
import { replayTable } from './table.ts';

/** Answers the exit code. @throws BadInput for a path that isn't there, MalformedInput for a state that can't be read. */
export async function runReplay(paths: readonly string[], options: ReplayOptions): Promise<number> {
  const standards = readStandards(options);
  const state = options.state === undefined ? undefined : readState(options.state);
  const found = findFiles(paths, ['.json']);
  const progress = startProgress(found.length, 'events');
  const events: ReplayedEvent[] = [];
  for (const { path } of found) {
    const file = path === '-' ? 'stdin' : path;
    const read = await tryRead(path);
    events.push(
      'why' in read ? eventOf(file, replayUnreadable(read.why)) : replayText(file, read.text, standards, state, options.self),
    );
    progress.step(path);
  }
  progress.end();
  if (options.format === 'json') await printJson({ events });
  else await print(replayTable(events, { colours: coloursOf(process.stdout), width: terminalWidth(process.stdout) }));
  return exitOf(events, options);
}

function readState(file: string): ReplayState {
  const json = parseJson(readText(file));
  if (json === undefined) throw new BadInput(file, 'not JSON');
  return parseReplayState(json.value);
}

function replayText(
  file: string,
  text: string,
  standards: Standards,
  state: ReplayState | undefined,
  self: readonly string[] = [],
): ReplayedEvent {
  const json = parseJson(text);
  if (json === undefined) return eventOf(file, replayUnreadable('not JSON'));
  const { account } = (json.value ?? {}) as { account?: unknown };
  const whose = typeof account === 'string' ? account : '';
  const settingsOf = standards.settingsAt(whose, UNREAD_TAGS);
  const judged = { rules: standards.rulesIn(whose), settings: standards.settingsFor(whose), settingsOf, self };
  return eventOf(file, replayEvent(json.value, state === undefined ? judged : { ...judged, state }));
}

/** The document's own copy: what the model holds is read-only. */
function eventOf(file: string, replay: ReturnType<typeof replayEvent>): ReplayedEvent {
  const { change } = replay;
  return {
    file,
    outcome: replay.outcome,
    reason: replay.reason,
    change: change === null ? null : { ...change, resources: [...change.resources] },
    findings: replay.findings.map((finding) => ({ ...finding, evidence: finding.evidence.map((one) => ({ ...one })) })),
    lookup: [...replay.lookup],
    unknown: [...replay.unknown],
  };
}

function exitOf(events: readonly ReplayedEvent[], options: ReplayOptions): number {
  const bad = events.filter(({ outcome }) => outcome === 'malformed');
  const [first] = bad;
  if (first) {
    const others = bad.length > 1 ? ` (and ${counted(bad.length - 1, 'more event')})` : '';
    note(`cinch replay: ${first.file}: ${first.reason}${others}`);
    return EXIT.bad;
  }
  const found = events.flatMap(({ findings }) => findings);
  return found.some(({ severity }) => fails(severity, options.failOn)) ? EXIT.findings : EXIT.clean;
}
