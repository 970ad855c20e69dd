import { counted } from '../../shared/rules/parts/words.ts';
import type { Colours } from '../frame/colours.ts';
import { harmless, plainTable } from '../frame/table.ts';
import type { DeadQueueEntry } from './document.ts';

const second = (iso: string | null): string => (iso === null ? '' : `${iso.slice(0, 19).replace('T', ' ')}Z`);

/** Each queue in which something waits, with why. */
export function redriveWords(queues: readonly DeadQueueEntry[], colours: Colours, width: number): string[] {
  const waiting = queues.filter(({ waiting, moved }) => waiting > 0 || (moved ?? 0) > 0);
  if (waiting.length === 0) return ['Nothing waits in a dead-letter queue.'];
  const parts = waiting.map((one) => queueWords(one, colours, width));
  const hint = waiting.some(({ moved }) => moved === null)
    ? ['', "When the cause is gone: 'cinch redrive <queue> --yes' hands them back."]
    : [];
  return [...parts.flatMap((part, index) => (index > 0 ? ['', ...part] : part)), ...hint];
}

function queueWords({ queue, waiting, messages, moved }: DeadQueueEntry, colours: Colours, width: number): string[] {
  const head = moved === null ? `${counted(waiting, 'message')} given up` : `${counted(moved, 'message')} handed back`;
  const rows = messages.map((one) => [
    harmless(one.messageId),
    second(one.sentAt),
    harmless(one.error ?? 'not noted'),
    harmless(one.plan ?? one.finding ?? one.cause ?? ''),
    harmless(one.reason ?? (one.error === null ? '' : "see the function's log")),
  ]);
  return [
    `${colours.bold(queue)}: ${head}`,
    ...plainTable(['message', 'sent', 'error', 'about', 'reason'], rows, colours, width),
  ];
}
