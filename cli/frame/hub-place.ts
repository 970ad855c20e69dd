import { REGION } from '../../shared/model/place.ts';
import { type BotFunction, botFunctionName } from '../../shared/names.ts';
import { type HubParts, wireOperate } from '../../shared/wire-operate.ts';
import { BadInput } from './bad-input.ts';

export interface HubOptions {
  readonly profile?: string;
  readonly region?: string;
}

/** The hub that the options name. @throws BadInput, AccessRefused when AWS knows no caller */
export async function openHub(options: HubOptions): Promise<HubParts & { readonly region: string }> {
  const world = wireOperate(options.profile === undefined ? {} : { profile: options.profile });
  const region = options.region ?? (await world.homeRegion());
  if (region === undefined) throw new BadInput('--region', 'name the hub’s region');
  if (!REGION.test(region)) throw new BadInput('--region', `${region} is not an AWS region, e.g. eu-central-1`);
  return { ...(await world.hubIn(region)), region };
}

/** What a function of the hub is told by a variable. @throws BadInput */
export async function variableOf(
  { inspector, region }: HubParts & { region: string },
  name: BotFunction,
  variable: string,
): Promise<string> {
  const found = await inspector.readFunction(name);
  const value = found?.environment[variable];
  if (value) return value;
  throw new BadInput(
    '--region',
    found
      ? `${botFunctionName(name)} has no ${variable}: deploy the hub again`
      : `no hub is in ${region}: ${botFunctionName(name)} is not there`,
  );
}
