import { idsOf } from '../../shared/flows/messages.ts';
import { ENV } from '../../shared/names.ts';
import { BadInput } from '../frame/bad-input.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { openHub, variableOf } from '../frame/hub-place.ts';
import { nearest } from '../frame/nearest.ts';
import { print, printJson } from '../frame/output.ts';
import { lineWidth } from '../frame/table.ts';
import type { RedriveOptions } from './command.ts';
import type { DeadQueueEntry } from './document.ts';
import { redriveWords } from './print.ts';
import { DEAD_QUEUES, type DeadQueueName, findDead } from './queues.ts';

type Hub = Awaited<ReturnType<typeof openHub>>;

/** Answers the exit code. @throws BadInput, AccessRefused, AwsError */
export async function runRedrive(typed: string | undefined, options: RedriveOptions): Promise<number> {
  const names = namesOf(typed);
  const hub = await openHub(options);
  const table = await variableOf(hub, 'sweep', ENV.table);
  const queues: DeadQueueEntry[] = [];
  for (const name of names) {
    const entry = await lookAt(hub, table, name, options.yes === true);
    if (entry) queues.push(entry);
    else if (typed !== undefined) throw new BadInput(name, 'this installation has no such queue');
  }
  if (options.format === 'json') await printJson({ queues });
  else await print(redriveWords(queues, coloursOf(process.stdout), lineWidth(process.stdout)).join('\n'));
  return queues.some(({ messages, moved }) => messages.length > 0 && moved === null) ? EXIT.findings : EXIT.clean;
}

function namesOf(typed: string | undefined): readonly DeadQueueName[] {
  if (typed === undefined) return DEAD_QUEUES;
  const name = DEAD_QUEUES.find((known) => known === typed);
  if (name) return [name];
  const near = nearest(typed, DEAD_QUEUES);
  throw new BadInput('queue', `${typed} is none of ${DEAD_QUEUES.join(', ')}${near === undefined ? '' : `: ${near}?`}`);
}

async function lookAt(hub: Hub, table: string, queue: DeadQueueName, isMoved: boolean): Promise<DeadQueueEntry | undefined> {
  const dead = await findDead(hub.inspector, queue);
  if (!dead) return undefined;
  const letters = await hub.deadLetters.peek(dead);
  const failures = await hub.readFailures(
    table,
    letters.map(({ messageId }) => messageId),
  );
  const messages = letters.map(({ messageId, sentAt, body }) => {
    const { error = null, reason = null, at = null } = failures.get(messageId) ?? {};
    const { cause = null, finding = null, plan = null } = idsOf(body);
    return { messageId, sentAt, error, reason, failedAt: at, cause, finding, plan };
  });
  const waiting = Math.max(await hub.deadLetters.count(dead), messages.length);
  const oldest = messages.map(({ sentAt }) => sentAt).sort()[0] ?? null;
  const moved = isMoved ? await hub.deadLetters.redrive(dead) : null;
  return { queue, waiting, oldest, messages, moved };
}
