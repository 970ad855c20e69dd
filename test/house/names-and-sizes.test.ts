import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODE_FOLDERS, filesIn, textOf, trackedFiles } from './source-files.ts';

const code = filesIn(CODE_FOLDERS, /\.(m?ts|mjs|go|py)$/);
const MAX_LINES = 400;

describe('names and sizes', () => {
  it('are kebab-case (Go and Python keep their own habit)', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|cloud\.test|bench|d))?\.(m?ts|mjs)$/;
    const snake = /^_{0,2}[a-z0-9]+(_[a-z0-9]+)*_{0,2}\.(go|py)$/;
    expect(code.filter((path) => !kebab.test(basename(path)) && !snake.test(basename(path)))).toEqual([]);
  });

  it('say what a file is about', () => {
    expect(code.filter((path) => /^(utils?|helpers?|misc|common|types?-?misc)\./.test(basename(path)))).toEqual([]);
  });

  it(`are ${MAX_LINES} lines at most`, () => {
    expect(code.filter((path) => textOf(path).split('\n').length > MAX_LINES + 1)).toEqual([]);
  });
});

describe('the program', () => {
  const program = filesIn(['functions', 'shared', 'infra'], /\.m?ts$/);

  it('does not know that it may run on one machine', () => {
    // What tells secrets from settings judges values that name localhost; it connects to nothing.
    const connects = program.filter((path) => !path.startsWith('shared/secrets/'));
    expect(connects.filter((path) => /ministack|localhost|127\.0\.0\.1/i.test(textOf(path)))).toEqual([]);
    expect(program.filter((path) => /ministack|\.localhost/i.test(textOf(path)))).toEqual([]);
  });

  it('silences no type and no rule of the house', () => {
    const silenced = /@ts-(ignore|expect-error|nocheck)|\bas any\b|[:<]\s*any(?=\s*[;,)=\]}>|&[])/;
    expect(program.filter((path) => silenced.test(textOf(path)))).toEqual([]);
  });
});

describe('what git keeps', () => {
  it('names no machine and no registry', () => {
    // A home or checkout of somebody's, as an absolute path; spelt so that this line is none.
    const machine = /(?<![\w.])[/](?:work[/](?:main|shared)|home[/][a-z]+|Users[/][A-Za-z]+)[/]/;
    const registry = /"resolved":\s*"http|^\s*(?:registry|index-url|extra-index-url)\s*=|--(?:extra-)?index-url/m;
    const texts = trackedFiles().filter((path) =>
      /\.(m?ts|mjs|js|json|md|ya?ml|txt|in|py|go|toml|sh)$|^\.[a-z]+rc$|^Dockerfile/.test(path),
    );
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter((path) => machine.test(textOf(path)))).toEqual([]);
    expect(texts.filter((path) => registry.test(textOf(path)))).toEqual([]);
  });
});
