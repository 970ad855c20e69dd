import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replayDocument } from '../../cli/replay/document.ts';
import { cinch, folderOf } from './run-cinch.ts';

const event = (name: string): string => {
  const url = new URL(`../shared/events/fixtures/${name}.json`, import.meta.url);
  return JSON.stringify((JSON.parse(readFileSync(url, 'utf8')) as { event: unknown }).event);
};
const documentOf = (stdout: string) => replayDocument.parse(JSON.parse(stdout));
const ADMIN = event('attach-role-policy');

describe('cinch replay', () => {
  it('tells of each event what the bot would do', async () => {
    const cwd = folderOf({
      'admin.json': ADMIN,
      'failed.json': event('failed-call'),
      'update.json': event('update-code-partial-arn'),
    });
    const { code, stdout, stderr } = await cinch(['replay', '.', '--format', 'json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(documentOf(stdout).events).toMatchObject([
      {
        file: 'admin.json',
        outcome: 'relevant',
        change: {
          kind: 'role',
          resource: 'arn:aws:iam::222222222222:role/orders',
          account: '222222222222',
          principal: 'arn:aws:iam::222222222222:role/deployer',
        },
        findings: [{ id: 'admin', severity: 'critical' }],
      },
      { file: 'failed.json', outcome: 'ignored', reason: 'the call failed and changed nothing', change: null, findings: [] },
      { file: 'update.json', outcome: 'relevant', findings: [] },
    ]);
  });

  it('answers what can’t be read, says where, and loses nothing', async () => {
    const cwd = folderOf({ 'a.json': 'no JSON', 'b.json': event('bad-account'), 'c.json': ADMIN });
    const { code, stdout, stderr } = await cinch(['replay', '.', '--format', 'json'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toBe('cinch replay: a.json: not JSON (and 1 more event)\n');
    expect(documentOf(stdout).events.map(({ outcome }) => outcome)).toEqual(['malformed', 'malformed', 'relevant']);
  });

  it('takes what the event does not tell from --state', async () => {
    const update = event('update-code-partial-arn');
    const [arn = ''] =
      documentOf((await cinch(['replay', '-', '-f', 'json'], { input: update })).stdout).events[0]?.change?.resources ?? [];
    const cwd = folderOf({
      'e.json': update,
      'state.json': JSON.stringify({ [arn]: { versions: [] } }),
      'bad.json': '[]',
      'worse.json': '{',
    });
    const lookup = async (...more: string[]) =>
      documentOf((await cinch(['replay', 'e.json', '-f', 'json', ...more], { cwd })).stdout).events[0]?.lookup ?? [];
    const without = await lookup();
    expect(without).toContain('versions');
    expect(await lookup('--state', 'state.json')).toEqual(without.filter((fact) => fact !== 'versions'));
    expect((await cinch(['replay', 'e.json', '--state', 'bad.json'], { cwd })).stderr).toBe(
      'cinch replay: state: file: not a JSON object of facts by resource ARN\n',
    );
    expect((await cinch(['replay', 'e.json', '--state', 'worse.json'], { cwd })).stderr).toBe(
      'cinch replay: worse.json: not JSON\n',
    );
  });

  it('knows the bot’s own changes by the names it is given', async () => {
    const { code, stdout } = await cinch(['replay', '-', '--self', 'ana@example.com', '-f', 'json'], { input: ADMIN });
    expect(code).toBe(0);
    expect(documentOf(stdout).events).toMatchObject([{ file: 'stdin', outcome: 'ignored', reason: "the bot's own change" }]);
  });

  it('prints a table for people', async () => {
    const cwd = folderOf({ 'admin.json': ADMIN, 'failed.json': event('failed-call') });
    const { stdout } = await cinch(['replay', 'admin.json', 'failed.json'], { cwd });
    expect(stdout).toMatch(/^admin\.json {2}relevant\n/);
    expect(stdout).toMatch(/^ {2}critical {2}admin$/m);
    expect(stdout).toContain('2 events: 1 relevant, 1 ignored, 0 malformed; 1 finding');
  });
});
