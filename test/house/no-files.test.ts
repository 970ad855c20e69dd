import { expect, it } from 'vitest';
import { filesIn, textOf } from './source-files.ts';

/** A function's temporary folder outlives an invocation, and nobody looks there. */
it('the bot writes none, and reads none but a layer of its own', () => {
  const program = filesIn(['functions', 'shared'], /\.ts$/);
  const imports = program.flatMap((path) =>
    [...textOf(path).matchAll(/^import (.*) from '(?:node:)?(fs|fs\/promises|child_process|worker_threads|tty)';$/gm)].map(
      ([, what]) => [path, what],
    ),
  );
  expect(imports).toEqual([['shared/aws/steps/secrets/layer.ts', '{ readFile }']]);
});
