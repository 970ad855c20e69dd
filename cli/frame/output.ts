/** Writes the result; resolves when it has left the process, so that a slow reader holds a long one back. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text.endsWith('\n') || text === '' ? text : `${text}\n`, () => resolve());
  });
}

/** The one JSON document of a run. */
export const printJson = (document: object): Promise<void> => print(JSON.stringify(document, null, 2));

/** What a person should know besides the result: one line on stderr. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
