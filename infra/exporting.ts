import type { Config } from '../shared/config/schema.ts';
import { BOT_FUNCTIONS, type BotFunction } from '../shared/names.ts';

/** Whether findings are told anywhere else; without it nothing of the export is deployed. */
export const isExporting = ({ exports }: Config): boolean => exports.securityHub;

/** The functions of this installation. */
export const deployedFunctions = (config: Config): BotFunction[] =>
  BOT_FUNCTIONS.filter((name) => name !== 'export' || isExporting(config));

/** One of each function; `export` where it is deployed. */
export type ByFunction<T> = Readonly<Record<Exclude<BotFunction, 'export'>, T>> & { readonly export?: T };
