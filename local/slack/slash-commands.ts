import { actor, ClientError, channelName, newResponseUrl } from './clicks.ts';
import { deliverForm } from './interactivity.ts';
import { asObject, parseJson } from './requests.ts';
import { canSee, changed, newTrigger, nextTs, type Store } from './store.ts';
import { BOT, type Delivery, TEAM } from './types.ts';

export interface SlashCommand {
  user: string;
  channel: string;
  /** With its slash, e.g. `/cinch`. */
  command: string;
  /** What comes after it. */
  text: string;
}

/**
 * Somebody types a slash command: one signed form post, whose answer is shown to them, or to all when it says so.
 * https://docs.slack.dev/interactivity/implementing-slash-commands
 */
export async function runCommand(store: Store, origin: string, typed: SlashCommand): Promise<Delivery> {
  const user = actor(store, typed.user);
  if (!canSee(store, user.id, typed.channel)) throw new ClientError(`${user.id} is not in ${typed.channel}`);
  const triggerId = newTrigger(store, user.id);
  // There is no message behind it: an answer that wants to replace one finds none.
  const responseUrl = newResponseUrl(store, origin, { channel: typed.channel, ts: '' }, user.id);
  const about = { kind: 'slash_command' as const, user: user.id, channel: typed.channel, triggerId, responseUrl };
  const delivery = await deliverForm(store, about, {
    token: 'deprecated-verification-token',
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: typed.channel,
    channel_name: channelName(store, typed.channel),
    user_id: user.id,
    user_name: user.name,
    command: typed.command,
    text: typed.text,
    api_app_id: BOT.appId,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: triggerId,
  });
  if (delivery.ok) showAnswer(store, typed, delivery.responseBody);
  return delivery;
}

/** Plain text is shown as it is, JSON as a message; without a word about it only to who typed it. */
function showAnswer(store: Store, typed: SlashCommand, body: string): void {
  if (body.trim() === '') return;
  const json = asObject(parseJson(body));
  const text = json ? String(json.text ?? '') : body;
  store.messages.push({
    channel: typed.channel,
    ts: nextTs(store),
    user: BOT.userId,
    bot_id: BOT.botId,
    text,
    blocks: [],
    ...(json?.response_type === 'in_channel' ? {} : { ephemeral_to: typed.user }),
    revision: 0,
  });
  changed(store);
}
