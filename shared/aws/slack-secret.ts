import { parseJson } from '../flows/messages.ts';
import type { Clock, SlackSecret, SlackSecretSource } from '../flows/ports.ts';
import { MalformedInput } from '../model/errors.ts';
import type { LightClient } from './hub-client.ts';

const REFRESH_MS = 60_000;

/** The secret `{"signingSecret", "botToken"}`. @throws MalformedInput, AwsError */
export function makeSlackSecret(deps: { hub: LightClient; clock: Clock; arn: string }): SlackSecretSource {
  let kept: { secret: Promise<SlackSecret>; at: number } | undefined;
  const fetch = (): Promise<SlackSecret> => {
    const secret = readSecret(deps.hub, deps.arn);
    const mine = { secret, at: deps.clock.now().getTime() };
    const before = kept;
    kept = mine;
    // A failed read is not kept: the former secret, or none, is.
    secret.catch(() => {
      if (kept === mine) kept = before;
    });
    return secret;
  };
  return {
    read: () => kept?.secret ?? fetch(),
    refresh: () => (kept && deps.clock.now().getTime() - kept.at < REFRESH_MS ? kept.secret : fetch()),
  };
}

async function readSecret(hub: LightClient, arn: string): Promise<SlackSecret> {
  const answer = await hub.call('secretsmanager', 'GetSecretValue', { SecretId: arn });
  const what = 'Slack secret';
  if (typeof answer.SecretString !== 'string') throw new MalformedInput(what, 'SecretString', 'missing');
  const value = parseJson(answer.SecretString, what) as Partial<Record<keyof SlackSecret, unknown>> | null;
  const { signingSecret, botToken } = value ?? {};
  if (typeof signingSecret !== 'string' || signingSecret === '') throw new MalformedInput(what, 'signingSecret', 'missing');
  if (typeof botToken !== 'string' || botToken === '') throw new MalformedInput(what, 'botToken', 'missing');
  return { signingSecret, botToken };
}
