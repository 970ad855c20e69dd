import { REGION } from '../../shared/model/place.ts';
import { partitionOf } from '../../shared/model/resource.ts';
import { BadInput } from '../frame/bad-input.ts';
import type { ScanOptions } from './command.ts';

/** Where to look, and as whom. */
export interface Targets {
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/;

/** The role to assume in an account, as the options say. @throws BadInput for options that contradict each other or name nothing. */
export function rolesOf(options: ScanOptions): (account: string) => string | undefined {
  for (const account of options.accounts ?? [])
    if (!/^\d{12}$/.test(account)) throw new BadInput(account, 'an account has 12 digits');
  for (const region of options.regions ?? [])
    if (!REGION.test(region)) throw new BadInput(region, 'not an AWS region, e.g. eu-central-1');
  const arns = new Map((options.roleArn ?? []).map((arn) => [accountOfRole(arn), arn]));
  if (arns.size > 0 && options.roleName !== undefined) throw new BadInput('--role-name', 'give it or --role-arn, not both');
  if (options.accounts !== undefined && arns.size === 0 && options.roleName === undefined)
    throw new BadInput('--accounts', 'name the role to assume in them: --role-name');
  const partition = partitionOf(options.regions?.[0] ?? '');
  return (account) => {
    const name = options.roleName;
    return name === undefined ? arns.get(account) : `arn:${partition}:iam::${account}:role/${name}`;
  };
}

function accountOfRole(arn: string): string {
  const account = ROLE_ARN.exec(arn)?.[1];
  if (account === undefined) throw new BadInput(arn, "not a role's ARN, e.g. arn:aws:iam::111111111111:role/audit");
  return account;
}

/** Without accounts those of the roles, or the caller's own; without regions the one of the profile. @throws BadInput when there is none. */
export async function targetsOf(
  options: ScanOptions,
  world: { whoAmI(): Promise<{ account: string }>; homeRegion(): Promise<string | undefined> },
): Promise<Targets> {
  const named = options.accounts ?? [...new Set((options.roleArn ?? []).map(accountOfRole))];
  const accounts = named.length > 0 ? [...new Set(named)] : [(await world.whoAmI()).account];
  const home = options.regions === undefined ? await world.homeRegion() : undefined;
  const regions = options.regions ?? (home === undefined ? [] : [home]);
  if (regions.length === 0) throw new BadInput('--regions', 'neither they nor the profile nor AWS_REGION name a region');
  return { accounts, regions: [...new Set(regions)] };
}
