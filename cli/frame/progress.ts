import { stripVTControlCharacters } from 'node:util';

/** Where a bar is drawn, and how often. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** One more is done; `what` is shown beside the bar. */
  step(what: string): void;
  /** Takes the bar away, so that nothing of it stays between result and prompt. */
  end(): void;
}

const DRAW_EVERY_MS = 80;
/** A run that is over before this shows no bar. */
const PATIENCE_MS = 300;
const BAR_WIDTH = 24;

/** A bar on a terminal, nothing anywhere else. `now` is a clock in milliseconds. */
export function startProgress(total: number, noun: string, stream: ProgressStream = process.stderr, now = Date.now): Progress {
  if (stream.isTTY !== true) return { step: () => undefined, end: () => undefined };
  const started = now();
  let drawnAt = started + PATIENCE_MS - DRAW_EVERY_MS;
  let isDrawn = false;
  let done = 0;
  const draw = (what: string): void => {
    drawnAt = now();
    isDrawn = true;
    stream.write(`\r\u001b[2K${progressLine(done, total, noun, what, stream.columns ?? 80)}`);
  };
  return {
    step: (what) => {
      done++;
      if (now() - drawnAt >= DRAW_EVERY_MS) draw(what);
    },
    end: () => {
      if (isDrawn) stream.write('\r\u001b[2K');
    },
  };
}

export function progressLine(done: number, all: number, noun: string, what: string, columns: number): string {
  const share = all === 0 ? 1 : Math.min(1, done / all);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const plain = stripVTControlCharacters(what).replace(/\p{Cc}/gu, '?');
  return `${bar} ${Math.round(share * 100)}%  ${done}/${all} ${noun}  ${plain}`.slice(0, columns - 1);
}
