import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { asObject } from './requests.ts';

/** A slash command of the installed app, as the composer proposes it. */
export interface KnownCommand {
  command: string;
  description: string;
  usage: string;
}

const MANIFEST = fileURLToPath(new URL('../../docs/slack-app-manifest.yaml', import.meta.url));
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The commands that the app's manifest names: what Slack would know after its installation. */
export function readCommands(file = MANIFEST): KnownCommand[] {
  const features = asObject(asObject(parse(readFileSync(file, 'utf8')))?.features);
  const commands = Array.isArray(features?.slash_commands) ? features.slash_commands : [];
  return commands.map((entry) => {
    const { command, description, usage_hint } = asObject(entry) ?? {};
    return { command: text(command), description: text(description), usage: text(usage_hint) };
  });
}
