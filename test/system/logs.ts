import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { ClientConfig } from '../../local/system.ts';

/** Every line that is in CloudWatch Logs of an account and region, or those of one function. */
export async function readLogs(settings: ClientConfig, functionName?: string): Promise<string[]> {
  const logs = new CloudWatchLogsClient(settings);
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const names = logGroups.map(({ logGroupName = '' }) => logGroupName);
  const lines: string[] = [];
  for (const logGroupName of names.filter((name) => functionName === undefined || name === `/aws/lambda/${functionName}`)) {
    let nextToken: string | undefined;
    do {
      const page = await logs.send(new FilterLogEventsCommand({ logGroupName, ...(nextToken ? { nextToken } : {}) }));
      lines.push(...(page.events ?? []).map(({ message = '' }) => message));
      nextToken = page.nextToken;
    } while (nextToken);
  }
  return lines;
}
