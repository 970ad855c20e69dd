import * as z from 'zod/mini';
import { type Check, factOf, unsure } from '../../shared/flows/doctor/check.ts';
import { checkHub } from '../../shared/flows/doctor/check-hub.ts';
import { HUB } from '../../shared/flows/doctor/hub-checks.ts';
import { SLACK } from '../../shared/flows/doctor/slack-checks.ts';
import type { ConfigSource } from '../../shared/flows/ports.ts';
import { MalformedInput } from '../../shared/model/errors.ts';
import { REGION } from '../../shared/model/place.ts';
import { isUnknown, type Known, type Unknown } from '../../shared/model/unknown.ts';
import { type BotFunction, botFunctionName } from '../../shared/names.ts';
import { type DoctorWorld, wireDoctor } from '../../shared/wire-doctor.ts';
import { BadInput } from '../frame/bad-input.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { note, print, printJson } from '../frame/output.ts';
import { terminalWidth } from '../frame/table.ts';
import type { DoctorOptions } from './command.ts';
import { checkEntry, type DoctorDocument } from './document.ts';
import { compareFile, type GivenFile, readGivenFile } from './given-file.ts';
import { doctorWords } from './print.ts';

interface Place {
  readonly account: string;
  readonly region: string;
}

/** Answers the exit code. @throws BadInput, AccessRefused when AWS knows no caller. */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const given = options.config === undefined ? undefined : readGivenFile(options.config);
  const world = wireDoctor(options.profile === undefined ? {} : { profile: options.profile });
  const place = await placeOf(options, given, world);
  if (process.stderr.isTTY)
    note(`looking at the hub in ${place.account} ${place.region}, Slack and the members; this may take a minute`);
  const hub = world.hubIn(place.region, place.account);
  const found = await Promise.all([
    checkHub(hub),
    fileChecks(given, hub.config),
    askChecks(world, place, { name: 'notify', post: options.post === true, about: SLACK }),
    askChecks(world, place, { name: 'sweep', post: false, about: 'members' }),
  ]);
  const document = documentOf(place, found.flat());
  if (options.format === 'json') await printJson(document);
  else
    await print(doctorWords(document, options.all === true, coloursOf(process.stdout), terminalWidth(process.stdout)).join('\n'));
  return document.summary.broken + document.summary.unknown > 0 ? EXIT.findings : EXIT.clean;
}

async function placeOf(options: DoctorOptions, given: GivenFile | undefined, world: DoctorWorld): Promise<Place> {
  const region = options.region ?? given?.config.hub.region ?? (await world.homeRegion());
  if (region === undefined) throw new BadInput('--region', 'name the hub’s region, or its cinch.yaml with --config');
  if (!REGION.test(region)) throw new BadInput('--region', `${region} is not an AWS region, e.g. eu-central-1`);
  const { account } = await world.whoAmI();
  if (given && given.config.hub.account !== account)
    throw new BadInput(
      '--profile',
      `these credentials are of account ${account}; the hub of ${given.file} is in ${given.config.hub.account}`,
    );
  return { account, region };
}

const fileChecks = async (given: GivenFile | undefined, config: ConfigSource): Promise<Check[]> =>
  given ? [compareFile(given, await factOf('the deployed configuration', () => config.read()))] : [];

const checkPage = z.object({ checks: z.array(checkEntry), next: z.nullable(z.string()) });

/** Page after page. A function that does not answer leaves all that it would have looked at unknown. */
async function askChecks(
  world: DoctorWorld,
  { account, region }: Place,
  { name, post, about }: { readonly name: BotFunction; readonly post: boolean; readonly about: string },
): Promise<Check[]> {
  const checks: Check[] = [];
  let after: string | null = null;
  do {
    const from: string | null = after;
    const page: Known<z.output<typeof checkPage>> = await factOf(
      `what ${botFunctionName(name)} sees${from === null ? '' : ` of accounts after ${from}`}`,
      async () => {
        const found = checkPage.parse(await world.ask(region, account, name, { cinch: 'check', after: from, post }));
        if (from !== null && found.next !== null && found.next <= from)
          throw new MalformedInput('page', 'next', 'does not go on');
        return found;
      },
    );
    if (isUnknown(page)) return [...checks, unasked(page, name, about)];
    checks.push(...page.checks);
    after = page.next;
    if (after !== null && process.stderr.isTTY) note(`${botFunctionName(name)} has looked at accounts up to ${after}`);
  } while (after !== null);
  return checks;
}

function unasked(why: Unknown, name: BotFunction, place: string): Check {
  const mend = `mend ${HUB} first; its log: aws logs tail /aws/lambda/${botFunctionName(name)} --since 15m; the hub must be of this version`;
  return { place, id: 'asked', title: `${botFunctionName(name)} looks at it`, ...unsure(why, mend) };
}

function documentOf(hub: Place, checks: Check[]): DoctorDocument {
  const count = (verdict: Check['verdict']): number => checks.filter((check) => check.verdict === verdict).length;
  const summary = { ok: count('ok'), warning: count('warning'), broken: count('broken'), unknown: count('unknown') };
  return { hub, checks, summary };
}
