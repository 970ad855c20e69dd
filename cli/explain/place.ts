import { isExcluded, isOpen, namedMembers, unitOf, unitsOf } from '../../shared/config/members.ts';
import { liveTags, type Place, splitTag, UNREAD_TAGS } from '../../shared/config/place.ts';
import type { Config } from '../../shared/config/schema.ts';
import { type Resource, resourceFromArn } from '../../shared/model/resource.ts';
import type { AnyRule } from '../../shared/model/rule.ts';
import { BadInput } from '../frame/bad-input.ts';
import type { ExplainOptions } from './command.ts';
import { type Asked, organizationNotes } from './organization.ts';

/** The place that the options name. */
export interface AskedPlace extends Place {
  readonly region: string | undefined;
  /** Undefined: not known. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly resource: Resource | undefined;
  readonly inOrganization: Asked;
}

/** @throws BadInput for what can't be an account, a tag or a resource of this rule. */
export function placeAsked(config: Config, rule: AnyRule, options: ExplainOptions): AskedPlace {
  const resource = options.resource === undefined ? undefined : resourceOf(options.resource, rule);
  const account = options.account ?? resource?.account ?? '';
  if (options.account !== undefined && !/^\d{12}$/.test(account)) throw new BadInput('--account', 'an account is 12 digits');
  if (resource && account !== resource.account) throw new BadInput('--account', `the resource is in ${resource.account}`);
  const region = options.region ?? (resource?.region || undefined);
  const tags = options.tags && tagsOf(options.tags);
  const unit = options.unit ?? unitOf(config, account);
  const tagOf = tags ? liveTags(tags) : UNREAD_TAGS;
  return { account, unit, ruleId: rule.id, region, tags, resource, tagOf, inOrganization: undefined };
}

function resourceOf(arn: string, rule: AnyRule): Resource {
  const resource = resourceFromArn(arn);
  if (!resource) throw new BadInput('--resource', 'not the ARN of a function, role, API or IAM user');
  if (resource.kind !== rule.resource)
    throw new BadInput('--resource', `${rule.id} judges each ${rule.resource}, not a ${resource.kind}`);
  return resource;
}

function tagsOf(given: readonly string[]): Record<string, string> {
  const entries = given.map((tag) => {
    const { name, value } = splitTag(tag);
    if (!/^[^=]+=/.test(tag)) throw new BadInput('--tags', `${tag} is not name=value`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

/** What the configuration can't apply to, or what is not in it. */
export function notesOf(config: Config, { account, unit, region, inOrganization }: AskedPlace, goesByTags: boolean): string[] {
  const member = namedMembers(config).find((one) => one.account === account);
  return [
    ...(account === '' ? ['No account is named: lines for accounts are taken not to apply.'] : []),
    ...(account !== '' && !member && !mayBeMember(config, account)
      ? [`${account} is no member: the bot ignores what happens there.`]
      : []),
    ...organizationNotes(config, account, inOrganization),
    ...(member && region && !member.regions.includes(region) ? [`${region} is no region of this member.`] : []),
    ...(unit !== undefined && !unitsOf(config).has(unit) ? [`No member is in the unit ${unit}.`] : []),
    ...(goesByTags
      ? [
          'Some of this goes by tags that are not given here. The bot reads them; where it can’t, the strictest holds, and nothing is fixed.',
        ]
      : []),
    'Exemptions given in Slack or by the tag cinch:exempt are not in the file.',
    ...(config.guard.stopped ? ['guard.stopped is set: nothing is written but what a person undoes.'] : []),
  ];
}

/** Whom only Organizations could tell from a member. */
const mayBeMember = (config: Config, account: string): boolean => isOpen(config) && !isExcluded(config.organization, account);
