import type { Config } from '../../config/schema.ts';
import { isUnknown } from '../../model/unknown.ts';
import { sampleCard } from '../../slack/sample-card.ts';
import type { World } from '../ports.ts';
import { type Check, checked, factOf, fine, type Subject } from './check.ts';
import { SLACK, slackChecks } from './slack-checks.ts';
import { readSlackFacts, type SlackInspector } from './slack-facts.ts';

export type CheckSlackWorld = Pick<World, 'clock' | 'config' | 'desk'> & { readonly inspector: SlackInspector };

/** Whether Slack lets Cinch do its work, asked with the token that `notify` has. Posts nothing. */
export async function checkSlack(world: CheckSlackWorld): Promise<Check[]> {
  const config = await readConfiguration(world);
  if (isUnknown(config)) return [checked(CONFIGURED, config, DEPLOY_CONFIG, () => fine(''))];
  return slackChecks(config, await readSlackFacts(world, config, sampleCard(world.clock.now())));
}

const CONFIGURED: Subject = { place: SLACK, id: 'configuration', title: 'The configuration says which workspace' };
export const DEPLOY_CONFIG = 'npx cinch validate cinch.yaml && npx cdk deploy CinchHub';

export const readConfiguration = (world: Pick<World, 'config'>) => factOf<Config>('the configuration', () => world.config.read());
