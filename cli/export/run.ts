import { isGone } from '../../shared/aws/aws-error.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { type FindingsWorld, wireFindings } from '../../shared/wire-findings.ts';
import { BadInput } from '../frame/bad-input.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { print } from '../frame/output.ts';
import { lineWidth } from '../frame/table.ts';
import { type Choice, inOrder, readChoice } from './choose.ts';
import type { FindingsOptions } from './command.ts';
import { findingsList, formatted } from './print.ts';

const AFTER_ALL = '9999';

/** Answers the exit code. @throws BadInput, AccessRefused, AwsError */
export async function runFindings(options: FindingsOptions): Promise<number> {
  const world = wireFindings(options.profile === undefined ? {} : { profile: options.profile });
  // Before the ledger is read: an import tells how things were then.
  const now = world.clock.now();
  const choice = readChoice(options, now);
  if (!options.table) throw new BadInput('--table', "name the hub stack's output LedgerTable, or set CINCH_TABLE");
  const rulesUrl = options.rulesUrl;
  if (rulesUrl !== undefined && !/^https:\/\/\S+$/.test(rulesUrl))
    throw new BadInput('--rules-url', `${rulesUrl} is no https URL`);
  const region = options.region ?? (await world.homeRegion());
  if (region === undefined) throw new BadInput('--region', 'neither it nor the profile nor AWS_REGION names a region');
  // Who asks is told first: what DynamoDB says to a stranger is not.
  const { account } = await world.whoAmI();
  const findings = inOrder((await readAll(world.ledger(region, options.table), choice, options.table)).filter(choice.shows));
  await print(
    options.format === 'table'
      ? findingsList(findings, coloursOf(process.stdout), lineWidth(process.stdout)).join('\n')
      : formatted(findings, options, { account, region, at: now.toISOString() }),
  );
  return EXIT.clean;
}

async function readAll(
  ledger: ReturnType<FindingsWorld['ledger']>,
  { statuses, since }: Choice,
  table: string,
): Promise<Finding[]> {
  try {
    return (await Promise.all(statuses.map((status) => ledger.findingsByStatus(status, AFTER_ALL, since)))).flat();
  } catch (error) {
    if (isGone(error)) throw new BadInput(table, 'there is no such table in the account and region that you ask as and in');
    throw error;
  }
}
