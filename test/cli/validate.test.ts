import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateDocument } from '../../cli/validate/document.ts';
import { cinch, folderOf } from './run-cinch.ts';

const VALID = readFileSync(new URL('../../examples/cinch.yaml', import.meta.url), 'utf8');
const INVALID = VALID.replace('mode: ask', 'mode: repair').replace('channel: C0123456789', 'channel: "#security"');

describe('cinch validate', () => {
  it('says that a valid configuration is one', async () => {
    expect(await cinch(['validate'], { cwd: folderOf({ 'cinch.yaml': VALID }) })).toEqual({
      code: 0,
      stdout: 'cinch.yaml is valid.\n',
      stderr: '',
    });
  });

  it('tells every problem with its place', async () => {
    const { code, stdout, stderr } = await cinch(['validate', 'prod.yaml'], { cwd: folderOf({ 'prod.yaml': INVALID }) });
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'cinch validate: prod.yaml has 2 problems\n' });
    const lines = INVALID.split('\n');
    const at = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;
    expect(stdout.trim().split('\n').sort()).toEqual(
      [
        `prod.yaml:${at('mode: repair')}:1: mode: must be one of off, report, ask, fix`,
        `prod.yaml:${at('channel:')}:3: slack.channel: a Slack channel id starts with C or G`,
      ].sort(),
    );
  });

  it('as JSON, and from stdin', async () => {
    const { code, stdout } = await cinch(['validate', '-', '--format', 'json'], { input: INVALID });
    expect(code).toBe(2);
    const document = validateDocument.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ file: 'stdin', valid: false });
    expect(document.problems.map(({ path }) => path).sort()).toEqual(['mode', 'slack.channel']);
  });

  it('says what is missing when there is no file', async () => {
    expect(await cinch(['validate'], { cwd: folderOf({}) })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'cinch validate: cinch.yaml: there is no such file\n',
    });
  });
});
