import * as z from 'zod/mini';
import { type Config, configSchema } from '../config/schema.ts';
import { parseJson } from '../flows/messages.ts';
import type { Clock, ConfigSource } from '../flows/ports.ts';
import { InvalidConfiguration, MalformedInput, TryAgain } from '../model/errors.ts';
import { errorCode, isPassing } from './aws-error.ts';
import type { LightClient } from './hub-client.ts';

const KEEP_MS = 60_000;

/** The configuration as JSON text in an SSM parameter of the hub, kept for a minute. Only a valid one is kept. */
export function makeConfigSource(deps: { hub: LightClient; clock: Clock; parameter: string }): ConfigSource {
  let kept: { config: Config; until: number } | undefined;
  let reading: Promise<Config> | undefined;
  const fetch = async (): Promise<Config> => {
    try {
      const config = await readConfig(deps.hub, deps.parameter);
      kept = { config, until: deps.clock.now().getTime() + KEEP_MS };
      return config;
    } finally {
      reading = undefined;
    }
  };
  return {
    read: async () => {
      if (kept && deps.clock.now().getTime() < kept.until) return kept.config;
      reading ??= fetch();
      return reading;
    },
  };
}

/** @throws InvalidConfiguration; TryAgain when the parameter store is busy. */
async function readConfig(hub: LightClient, parameter: string): Promise<Config> {
  let text: unknown;
  try {
    const answer = await hub.call('ssm', 'GetParameter', { Name: parameter });
    text = (answer.Parameter as { Value?: unknown } | undefined)?.Value;
  } catch (error) {
    if (isPassing(error)) throw new TryAgain(`the configuration ${parameter} could not be read: ${errorCode(error)}`);
    throw new InvalidConfiguration(`${parameter} could not be read: ${errorCode(error)}`);
  }
  if (typeof text !== 'string') throw new InvalidConfiguration(`${parameter} has no value`);
  return parseStored(text, parameter);
}

function parseStored(text: string, parameter: string): Config {
  let value: unknown;
  try {
    value = parseJson(text, parameter);
  } catch (error) {
    throw new InvalidConfiguration(error instanceof MalformedInput ? error.message : `${parameter}: unreadable`);
  }
  const parsed = z.safeParse(configSchema, value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.') || 'top'}: ${issue.message}`);
  throw new InvalidConfiguration(`${parameter}: ${problems.join('; ')}`);
}
