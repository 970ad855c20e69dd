import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { HUB, type System } from '../local/system.ts';
import { BOT_FUNCTIONS, botFunctionName } from '../shared/names.ts';

/** What the functions logged as errors, with how often: a figure is worth little when messages failed and were tried again. */
export async function errorLines(system: System): Promise<Map<string, number>> {
  const logs = new CloudWatchLogsClient(system.clientConfig(HUB.account, HUB.region));
  const counted = new Map<string, number>();
  for (const name of BOT_FUNCTIONS) {
    let nextToken: string | undefined;
    do {
      const page = await logs
        .send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${botFunctionName(name)}`, nextToken }))
        // A function that never ran has no log group here.
        .catch(() => undefined);
      for (const { message = '' } of page?.events ?? []) {
        if (!message.includes('"level":"error"')) continue;
        const { message: what, error, reason } = parse(message);
        const line = `${name}: ${[what, error, reason].filter(Boolean).join(', ')}`.replaceAll(/\S*bench-\S*/g, '<it>');
        counted.set(line, (counted.get(line) ?? 0) + 1);
      }
      nextToken = page?.nextToken;
    } while (nextToken);
  }
  return counted;
}

function parse(line: string): { message?: string; error?: string; reason?: string } {
  try {
    return JSON.parse(line.slice(line.indexOf('{'))) as { message?: string; error?: string; reason?: string };
  } catch {
    return { message: 'a line that is no JSON' };
  }
}
