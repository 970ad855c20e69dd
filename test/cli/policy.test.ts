import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyDocument } from '../../cli/policy/document.ts';
import { cinch, folderOf } from './run-cinch.ts';

const statement = (more: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Resource: '*', ...more } }, null, 2);
const ADMIN = statement({ Action: '*' });
const HARMLESS = statement({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/report.csv' });
const BROKEN = statement({ Action: 's3:GetObject', Effect: 'Maybe' });

const documentOf = (stdout: string) => policyDocument.parse(JSON.parse(stdout));
const idsOf = (file: ReturnType<typeof documentOf>['files'][0] | undefined): string[] =>
  file && 'findings' in file ? file.findings.map(({ id }) => id) : [];

describe('cinch policy', () => {
  it('judges a folder in one run, with every policy below it', async () => {
    const folder = folderOf({ 'a/admin.json': ADMIN, 'b.json': HARMLESS, 'notes.txt': 'no policy' });
    const { code, stdout, stderr } = await cinch(['policy', '.', '--format', 'json'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const { files } = documentOf(stdout);
    expect(files.map(({ file }) => file)).toEqual(['a/admin.json', 'b.json']);
    expect(idsOf(files[0])).toContain('admin');
    expect(files[1]).toEqual({ file: 'b.json', findings: [] });
  });

  it('answers a malformed policy with its place, the others all the same, and exit code 2', async () => {
    const folder = folderOf({ 'a.json': ADMIN, 'broken.json': BROKEN, 'text.json': '{\n  "Statement": [,]\n}' });
    const { code, stdout, stderr } = await cinch(['policy', 'a.json', 'broken.json', 'text.json', '-f', 'json'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toBe('cinch policy: broken.json: Statement[0]: Effect is neither Allow nor Deny (and 1 more file)\n');
    const { files } = documentOf(stdout);
    expect(idsOf(files[0])).toContain('admin');
    expect(files.slice(1)).toMatchObject([
      { file: 'broken.json', error: { where: 'Statement[0]' } },
      { file: 'text.json', error: { message: 'not JSON' } },
    ]);
  });

  it('loses nothing to a file that can’t be read', async () => {
    const cwd = folderOf({ 'a.json': HARMLESS });
    symlinkSync(join(cwd, 'gone.json'), join(cwd, 'link.json'));
    const { code, stdout, stderr } = await cinch(['policy', '.', '-f', 'json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'cinch policy: link.json: the link leads nowhere\n' });
    expect(documentOf(stdout).files).toMatchObject([
      { file: 'a.json', findings: [] },
      { file: 'link.json', error: { where: 'file' } },
    ]);
  });

  it('reads stdin', async () => {
    const { code, stdout } = await cinch(['policy', '-', '--format', 'json'], { input: HARMLESS });
    expect(code).toBe(0);
    expect(documentOf(stdout)).toEqual({ files: [{ file: 'stdin', findings: [] }] });
  });

  it('fails a pipeline from the severity that it is told', async () => {
    const cwd = folderOf({ 'p.json': statement({ Action: 'sts:AssumeRole' }) });
    const codes = await Promise.all(
      ['critical', 'high', 'low', 'none'].map(
        async (level) => (await cinch(['policy', 'p.json', '--fail-on', level], { cwd })).code,
      ),
    );
    expect(codes).toEqual([0, 1, 1, 0]);
  });

  it('prints a table for people', async () => {
    const cwd = folderOf({ 'admin.json': ADMIN, 'good.json': HARMLESS, 'broken.json': BROKEN });
    const { stdout } = await cinch(['policy', '.'], { cwd });
    expect(stdout).toMatch(/^admin\.json\n {2}critical {2}admin {2}Statement\[0\]\n/m);
    expect(stdout).toContain('unreadable  Statement[0]: Effect is neither Allow nor Deny');
    expect(stdout).not.toContain('good.json');
    expect(stdout).toContain('1 unreadable file in 3 files');
  });

  it('counts what would fill the screen', async () => {
    const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
    const input = JSON.stringify({ Version: '2012-10-17', Statement: Array.from({ length: 30 }, () => statement) });
    const { stdout } = await cinch(['policy', '-'], { input });
    expect(stdout).toContain('wildcard-action  Statement[0], Statement[1], ');
    expect(stdout).toContain('Statement[7], and 22 more\n');
    expect(stdout).not.toContain('Statement[8]');
  });

  it('reads what PowerShell writes', async () => {
    const cwd = folderOf({});
    writeFileSync(join(cwd, 'p.json'), Buffer.from(`\uFEFF${ADMIN}`, 'utf16le'));
    const ran = await cinch(['policy', 'p.json'], { cwd });
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(ran.stdout).toContain('admin  Statement[0]');
  });

  it('says what is missing when a path is not there, and when a folder holds nothing', async () => {
    const cwd = folderOf({ 'a.txt': '' });
    expect((await cinch(['policy', 'b.json'], { cwd })).stderr).toBe('cinch policy: b.json: there is no such file\n');
    symlinkSync(join(cwd, 'gone.json'), join(cwd, 'link'));
    expect((await cinch(['policy', 'link'], { cwd })).stderr).toBe('cinch policy: link: the link leads nowhere\n');
    expect(await cinch(['policy', '.'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'cinch policy: .: the folder holds no *.json\n',
    });
  });
});
