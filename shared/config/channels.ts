import type { Severity } from '../model/rule.ts';
import { unitOf } from './members.ts';
import type { Config } from './schema.ts';

/** What a line of `slack.channels` may look at. */
export interface Addressed {
  readonly account: string;
  readonly severity: Severity;
  /** Value of the owner tag. */
  readonly owner: string | null;
}

/** Where a finding is shown: the last line of `slack.channels` that fits, else `slack.channel`. Pure. */
export function channelFor(config: Config, { account, severity, owner }: Addressed): string {
  const { slack } = config;
  const unit = unitOf(config, account);
  const fitting = slack.channels.findLast(
    (line) =>
      fits(line.accounts, account) && fits(line.units, unit) && fits(line.severities, severity) && fits(line.owners, owner),
  );
  return fitting?.channel ?? slack.channel;
}

/** What is not named fits all; what is named must fit. */
const fits = (named: readonly string[] | undefined, value: string | null | undefined): boolean =>
  named === undefined || (typeof value === 'string' && named.includes(value));

/** The value of the first owner tag that says something, in whatever case its name is; null when none does. Pure. */
export function ownerOf(ownerTags: readonly string[], tags: Readonly<Record<string, string>>): string | null {
  const known = new Map(Object.entries(tags).map(([tag, value]) => [tag.toLowerCase(), value.trim()]));
  return ownerTags.map((tag) => known.get(tag.toLowerCase())).find((value) => value) ?? null;
}
