import type { SlackInspector } from '../flows/doctor/slack-facts.ts';
import type { Card } from '../flows/ports.ts';
import { type CallerDeps, makeCaller } from './caller.ts';
import { SlackRefused } from './slack-errors.ts';

/** What doctor asks of Slack. It posts nothing, and takes back what doctor has posted when a person asked it to. */
export function makeInspector(deps: CallerDeps): SlackInspector {
  const call = makeCaller(deps);
  return {
    identity: async () => {
      const answer = await call('auth.test', {});
      // web-api puts the header X-OAuth-Scopes there.
      const scopes = answer.response_metadata?.scopes;
      return { teams: [answer.team_id, answer.enterprise_id].flatMap(textIn), scopes: scopes ? [...scopes] : null };
    },
    channel: async (id) => {
      const { channel } = await call('conversations.info', { channel: id });
      const { is_member, is_archived, name } = (channel ?? {}) as { is_member?: unknown; is_archived?: unknown; name?: unknown };
      return { name: typeof name === 'string' ? name : id, isMember: is_member === true, isArchived: is_archived === true };
    },
    validate: async (card: Card) => {
      try {
        await call('blocks.validate', { blocks: card.blocks });
        return [];
      } catch (error) {
        // What is wrong with them is an answer (https://docs.slack.dev/reference/methods/blocks.validate).
        if (error instanceof SlackRefused && error.slackError === 'invalid_blocks') return [error.slackError];
        throw error;
      }
    },
    takeBack: async (channel, ts) => {
      await call('chat.delete', { channel, ts });
    },
  };
}

const textIn = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);
