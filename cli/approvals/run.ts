import * as z from 'zod/mini';
import type { Clock } from '../../shared/flows/ports.ts';
import { MalformedInput } from '../../shared/model/errors.ts';
import { wireApprovals } from '../../shared/wire-approvals.ts';
import { BadInput } from '../frame/bad-input.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { nearest } from '../frame/nearest.ts';
import { note, print, printJson } from '../frame/output.ts';
import { lineWidth } from '../frame/table.ts';
import { type ApprovalsOptions, VERBS, type Verb } from './command.ts';
import { type ApprovalEntry, approvalsDocument, approvalView } from './document.ts';
import { approvalsTable, approvalWords } from './print.ts';

type World = ReturnType<typeof wireApprovals>;

/** How long a decision is waited for, and then what came of it: the change itself goes on without us. */
const DECIDED_MS = 30_000;
const APPLIED_MS = 60_000;

/** Answers the exit code. @throws BadInput */
export async function runApprovals(typed: string, id: string | undefined, options: ApprovalsOptions): Promise<number> {
  const verb = VERBS.find((known) => known === typed);
  if (!verb) throw new BadInput('verb', `${typed} is none of ${VERBS.join(', ')}${hint(typed)}`);
  if (verb !== 'list' && (id === undefined || !/^[\w.:-]{1,200}$/.test(id)))
    throw new BadInput('id', `${verb} needs the id of a plan`);
  if (verb === 'deny' && !options.reason?.trim()) throw new BadInput('--reason', 'a denial needs one');
  const world = wireApprovals({ url: urlOf(options), ...(options.profile === undefined ? {} : { profile: options.profile }) });
  if (verb === 'list') return list(world, options);
  if (verb === 'show') return show(await read(world, id ?? ''), options);
  return decide(world, verb, id ?? '', options);
}

function hint(typed: string): string {
  const near = nearest(typed, VERBS);
  return near === undefined ? '' : `: ${near}?`;
}

function urlOf({ url }: ApprovalsOptions): URL {
  if (!url) throw new BadInput('--url', "name the hub stack's output ApprovalsUrl, or set CINCH_APPROVALS_URL");
  if (!URL.canParse(url)) throw new BadInput('--url', `${url} is no URL`);
  const parsed = new URL(url);
  if (!parsed.pathname.endsWith('/approvals')) throw new BadInput('--url', `${url} does not end with /approvals`);
  return parsed;
}

async function list(world: World, options: ApprovalsOptions): Promise<number> {
  const document = z.parse(approvalsDocument, await ask(world, 'GET', ''));
  if (options.format === 'json') await printJson(document);
  else await print(approvalsTable(document.approvals, coloursOf(process.stdout), lineWidth(process.stdout)).join('\n'));
  return EXIT.clean;
}

async function show(plan: ApprovalEntry, options: ApprovalsOptions): Promise<number> {
  if (options.format === 'json') await printJson({ approvals: [plan] });
  else await print(approvalWords(plan, coloursOf(process.stdout)).join('\n'));
  return EXIT.clean;
}

const read = async (world: World, id: string): Promise<ApprovalEntry> => z.parse(approvalView, await ask(world, 'GET', `/${id}`));

/** Queues the decision, and waits until it is made: the ledger's history then has a line of it. */
async function decide(
  world: World,
  verb: Exclude<Verb, 'list' | 'show'>,
  id: string,
  options: ApprovalsOptions,
): Promise<number> {
  const before = await read(world, id);
  const reason = options.reason === undefined ? {} : { reason: options.reason };
  await ask(world, 'POST', `/${id}`, { action: verb, ...reason });
  const decided = await until(
    world.clock,
    DECIDED_MS,
    () => read(world, id),
    (plan) => plan.history.length > before.history.length,
  );
  if (!decided)
    throw new BadInput(id, `nothing was decided within ${DECIDED_MS / 1000} s: look at it again with 'cinch approvals show'`);
  const refusal = decided.history.slice(before.history.length).find(({ what }) => what.endsWith('refused'));
  if (refusal) {
    note(`cinch approvals: ${refusal.detail}`);
    return EXIT.findings;
  }
  const ended = isEnded(decided) ? decided : await until(world.clock, APPLIED_MS, () => read(world, id), isEnded);
  return show(ended ?? decided, options);
}

const isEnded = ({ status }: ApprovalEntry): boolean => status !== 'approved' && status !== 'applying';

async function until<T>(
  clock: Clock,
  ms: number,
  look: () => Promise<T>,
  isThere: (value: T) => boolean,
): Promise<T | undefined> {
  const end = clock.now().getTime() + ms;
  for (;;) {
    const value = await look();
    if (isThere(value)) return value;
    if (clock.now().getTime() >= end) return undefined;
    await clock.sleep(400);
  }
}

/** @throws BadInput when the hub refuses, with its words. */
async function ask(world: World, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const answer = await world.api.call(method, path, body);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  if (answer.status === 403) throw new BadInput('access', 'IAM does not let you: you need execute-api:Invoke on the hub’s API');
  const { message } = (answer.body ?? {}) as { message?: unknown };
  if (typeof message !== 'string') throw new MalformedInput('answer of the hub', 'message', `missing (status ${answer.status})`);
  throw new BadInput(path.slice(1) || 'approvals', message);
}
