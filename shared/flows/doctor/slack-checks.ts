import { allCircles, isEmpty } from '../../config/approval-rules.ts';
import type { Config } from '../../config/schema.ts';
import { isUnknown } from '../../model/unknown.ts';
import { counted } from '../../rules/parts/words.ts';
import { SCOPES } from '../../slack/scopes.ts';
import { broken, type Check, checked, fine, type Judgement, type Subject, warned } from './check.ts';
import type { Asked, ChannelFacts, Identity, SlackFacts } from './slack-facts.ts';

export const SLACK = 'slack';

const REINSTALL =
  'api.slack.com/apps > Cinch > OAuth & Permissions: add what docs/slack-app-manifest.yaml lists, then "Reinstall to Workspace"';
const TOKEN =
  'install the app again and store its values: aws secretsmanager put-secret-value --secret-id cinch/slack --secret-string \'{"botToken":"xoxb-...","signingSecret":"..."}\'';
export const LATER = 'run it again; https://slack-status.com says whether Slack has trouble';
export const INVITE = (channel: string): string => `correct the id in cinch.yaml, or type in ${channel}: /invite @Cinch`;
const CONFIGURE = 'correct slack.approvers in cinch.yaml and deploy the hub again: npx cdk deploy CinchHub';

/** Everything that can be known of the Slack app from outside. Pure. */
export function slackChecks(config: Config, facts: SlackFacts): Check[] {
  return [
    checked(about('token', 'The bot token is taken'), facts.identity, LATER, (asked) => tokenOf(config, asked)),
    checked(about('scopes', 'The app’s scopes suffice'), facts.identity, LATER, scopesOf),
    ...facts.channels.map(({ id, found }) =>
      checked(about(`channel-${id}`, `Cinch is in the channel ${id}`), found, LATER, (asked) => channelOf(id, asked)),
    ),
    ...facts.people.map(({ who, found }) =>
      checked(about(`approver-${who}`, `${who} may approve`), found, LATER, (user) => approverOf(who, user)),
    ),
    ...facts.groups.map(({ id, members }) =>
      checked(about(`group-${id}`, `The user group ${id} has approvers`), members, LATER, (asked) => groupOf(id, asked)),
    ),
    { ...about('approvers', 'Somebody may decide'), ...enough(config, facts) },
    checked(about('blocks', 'Slack takes the blocks of a card'), facts.blocks, LATER, blocksOf),
    { ...about('interactivity', 'Clicks come back'), ...CLICKS },
  ];
}

const about = (id: string, title: string): Subject => ({ place: SLACK, id, title });

function tokenOf({ slack }: Config, asked: Asked<Identity>): Judgement {
  if ('refused' in asked) return broken(`Slack refuses it: ${asked.refused}`, TOKEN);
  const { teams } = asked.is;
  if (teams.includes(slack.team)) return fine(`workspace ${slack.team}`);
  return broken(`it is of ${teams.join(', ') || 'no workspace'}, and slack.team is ${slack.team}`, TOKEN);
}

function scopesOf(asked: Asked<Identity>): Judgement {
  if ('refused' in asked) return { verdict: 'unknown', seen: `Slack refuses the token: ${asked.refused}`, mend: TOKEN };
  const { scopes } = asked.is;
  if (!scopes) return { verdict: 'unknown', seen: 'Slack did not say which are granted', mend: LATER };
  const missing = SCOPES.filter(({ name }) => !scopes.includes(name));
  const vital = missing.filter(({ isForDoctor }) => !isForDoctor);
  if (vital.length > 0) return broken(`missing: ${vital.map(({ name, why }) => `${name} (${why})`).join(', ')}`, REINSTALL);
  if (missing.length > 0) return warned(`missing, for doctor alone: ${missing.map(({ name }) => name).join(', ')}`, REINSTALL);
  const more = scopes.filter((name) => !SCOPES.some((scope) => scope.name === name));
  if (more.length > 0) return warned(`more than Cinch uses: ${more.join(', ')}`, 'take them from the app, and reinstall it');
  return fine(scopes.join(', '));
}

function channelOf(id: string, asked: Asked<ChannelFacts>): Judgement {
  if ('refused' in asked) {
    if (asked.refused === 'missing_scope')
      return { verdict: 'unknown', seen: 'the app may not look: missing_scope', mend: REINSTALL };
    return broken(`Slack does not show it to Cinch: ${asked.refused}`, INVITE(id));
  }
  const { name, isArchived, isMember } = asked.is;
  if (isArchived) return broken(`#${name} is archived`, `unarchive #${name}, or name another channel in cinch.yaml`);
  if (!isMember) return broken(`Cinch is not in #${name}`, `type in #${name} (${id}): /invite @Cinch`);
  return fine(`#${name}`);
}

function approverOf(who: string, user: { readonly name: string; readonly mayDecide: boolean } | null): Judgement {
  if (!user) return broken(`nobody in this workspace is ${who}`, CONFIGURE);
  if (!user.mayDecide) return broken(`${user.name} is deactivated, a guest, a bot or of another workspace`, CONFIGURE);
  return fine(user.name);
}

function groupOf(id: string, asked: Asked<readonly string[]>): Judgement {
  if ('refused' in asked) {
    if (asked.refused === 'missing_scope')
      return { verdict: 'unknown', seen: 'the app may not look: missing_scope', mend: REINSTALL };
    return broken(`Slack refuses it: ${asked.refused}`, CONFIGURE);
  }
  if (asked.is.length === 0) return broken('it has no members', `add members to ${id} in Slack > People > User groups`);
  return fine(counted(asked.is.length, 'member'));
}

/** Nobody decides on their own change, so one is too few as soon as that one deploys something. */
function enough(config: Config, { people, groups }: SlackFacts): Judgement {
  if (allCircles(config).every(isEmpty)) return broken('the configuration names nobody', CONFIGURE);
  const able = new Set(people.flatMap(({ found }) => (!isUnknown(found) && found?.mayDecide ? [found.id] : [])));
  for (const { members } of groups) if (!isUnknown(members) && 'is' in members) for (const id of members.is) able.add(id);
  const isCertain = [...people.map(({ found }) => found), ...groups.map(({ members }) => members)].every(
    (fact) => !isUnknown(fact),
  );
  if (able.size >= 2) return fine(counted(able.size, 'approver'));
  if (!isCertain) return { verdict: 'unknown', seen: `${counted(able.size, 'approver')} could be confirmed`, mend: LATER };
  if (able.size === 0) return broken('none of the configured approvers may decide', CONFIGURE);
  return warned(
    'one person only, who may not decide on their own changes',
    'name a second approver, or a user group, in cinch.yaml',
  );
}

function blocksOf(asked: Asked<readonly string[]>): Judgement {
  if ('refused' in asked)
    return {
      verdict: 'unknown',
      seen: `Slack does not validate: ${asked.refused}`,
      mend: 'nothing, if cards are shown; else tell Cinch’s authors',
    };
  if (asked.is.length === 0) return fine('blocks.validate finds nothing wrong');
  return broken(asked.is.join(', '), 'tell Cinch’s authors; until then cards are plain text with their buttons');
}

const CLICKS = warned(
  'Slack tells nobody which address it sends clicks to',
  'type in the channel: /cinch status. An answer within seconds proves it; else put the hub stack’s output SlackRequestUrl into the app',
);
