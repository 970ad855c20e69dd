import type { Clock } from '../flows/ports.ts';

/** Answers a reading anew, or as it was a moment ago. A reading that failed is never kept. */
export type Keep = <T>(key: string, read: () => Promise<T>) => Promise<T>;

/** For who decides by it at once. */
export const readAnew: Keep = (_key, read) => read();

/** For who looks at many resources that share things; whoever changes one of them reads it again. */
export function keepFor(clock: Clock, ms: number): Keep {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();
  return <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const now = clock.now().getTime();
    const found = kept.get(key);
    if (found && now < found.until) return found.answer as Promise<T>;
    for (const [old, { until }] of kept) if (now >= until) kept.delete(old);
    const answer = read();
    kept.set(key, { until: now + ms, answer });
    answer.catch(() => {
      if (kept.get(key)?.answer === answer) kept.delete(key);
    });
    return answer;
  };
}
