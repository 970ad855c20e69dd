import { CinchError, TryAgain } from '../model/errors.ts';

/** The message is gone: somebody deleted it, or the channel with it. */
export class CardGone extends CinchError {
  constructor(message: string) {
    super('card-gone', message);
  }
}

/** Slack won't, and asking again changes nothing: a missing scope, a channel the bot is not in, a revoked token. */
export class SlackRefused extends CinchError {
  /** Slack's own word, e.g. `not_in_channel`. */
  readonly slackError: string;
  constructor(method: string, slackError: string) {
    super('slack-refused', `Slack refused ${method}: ${slackError}`);
    this.slackError = slackError;
  }
}

/** The call may or may not have had its effect: it was cut off on the way. */
export class OutcomeUnknown extends TryAgain {}
