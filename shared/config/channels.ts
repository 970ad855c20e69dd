import type { Severity } from '../model/rule.ts';
import { type Decided, lastWord } from './last-word.ts';
import { fitOf, placeOf, type TagReader } from './place.ts';
import type { Config } from './schema.ts';

/** What a line of `slack.channels` may look at. */
export interface Addressed {
  readonly account: string;
  readonly severity: Severity;
  /** Value of the owner tag. */
  readonly owner: string | null;
  readonly ruleId?: string;
  readonly tagOf?: TagReader;
}

/**
 * Where a finding is shown: the last line of `slack.channels` that fits, else `slack.channel`. A line that goes by tags nobody could read is passed
 * over: a channel for a few must not learn of what may be none of theirs. Pure.
 */
export function decideChannel(config: Config, { account, severity, owner, ruleId, tagOf }: Addressed): Decided<string> {
  const place = placeOf(config, account, ruleId, tagOf);
  const lines = config.slack.channels.flatMap((line, index) => {
    const fit = fits(line.severities, severity) && fits(line.owners, owner) ? fitOf(line, place) : 'no';
    return fit === 'no' ? [] : [{ path: ['slack', 'channels', index, 'channel'], value: line.channel, fit }];
  });
  return lastWord([{ path: ['slack', 'channel'], value: config.slack.channel, fit: 'yes' }, ...lines], ([sure]) => sure);
}

export const channelFor = (config: Config, addressed: Addressed): string => decideChannel(config, addressed).value;

/** What is not named fits all; what is named must fit. */
const fits = (named: readonly string[] | undefined, value: string | null): boolean =>
  named === undefined || (value !== null && named.includes(value));

/** The value of the first owner tag that says something, in whatever case its name is; null when none does. Pure. */
export function ownerOf(ownerTags: readonly string[], tags: Readonly<Record<string, string>>): string | null {
  const known = new Map(Object.entries(tags).map(([tag, value]) => [tag.toLowerCase(), value.trim()]));
  return ownerTags.map((tag) => known.get(tag.toLowerCase())).find((value) => value) ?? null;
}
