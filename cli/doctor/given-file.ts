import { parseConfig } from '../../shared/config/load.ts';
import type { Config } from '../../shared/config/schema.ts';
import { type Check, checked, fine, warned } from '../../shared/flows/doctor/check.ts';
import { HUB } from '../../shared/flows/doctor/hub-checks.ts';
import type { Known } from '../../shared/model/unknown.ts';
import { RULES } from '../../shared/rules/index.ts';
import { readText } from '../frame/read-files.ts';

export interface GivenFile {
  readonly file: string;
  readonly config: Config;
}

/** @throws BadInput, InvalidConfiguration */
export function readGivenFile(file: string): GivenFile {
  const ids = RULES.map(({ id }) => id);
  return { file, config: parseConfig(readText(file), file, ids) };
}

/** Whether the file is what runs. */
export function compareFile({ file, config }: GivenFile, deployed: Known<Config>): Check {
  const subject = { place: HUB, id: 'deployed', title: `What is deployed is ${file}` };
  return checked(subject, deployed, 'mend the configuration first', (running) => {
    const parts = (Object.keys(config) as (keyof Config)[]).filter(
      (key) => JSON.stringify(running[key]) !== JSON.stringify(config[key]),
    );
    if (parts.length === 0) return fine('the same');
    return warned(
      `other settings run: ${parts.join(', ')}`,
      `npx cdk diff CinchHub --context config=${file}, then deploy what is wanted`,
    );
  });
}
