/** Reads until it is there, and says what was there last when it never comes. */
export async function until<T>(
  read: () => Promise<T> | T,
  isThere: (value: T) => boolean,
  what: string,
  ms = 60_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (isThere(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`${what} did not come within ${ms} ms; last: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await pause(100);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A function that is still being made or changed refuses a change: people and pipelines try again. */
export async function untilTaken<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if ((error as Error).name !== 'ResourceConflictException' || tries === 200) throw error;
      await pause(50);
    }
  }
}
