import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { HUB, type System } from '../../local/system.ts';
import { cinch } from '../cli/run-cinch.ts';
import type { HubView } from './hub.ts';

/** Everything that the command line prints of what the hub knows: the report, the findings in each format, every finding's story. */
export async function printed(system: System, hub: HubView): Promise<Record<string, string>> {
  const settings = system.clientConfig(HUB.account, HUB.region);
  const { TableNames = [] } = await new DynamoDBClient(settings).send(new ListTablesCommand({}));
  const env = { ...system.cloud.env(HUB.account, HUB.region), CINCH_TABLE: TableNames[0] };
  const print = async (...args: string[]): Promise<[string, string]> => {
    const { code, stdout, stderr } = await cinch(args, { env });
    if (code === 2) throw new Error(stderr);
    return [args.join(' '), stdout + stderr];
  };
  const formats = ['table', 'csv', 'json', 'asff', 'ocsf'];
  const [found] = await hub.findings();
  return Object.fromEntries([
    ...(await Promise.all(['html', 'json'].map((format) => print('report', '--format', format)))),
    ...(await Promise.all(formats.map((format) => print('findings', '--status', 'all', '--format', format)))),
    await print('trace', found?.id ?? '', '--format', 'json'),
  ]);
}
