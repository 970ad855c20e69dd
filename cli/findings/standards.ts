import { parseConfig } from '../../shared/config/load.ts';
import { isList, type Place, placeOf, type TagReader } from '../../shared/config/place.ts';
import { modeFor, settingsByRule, settingsFor } from '../../shared/config/resolve.ts';
import type { Config } from '../../shared/config/schema.ts';
import type { EvaluationContext } from '../../shared/engine/evaluate.ts';
import type { Waiver } from '../../shared/model/finding.ts';
import type { Resource } from '../../shared/model/resource.ts';
import type { AnyRule, RuleSettings } from '../../shared/model/rule.ts';
import { RULES } from '../../shared/rules/index.ts';
import { EXAMPLE_SETTINGS } from '../../shared/rules/parts/example-context.ts';
import { readText } from '../frame/read-files.ts';
import { chooseRules } from '../rules/choose.ts';

/** What resources are held to: the whole catalogue with default settings, or what an installation's cinch.yaml makes of it. */
export interface Standards {
  readonly rules: readonly AnyRule[];
  /** Those that look at this resource, whatever its tags. */
  rulesFor(resource: Resource): readonly AnyRule[];
  /** Those that are on in this account. */
  rulesIn(account: string): readonly AnyRule[];
  settingsFor(account: string): RuleSettings;
  /** The same for a resource with these tags, and for each rule. */
  settingsAt(account: string, tagOf: TagReader): EvaluationContext['settings'];
  /** Undefined without a configuration. */
  placeOf(account: string, ruleId: string, tagOf: TagReader): Place | undefined;
  /** Whether the rule is on for a resource with these tags. */
  isOn(rule: AnyRule, account: string, tagOf: TagReader): boolean;
  readonly exemptions: readonly Waiver[];
  readonly overrides: Config['overrides'];
}

/** @throws BadInput for an unknown rule or file, InvalidConfiguration for a configuration with problems. */
export function readStandards(options: { readonly config?: string; readonly rules?: readonly string[] }): Standards {
  const chosen = options.rules === undefined ? RULES : chooseRules(RULES, options.rules);
  const ids = RULES.map(({ id }) => id);
  const config = options.config === undefined ? undefined : parseConfig(readText(options.config), options.config, ids);
  // What must be opted into is on where it is named: here, or in the configuration.
  const isNamed = ({ id }: AnyRule): boolean => options.rules?.includes(id) === true;
  const rules = chosen.filter((rule) => !rule.optIn || isNamed(rule) || isNamedSomewhere(config, rule));
  const isOn = (rule: AnyRule, account: string, tagOf?: TagReader): boolean =>
    config === undefined || modeFor(config, isNamed(rule) ? { id: rule.id } : rule, account, tagOf) !== 'off';
  return {
    rules,
    rulesIn: (account) => rules.filter((rule) => isOn(rule, account)),
    rulesFor: ({ kind, account }) => rules.filter((rule) => rule.resource === kind && isOn(rule, account)),
    settingsFor: (account) => (config ? settingsFor(config, account) : EXAMPLE_SETTINGS),
    settingsAt: (account, tagOf) => (config ? settingsByRule(config, account, tagOf) : EXAMPLE_SETTINGS),
    placeOf: (account, ruleId, tagOf) => config && placeOf(config, account, ruleId, tagOf),
    isOn,
    exemptions: config?.exemptions ?? [],
    overrides: config?.overrides ?? [],
  };
}

const isNamedSomewhere = (config: Config | undefined, { id }: AnyRule): boolean =>
  config !== undefined &&
  (config.rules[id] !== undefined ||
    config.overrides.some(({ rules }) => (isList(rules) ? rules.includes(id) : rules?.[id] !== undefined)));
