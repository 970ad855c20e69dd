import type { Config } from './schema.ts';

/** The configuration as it lies in its SSM parameter: JSON. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */

const ADVANCED_BYTES = 8192;

/** Up to 4 KB it costs nothing; above, SSM makes it an advanced parameter, which it then stays. */
export const STORED_TIER = 'Intelligent-Tiering';

export const storedText = (config: Config): string => JSON.stringify(config);

/** Why a text can't be stored; undefined when it can. */
export function whyTooLarge(text: string): string | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes <= ADVANCED_BYTES) return undefined;
  return `the configuration has ${bytes} bytes as JSON; an SSM parameter holds ${ADVANCED_BYTES}: say things for units in place of accounts`;
}
