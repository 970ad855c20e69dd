import { approvalContradictions } from './approval-rules.ts';
import type { Path } from './last-word.ts';
import { unitsOf } from './members.ts';
import { memberContradictions } from './organization-rules.ts';
import { isList, matches, type Scope } from './place.ts';
import type { Config } from './schema.ts';

/** What a schema can't say: settings that name what isn't there, or can't all be meant. The path starts at the document. */
export function contradictions(config: Config, knownRules: readonly string[]): [PropertyKey[], string][] {
  return [
    ...unknownRules(config, knownRules),
    ...limitlessLines(config),
    ...unknownUnits(config),
    ...timeoutProblems(config),
    ...memberContradictions(config),
    ...approvalContradictions(config),
  ];
}

type Problem = [PropertyKey[], string];

function unknownRules(config: Config, knownRules: readonly string[]): Problem[] {
  const known = new Set(knownRules);
  const named = (rules: Scope['rules'], path: Path): Problem[] => {
    const ids = isList(rules) ? rules.map((id, index) => [id, index] as const) : Object.keys(rules ?? {}).map((id) => [id, id]);
    return ids
      .filter(([id]) => !known.has(String(id)) && !isPrefixOfSome(rules, String(id), knownRules))
      .map(([id, key = '']) => [[...path, key], `no rule is called ${id}`]);
  };
  return [
    ...named(config.rules, ['rules']),
    ...config.overrides.flatMap(({ rules }, index) => named(rules, ['overrides', index, 'rules'])),
    ...config.slack.approvals.flatMap(({ rules }, index) => named(rules, ['slack', 'approvals', index, 'rules'])),
    ...config.slack.channels.flatMap(({ rules }, index) => named(rules, ['slack', 'channels', index, 'rules'])),
    ...config.exemptions.flatMap(({ rule }, index): Problem[] =>
      rule === '*' || known.has(rule) ? [] : [[['exemptions', index, 'rule'], `no rule is called ${rule}`]],
    ),
  ];
}

/** Lists take prefixes; a mode is set for one rule by its name. */
const isPrefixOfSome = (rules: Scope['rules'], id: string, knownRules: readonly string[]): boolean =>
  isList(rules) && id.endsWith('*') && knownRules.some((known) => matches(id, known));

/** A line for everything belongs to the top of the file; a waiver of everything is a slip. */
function limitlessLines({ overrides, exemptions }: Config): Problem[] {
  return [
    ...overrides.flatMap(({ accounts, units, tags, rules }, index): Problem[] =>
      accounts || units || tags || isList(rules)
        ? []
        : [[['overrides', index], 'says for nothing what it sets: name accounts, units, tags or a list of rules']],
    ),
    ...exemptions.flatMap(({ resource, accounts, units, tags }, index): Problem[] =>
      resource !== undefined || accounts || units || tags
        ? []
        : [[['exemptions', index], 'exempts nothing: name a resource, accounts, units or tags']],
    ),
  ];
}

/** Of approvals it is told with them. */
function unknownUnits(config: Config): Problem[] {
  const { overrides, exemptions, slack } = config;
  const known = unitsOf(config);
  const lists: [Path, readonly { readonly units?: readonly string[] | undefined }[]][] = [
    [['overrides'], overrides],
    [['exemptions'], exemptions],
    [['slack', 'channels'], slack.channels],
  ];
  return lists.flatMap(([path, lines]) =>
    lines.flatMap(({ units = [] }, index) =>
      units.flatMap((unit, at): Problem[] =>
        known.has(unit) ? [] : [[[...path, index, 'units', at], `no member is in the unit ${unit}`]],
      ),
    ),
  );
}

const timeoutProblems = ({ timeout }: Config): Problem[] =>
  timeout.floorSeconds > timeout.ceilingSeconds ? [[['timeout', 'floorSeconds'], 'is above ceilingSeconds']] : [];
