import type { RuleContext } from '../../model/rule.ts';
import { arnParts } from '../../policy/wildcards.ts';
import { layerPublisher } from './layer-accounts.ts';

type Context = RuleContext<'function'>;

export interface Layer {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
}

/** `arn:aws:lambda:eu-central-1:222222222222:layer:shared:7` in its parts. */
export function layerOf(arn: string): Layer {
  const [, , , , account = '', rest = ''] = arnParts(arn);
  return { arn, account, name: rest.split(':')[1] ?? '' };
}

/** Whether a layer comes from an account whose code the function may run: its own, an allowed one, AWS's or a known vendor's. */
export function isTrustedLayer(arn: string, { resource, settings }: Context): boolean {
  const { account } = layerOf(arn);
  return (
    account === resource.account ||
    settings.allowedAccounts.includes(account) ||
    settings.layerAccounts.includes(account) ||
    layerPublisher(account) !== undefined
  );
}

export const untrustedLayers = (layers: readonly string[], context: Context): string[] =>
  layers.filter((arn) => !isTrustedLayer(arn, context));
