import { createHash } from 'node:crypto';
import { CinchError, MalformedInput } from '../model/errors.ts';
import type { LightSlack, OpenedView } from '../slack/light-calls.ts';
import { checkDialog, dialogFor, loadingView } from '../slack/modals.ts';
import { DIALOG_IDS, type DialogAction, INPUTS } from '../slack/names.ts';
import {
  type ButtonRequest,
  type CommandRequest,
  type DialogRequest,
  parseSlackRequest,
  type ViewRequest,
} from '../slack/request.ts';
import { checkSignature, type SignatureProblem } from '../slack/signature.ts';
import { HELP, parseSlashCommand } from '../slack/slash-command.ts';
import type { ClickMessage, SlackMessage } from './messages.ts';
import type { Clock, Log, SlackSecret, SlackSecretSource } from './ports.ts';

/** What this flow needs: small on purpose, since a cold start has to answer within Slack's three seconds. */
export interface OnSlackWorld {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** The workspace (T...) or organization (E...) of the configuration. */
  readonly teamId: string;
  readonly secret: SlackSecretSource;
  readonly slack: LightSlack;
  /** True the first time within `seconds`. */
  claim(id: string, seconds: number): Promise<boolean>;
  /** Puts it on the clicks queue. `id` is unique for each request of Slack, for the queue's deduplication. */
  send(message: SlackMessage, id: string): Promise<void>;
  /** One metric line a bad signature. */
  countSignatureFailure(problem: SignatureProblem): void;
}

export interface HttpRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as Slack sent them. */
  readonly body: Uint8Array;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Bytes. The largest request that Cinch's own messages can lead to is a button in a page of 12,000 characters, of which Slack's form makes up to
 * nine bytes each: half of this. What is longer is not Slack's, and isn't hashed either.
 */
export const MAX_BODY = 256 * 1024;
/** Longer than a signature is good for, in both directions of the clock. */
const REPLAY_SECONDS = 600;
const REFRESH_MS = 60_000;

const ok = (body = ''): HttpAnswer => ({ statusCode: 200, body });
const json = (body: object): HttpAnswer => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const refuse = (statusCode: number, body: string): HttpAnswer => ({ statusCode, body });

/**
 * Makes the function that answers Slack: verifies, refuses replays, opens modals, queues clicks and commands. It decides nothing: who may do
 * what is checked by notify against the ledger. The answer never throws and is 200 for nothing that Slack did not sign.
 */
