import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../cli/scan/journal.ts';
import { folderOf } from '../run-cinch.ts';

const NOTHING = { findings: [], unknown: [], exempt: [] };
const newFile = (): string => join(folderOf({}), 'scan.journal');

describe('the journal of a scan', () => {
  it('knows what was finished, and is gone when all is', () => {
    const file = newFile();
    const first = openJournal(file, 'plan');
    first.write('arn:a', NOTHING);
    first.write('arn:b', NOTHING);
    const second = openJournal(file, 'plan');
    expect([...second.done.keys()]).toEqual(['arn:a', 'arn:b']);
    second.remove();
    expect(existsSync(file)).toBe(false);
  });

  it('survives being cut off at any byte: only the unfinished line is lost', () => {
    const file = newFile();
    const journal = openJournal(file, 'plan');
    for (const arn of ['arn:a', 'arn:b', 'arn:ü']) journal.write(arn, NOTHING);
    const text = readFileSync(file);
    const headerEnd = text.indexOf(10) + 1;
    fc.assert(
      fc.property(fc.integer({ min: headerEnd, max: text.length }), (at) => {
        writeFileSync(file, text.subarray(0, at));
        const again = openJournal(file, 'plan');
        const lines = text.subarray(headerEnd, at).toString('utf8').split('\n').length - 1;
        expect(again.done.size).toBe(lines);
        again.write('arn:c', NOTHING);
        expect([...openJournal(file, 'plan').done.keys()]).toHaveLength(lines + 1);
      }),
    );
  });

  it('is refused when it is of another scan, or no journal at all', () => {
    const file = newFile();
    openJournal(file, 'plan');
    expect(() => openJournal(file, 'other')).toThrow('other accounts, regions or rules');
    for (const text of ['hello', 'hello\n', '{"a": 1}\n']) {
      writeFileSync(file, text);
      expect(() => openJournal(file, 'plan')).toThrow('not a journal');
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
    expect(() => openJournal(join(file, 'x'), 'plan')).toThrow('scan.journal/x');
  });

  it('passes over a line that is no entry', () => {
    const file = newFile();
    openJournal(file, 'plan').write('arn:a', NOTHING);
    appendFileSync(file, 'rubbish\n');
    expect([...openJournal(file, 'plan').done.keys()]).toEqual(['arn:a']);
  });
});
