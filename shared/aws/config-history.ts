import type { ConfigHistory, ConfigVersion } from '../flows/ports.ts';
import type { LightClient } from './hub-client.ts';

export interface ConfigParameter {
  readonly hub: LightClient;
  readonly parameter: string;
}

/** The versions of the configuration's parameter, of which SSM keeps the last hundred. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
export const makeConfigHistory = ({ hub, parameter }: ConfigParameter): ConfigHistory => ({
  latest: async () => {
    const { Parameter = {} } = (await hub.call('ssm', 'GetParameter', { Name: parameter })) as { Parameter?: Raw };
    return Number(Parameter.Version ?? 0);
  },
  versions: async () => {
    const found: ConfigVersion[] = [];
    let NextToken: unknown;
    do {
      const answer = await hub.call('ssm', 'GetParameterHistory', {
        Name: parameter,
        MaxResults: 50,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      for (const raw of (answer.Parameters ?? []) as Raw[]) found.push(versionFrom(raw));
      NextToken = answer.NextToken || undefined;
    } while (NextToken !== undefined);
    return found.sort((one, other) => one.version - other.version);
  },
});

interface Raw {
  readonly Version?: number;
  readonly Value?: string;
  readonly LastModifiedUser?: string;
  /** Seconds. */
  readonly LastModifiedDate?: number;
}

const versionFrom = ({ Version = 0, Value = '', LastModifiedUser, LastModifiedDate = 0 }: Raw): ConfigVersion => ({
  version: Version,
  text: Value,
  by: LastModifiedUser ?? 'unknown',
  at: new Date(LastModifiedDate * 1000).toISOString(),
});
