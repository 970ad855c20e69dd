import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coloursOf } from '../../../cli/frame/colours.ts';
import { fails } from '../../../cli/frame/exit.ts';
import { findFiles } from '../../../cli/frame/find-files.ts';
import { nearest } from '../../../cli/frame/nearest.ts';
import { oneLine } from '../../../cli/frame/one-line.ts';
import { progressLine, startProgress } from '../../../cli/frame/progress.ts';
import { plainTable, wrapped } from '../../../cli/frame/table.ts';
import { folderOf } from '../run-cinch.ts';

describe('the nearest word', () => {
  const KNOWN = ['check', 'replay', 'rules', 'lambda-timeout-excessive'];
  it.each([
    ['chekc', 'check'],
    ['relpay', 'replay'],
    ['rule', 'rules'],
    ['timeout', 'lambda-timeout-excessive'],
    ['lambda-timeout-exesive', 'lambda-timeout-excessive'],
    ['xyzzy', undefined],
    ['', undefined],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, KNOWN)).toBe(expected);
  });

  it('to a known word is that word', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }),
        (words) => nearest(words[0] ?? '', words) === words[0],
      ),
    );
  });
});

describe('the files that paths name', () => {
  it('are those below a folder, in order, without other people’s code', () => {
    const folder = folderOf({
      'b/2.json': '',
      'a.json': '',
      'b/1.json': '',
      'c.txt': '',
      'd.JSON': '',
      'node_modules/x/p.json': '',
      '.git/y.json': '',
    });
    symlinkSync(folder, join(folder, 'circle'));
    symlinkSync(join(folder, 'a.json'), join(folder, 'z.json'));
    const found = findFiles([folder], ['.json']).map(({ path, named }) => [path.slice(folder.length + 1), named]);
    expect(found).toEqual([
      ['a.json', false],
      ['b/1.json', false],
      ['b/2.json', false],
      ['d.JSON', false],
      ['z.json', false],
    ]);
  });

  it('are each named once, and a named file is taken whatever its name', () => {
    const folder = folderOf({ 'a.txt': '' });
    const file = join(folder, 'a.txt');
    expect(findFiles([file, file, '-'], ['.json'])).toEqual([
      { path: file, named: true },
      { path: '-', named: true },
    ]);
  });

  it('are refused when there are none', () => {
    const folder = folderOf({ 'a.txt': '' });
    expect(() => findFiles([folder], ['.json', '.yaml'])).toThrow(`${folder}: the folder holds no *.json, *.yaml`);
    expect(() => findFiles([join(folder, 'b')], ['.json'])).toThrow('there is no such file');
  });
});

describe('the progress bar', () => {
  function drawn(isTTY: boolean, steps: number, stepMs: number): string {
    let text = '';
    let time = 0;
    const stream = { isTTY, columns: 60, write: (more: string) => (text += more) };
    const progress = startProgress(steps, 'files', stream, () => time);
    for (let step = 0; step < steps; step++) {
      time += stepMs;
      progress.step(`a\u001b[31m${step}.yaml`);
    }
    progress.end();
    return text;
  }

  it('is drawn on a terminal, now and then, and taken away at the end', () => {
    const text = drawn(true, 100, 20);
    const times = text.split('\r\u001b[2K').length - 1;
    expect(times).toBeGreaterThan(10);
    expect(times).toBeLessThan(30);
    expect(text.endsWith('\r\u001b[2K')).toBe(true);
    expect(text).toMatch(/\d+% {2}\d+\/100 files/);
  });

  it('is not drawn elsewhere, nor for what is over at once', () => {
    expect(drawn(false, 100, 20)).toBe('');
    expect(drawn(true, 10, 1)).toBe('');
  });

  it('fits the terminal and takes no orders from a name', () => {
    const line = progressLine(1, 2, 'files', `\u001b[2J${'x'.repeat(200)}`, 60);
    expect(line).toHaveLength(59);
    expect(line).not.toContain('\u001b');
  });
});

describe('texts', () => {
  it('of several lines become one', () => {
    expect(oneLine('a\n  b\u0007\n')).toBe('a; b');
  });

  it('are wrapped without losing a word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, (list) => {
        const lines = wrapped(list.join(' '), 20);
        expect(lines.join(' ')).toBe(list.join(' '));
        expect(lines.every((line) => line.length <= 20)).toBe(true);
      }),
    );
  });

  it('keep the indentation of code', () => {
    expect(wrapped('    Action: ssm:GetParameters', 10)).toEqual(['    Action: ssm:GetParameters']);
  });

  it('stand in columns, coloured or not', () => {
    const rows = [
      ['a', 'long cell', 'x'],
      ['bb', 'c', 'y'],
    ];
    const table = (colours: ReturnType<typeof coloursOf>) =>
      plainTable(
        ['k', 'v', 'w'],
        rows.map(([k = '', ...rest]) => [colours.red(k), ...rest]),
        colours,
      );
    const plain = table(coloursOf({}, {}));
    expect(plain).toEqual(['k   v          w', 'a   long cell  x', 'bb  c          y']);
    const coloured = table(coloursOf({}, { FORCE_COLOR: '1' })).map(stripVTControlCharacters);
    expect(coloured).toEqual(plain);
    expect(plainTable(['k', 'v'], [['a', 'a long text']], coloursOf({}, {}), 10)).toEqual(['k  v', 'a  a long…']);
  });
});

describe('the threshold', () => {
  it.each([
    ['critical', 'high', true],
    ['high', 'high', true],
    ['medium', 'high', false],
    ['low', 'low', true],
    ['critical', 'none', false],
  ] as const)('%s with --fail-on %s: %s', (severity, failOn, expected) => {
    expect(fails(severity, failOn)).toBe(expected);
  });
});
