import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SecretsDocument, secretsDocument } from '../../cli/secrets/document.ts';
import { classifyLines } from '../../cli/secrets/lines.ts';
import { classify } from '../../shared/secrets/classify.ts';
import { cinch, folderOf } from './run-cinch.ts';

const line = (name: string, value: string): string => JSON.stringify({ name, value });
const PASSWORD = 'k7!pQz-Vt2w9';
const documentOf = (stdout: string): SecretsDocument => secretsDocument.parse(JSON.parse(stdout));

describe('cinch secrets', () => {
  it('answers each line in its place, and never with a value', async () => {
    const input = [line('LOG_LEVEL', 'INFO'), '', line('DB_PASSWORD', PASSWORD), line('LOG_LEVEL', 'INFO')].join('\r\n');
    const { code, stdout, stderr } = await cinch(['secrets', '--format', 'json'], { input });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(documentOf(stdout).results).toMatchObject([
      { name: 'LOG_LEVEL', secret: false },
      { name: 'DB_PASSWORD', secret: true, kind: 'password' },
      { name: 'LOG_LEVEL', secret: false },
    ]);
    expect(stdout).not.toContain(PASSWORD);
  });

  it('reads a file, also one with a byte order mark', async () => {
    const folder = folderOf({ 'variables.jsonl': `\uFEFF${line('STAGE', 'prod')}\n` });
    const { code, stdout } = await cinch(['secrets', 'variables.jsonl', '-f', 'json'], { cwd: folder });
    expect(code).toBe(0);
    expect(documentOf(stdout).results).toHaveLength(1);
  });

  it('answers nothing with nothing', async () => {
    expect(await cinch(['secrets', '-f', 'json'])).toEqual({ code: 0, stdout: '{\n  "results": []\n}\n', stderr: '' });
  });

  it.each([
    ['not JSON', `{"name": "A", "value": "${PASSWORD}"`],
    ['not an object {"name", "value"}', JSON.stringify([PASSWORD])],
    ['name is missing', JSON.stringify({ value: PASSWORD })],
    ['name is not a text', JSON.stringify({ name: 1, value: PASSWORD })],
    ['value is missing', '{"name": "A"}'],
    ['value is not a text', '{"name": "A", "value": 7}'],
  ])('names the line that is %s, quotes nothing of it, and answers the others', async (message, bad) => {
    const input = [line('STAGE', 'prod'), bad, line('DB_PASSWORD', PASSWORD)].join('\n');
    const { code, stdout, stderr } = await cinch(['secrets', '--format', 'json'], { input });
    expect({ code, stderr }).toEqual({ code: 2, stderr: `cinch secrets: stdin:2: ${message}\n` });
    expect(documentOf(stdout).results).toMatchObject([
      { name: 'STAGE', secret: false },
      { error: { line: 2, message } },
      { name: 'DB_PASSWORD', secret: true },
    ]);
    expect(stdout + stderr).not.toContain(PASSWORD);
  });

  it('fails a pipeline from the confidence that it is told', async () => {
    const input = line('DOOR_PASSWORD', '48213907');
    expect(classify('DOOR_PASSWORD', '48213907')).toMatchObject({ secret: true, confidence: 'medium' });
    const codes = await Promise.all(
      ['high', 'medium', 'low', 'none'].map(async (level) => (await cinch(['secrets', '--fail-on', level], { input })).code),
    );
    expect(codes).toEqual([0, 1, 1, 0]);
  });

  it('prints a table for people, without what could steer their terminal', async () => {
    const { stdout } = await cinch(['secrets'], {
      input: [line('DB_\u001b[2JPASSWORD', PASSWORD), line('STAGE', 'prod')].join('\n'),
    });
    expect(stdout).toMatch(/^secret {2}DB_\?\[2JPASSWORD {2}password/m);
    expect(stdout).toContain('1 secret among 2 variables');
  });
});

describe('classifyLines', () => {
  it('answers one for one what classify says', () => {
    const pair = fc.record({ name: fc.string(), value: fc.string() });
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const text = pairs.map((one) => JSON.stringify(one)).join('\n');
        expect(classifyLines(text)).toEqual(pairs.map(({ name, value }) => ({ name, ...classify(name, value) })));
      }),
    );
  });

  it('throws for nothing', () => {
    fc.assert(fc.property(fc.string(), (text) => classifyLines(text).length <= text.split('\n').length));
  });
});
