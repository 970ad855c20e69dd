import { type AnyRule, type RuleSettings, SEVERITIES, type Severity } from '../model/rule.ts';
import { isExcluded, isOpen, namedMembers } from './members.ts';
import type { Config, Mode } from './schema.ts';

/**
 * What applies to one rule in one account: the last override that names the account and says something wins. A rule that must be opted into is
 * off unless what applies was said of it by name.
 */
export function modeFor(config: Config, { id, optIn }: Pick<AnyRule, 'id' | 'optIn'>, account: string): Mode {
  if (optIn && !isNamedMode(config, id, account)) return 'off';
  let mode: Mode = config.rules[id] ?? config.mode;
  for (const override of overridesOf(config, account)) mode = override.rules?.[id] ?? override.mode ?? mode;
  return mode;
}

/** Whether the mode that applies was set for this rule by its name. */
export function isNamedMode(config: Config, ruleId: string, account: string): boolean {
  let named = config.rules[ruleId] !== undefined;
  for (const { rules, mode } of overridesOf(config, account)) {
    if (rules?.[ruleId] !== undefined) named = true;
    else if (mode !== undefined) named = false;
  }
  return named;
}

/** Whether people are asked about a rule's findings in an account, where something would have to be asked. */
export const asksAbout = (config: Config, rule: { readonly id: string; readonly severity: Severity }, account: string): boolean =>
  SEVERITIES.indexOf(rule.severity) <= SEVERITIES.indexOf(config.slack.asksFrom) || isNamedMode(config, rule.id, account);

/** The settings that rules read, for one account. */
export function settingsFor(config: Config, account: string): RuleSettings {
  let timeout: RuleSettings['timeout'] = config.timeout;
  for (const override of overridesOf(config, account)) {
    const given = override.timeout;
    if (given) {
      timeout = {
        ceilingSeconds: given.ceilingSeconds ?? timeout.ceilingSeconds,
        floorSeconds: given.floorSeconds ?? timeout.floorSeconds,
        headroom: given.headroom ?? timeout.headroom,
      };
    }
  }
  return {
    timeout,
    remedies: remediesFor(config, account),
    allowedAccounts: config.allowedAccounts,
    organizationId: config.hub.organizationId ?? null,
    secrets: { maxVariables: config.secrets.maxVariables },
    require: config.require,
    layerAccounts: config.layerAccounts,
    ownerTags: config.ownerTags,
    days: config.days,
  };
}

function remediesFor(config: Config, account: string): Config['remedies'] {
  let remedies = config.remedies;
  for (const { remedies: given } of overridesOf(config, account)) {
    // What an override does not name stays as it is; the schema fills nothing in there.
    const named = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
    remedies = { ...remedies, ...Object.fromEntries(named) };
  }
  return remedies;
}

/**
 * Whether events of this account are Cinch's business: a member, or any account when an organization is named, but for those it leaves out.
 * Which units an account is in, the bus has asked when it let the event in.
 */
export function isMember(config: Config, account: string): boolean {
  if (namedMembers(config).some((member) => member.account === account)) return true;
  return isOpen(config) && !isExcluded(config.organization, account);
}

function overridesOf(config: Config, account: string): Config['overrides'] {
  return config.overrides.filter((override) => override.accounts.includes(account));
}