export function makeOnSlack(world: OnSlackWorld): (request: HttpRequest) => Promise<HttpAnswer> {
  let refreshedAt = Number.NEGATIVE_INFINITY;

  /** After a rotation the remembered secret is old: a mismatch reads it again, but strangers can't make that happen more than once a minute. */
  async function verify(request: HttpRequest): Promise<{ secret: SlackSecret } | { problem: SignatureProblem }> {
    const signed = {
      body: request.body,
      timestamp: request.headers['x-slack-request-timestamp'],
      signature: request.headers['x-slack-signature'],
    };
    let secret = await world.secret.read();
    let problem = checkSignature(signed, secret.signingSecret, world.clock.now());
    if (problem === 'mismatch' && world.clock.now().getTime() - refreshedAt >= REFRESH_MS) {
      refreshedAt = world.clock.now().getTime();
      secret = await world.secret.refresh();
      problem = checkSignature(signed, secret.signingSecret, world.clock.now());
    }
    return problem ? { problem } : { secret };
  }

  return async (request) => {
    try {
      if (request.body.length > MAX_BODY) return refuse(413, 'too large');
      const verified = await verify(request);
      if ('problem' in verified) {
        world.countSignatureFailure(verified.problem);
        return refuse(401, 'bad signature');
      }
      return await answerVerified(world, request, verified.secret);
    } catch (error) {
      if (error instanceof MalformedInput) {
        world.log.error('malformed request', { why: error.message });
        return refuse(400, 'malformed');
      }
      // Secrets Manager or the ledger is down. Nothing was queued, and Slack shows the user that the click failed.
      world.log.error('request failed', { why: error instanceof CinchError ? error.message : nameOf(error) });
      return refuse(503, 'try again');
    }
  };
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

async function answerVerified(world: OnSlackWorld, request: HttpRequest, secret: SlackSecret): Promise<HttpAnswer> {
  const { headers } = request;
  const delivery = sha256(`${headers['x-slack-request-timestamp']} ${headers['x-slack-signature']}`);
  // Slack's own ids are in the body: the same click, delivered again, has the same.
  const id = sha256(request.body);
  const parsed = parseSlackRequest(Buffer.from(request.body).toString('utf8'), headers['content-type'], world.teamId);
  if (!(await world.claim(`slack-${delivery}`, REPLAY_SECONDS))) {
    world.log.error('replayed request refused', { request: id });
    return refuse(409, 'replayed');
  }
  switch (parsed.kind) {
    case 'url-verification':
      return json({ challenge: parsed.challenge });
    case 'ssl-check':
      return ok();
    case 'ignored':
      world.log.info('request ignored', { type: parsed.type });
      return ok();
    case 'other-team':
      world.log.error('request of another workspace refused', { request: id });
      return refuse(403, 'another workspace');
    case 'button':
      return answerButton(world, secret, parsed, id);
    case 'view':
      return answerView(world, secret, parsed, id);
    case 'dialog':
      return answerDialog(world, parsed, id);
    case 'command':
      return answerCommand(world, parsed, id);
  }
}

const isDialog = (action: string): action is DialogAction => Object.hasOwn(DIALOG_IDS, action);

async function answerButton(world: OnSlackWorld, secret: SlackSecret, click: ButtonRequest, id: string): Promise<HttpAnswer> {
  const { action, card, hours } = click;
  if (isDialog(action)) {
    const opened = await open(world, secret, click, dialogFor(action, card));
    return 'viewId' in opened ? ok() : tell(world, click, 'The dialog could not be opened. Click again.');
  }
  const queued = await enqueue(world, { ...clickOf(click, id), action, ...NOTHING_TYPED, hours }, id);
  return queued ? ok() : tell(world, click, 'Your click could not be recorded, and nothing was changed. Click again.');
}

/** The modal opens empty, at once: its trigger lives three seconds. Another page goes into the one that is open. */
async function answerView(world: OnSlackWorld, secret: SlackSecret, wanted: ViewRequest, id: string): Promise<HttpAnswer> {
  const { view, page, message, userId } = wanted;
  const turned = wanted.isTurn ? wanted.viewId : null;
  const opened = turned === null ? await open(world, secret, wanted, loadingView(view, message)) : { viewId: turned };
  if ('problem' in opened) return tell(world, wanted, 'The window could not be opened. Click again.');
  const queued = await enqueue(world, { kind: 'view', view, id: wanted.id, page, viewId: opened.viewId, userId, ...message }, id);
  return queued ? ok() : tell(world, wanted, 'It can’t be shown at the moment. Click again.');
}

async function open(
  world: OnSlackWorld,
  secret: SlackSecret,
  click: ButtonRequest | ViewRequest,
  view: object,
): Promise<OpenedView> {
  const opened = await world.slack.openView(secret.botToken, click.triggerId, view, click.viewId === null ? 'message' : 'modal');
  if ('problem' in opened) world.log.error('modal not opened', { user: click.userId, problem: opened.problem });
  return opened;
}

async function answerDialog(world: OnSlackWorld, dialog: DialogRequest, id: string): Promise<HttpAnswer> {
  const answer = checkDialog(dialog.action, dialog);
  if ('errors' in answer) return json({ response_action: 'errors', errors: answer.errors });
  if (await enqueue(world, { ...clickOf(dialog, id), action: dialog.action, ...answer, hours: null }, id)) return ok();
  const errors = { [INPUTS.reason]: 'This could not be recorded, and nothing was changed. Submit again.' };
  return json({ response_action: 'errors', errors });
}

/** What is wrong with a command is said at once; what it does is said by notify, through the response url. */
async function answerCommand(world: OnSlackWorld, command: CommandRequest, id: string): Promise<HttpAnswer> {
  const { text, userId, responseUrl } = command;
  const parsed = parseSlashCommand(text);
  if ('problem' in parsed) return whisper(`${parsed.problem}\n${HELP}`);
  if (parsed.verb === 'help') return whisper(HELP);
  const at = world.clock.now().toISOString();
  const queued = await enqueue(world, { kind: 'command', text, userId, responseUrl, at }, id);
  // The answer follows in a moment; a line that says so would stay beside it.
  return queued ? ok() : whisper('This could not be recorded, and nothing was changed. Try again.');
}

const whisper = (text: string): HttpAnswer => json({ response_type: 'ephemeral', text });

const NOTHING_TYPED = { reason: null, days: null, owner: null, typedName: null } as const;

const clickOf = (
  { card, userId }: ButtonRequest | DialogRequest,
  id: string,
): Pick<ClickMessage, 'kind' | 'id' | 'planId' | 'channel' | 'ts' | 'userId'> => ({
  kind: 'click',
  id,
  planId: card.planId,
  channel: card.channel,
  ts: card.ts,
  userId,
});

/** Slack does not send a click again, so a queue that is down must be told to the user. */
async function enqueue(world: OnSlackWorld, message: SlackMessage, id: string): Promise<boolean> {
  const what = message.kind === 'click' ? message.action : message.kind;
  const ids = { action: what, about: aboutOf(message), user: message.userId, request: id };
  try {
    await world.send(message, id);
    world.log.info('click queued', ids);
    return true;
  } catch (error) {
    world.log.error('click not queued', { ...ids, why: nameOf(error) });
    return false;
  }
}

/** What is decided or shown one after another: the queue's group. */
export function aboutOf(message: SlackMessage): string {
  if (message.kind === 'click') return message.planId;
  return message.kind === 'view' ? message.viewId : 'command';
}

/** In a modal there is nobody to whisper to: then Slack itself shows that it failed. */
async function tell(world: OnSlackWorld, click: ButtonRequest | ViewRequest, text: string): Promise<HttpAnswer> {
  if (click.responseUrl === null) return refuse(503, 'try again');
  const problem = await world.slack.whisper(click.responseUrl, text);
  if (problem) world.log.error('user not told', { user: click.userId, problem });
  return ok();
}
