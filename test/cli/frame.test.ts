import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshBundle } from '../../cli/bundle.mjs';
import { makeProgram } from '../../cli/program.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { RULES } from '../../shared/rules/index.ts';
import { ROOT } from '../house/source-files.ts';
import { cinch } from './run-cinch.ts';

const COMMANDS = makeProgram()
  .commands.map((command) => command.name())
  .filter((name) => name !== 'help');

let bundle: string;
beforeAll(async () => {
  bundle = fileURLToPath(await freshBundle(ROOT));
});

describe('help', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('%j lists the commands', async (args) => {
    const { code, stdout, stderr } = await cinch(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(COMMANDS)('of %s is the same by both ways, with examples and exit codes', async (name) => {
    const [one, other] = await Promise.all([cinch(['help', name]), cinch([name, '--help'])]);
    expect(one).toEqual(other);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toContain(`Usage: cinch ${name}`);
    expect(one.stdout).toMatch(new RegExp(`Examples:\\n  .*cinch ${name}`));
  });

  it('of a command that does not exist is refused', async () => {
    expect(await cinch(['help', 'rulez'])).toEqual({
      code: 2,
      stdout: '',
      stderr: "cinch: unknown command 'rulez'. Did you mean rules? See 'cinch --help'.\n",
    });
  });

  it('tells the version of the package', async () => {
    expect(await cinch(['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });
});

describe('usage that can’t be', () => {
  it.each([
    [['secret'], "cinch: unknown command 'secret'. Did you mean secrets? See 'cinch --help'."],
    [
      ['secrets', '--formt', 'json'],
      "cinch secrets: unknown option '--formt'. Did you mean --format? See 'cinch secrets --help'.",
    ],
    [['--formt'], "cinch: unknown option '--formt'. See 'cinch --help'."],
    [
      ['policy', 'x', '--fail-on', 'severe'],
      "cinch policy: option '--fail-on <severity>' argument 'severe' is invalid. Allowed choices are critical, high, medium, low, none. See 'cinch policy --help'.",
    ],
    [['policy'], "cinch policy: missing required argument 'files'. See 'cinch policy --help'."],
    [
      ['validate', 'a', 'b'],
      "cinch validate: too many arguments for 'validate'. Expected 1 argument but got 2. See 'cinch validate --help'.",
    ],
    [['policy', 'no-such\nfile'], 'cinch policy: no-such; file: there is no such file'],
  ])('%j is one line on stderr and exit code 2', async (args, line) => {
    expect(await cinch(args)).toEqual({ code: 2, stdout: '', stderr: `${line}\n` });
  });
});

describe('colours', () => {
  const ESCAPE = '\u001b[';

  it.each([
    ['none where there is no terminal', {}, false],
    ['none in a pipeline that calls itself CI', { CI: 'true' }, false],
    ['with FORCE_COLOR', { FORCE_COLOR: '1' }, true],
    ['not with FORCE_COLOR=0', { FORCE_COLOR: '0' }, false],
    ['not with NO_COLOR, whatever else', { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('%s', async (_, env, expected) => {
    const [table, help] = await Promise.all([cinch(['rules'], { env }), cinch(['--help'], { env })]);
    expect([table.stdout.includes(ESCAPE), help.stdout.includes(ESCAPE)]).toEqual([expected, expected]);
  });
});

describe('a reader that goes away', () => {
  it('ends the command without a word', async () => {
    const child = spawn(process.execPath, [join(ROOT, 'cli/cinch.mjs'), 'rules', '--format', 'json']);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdout.destroy();
    await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
  });
});

describe('a full disk', () => {
  it.skipIf(!existsSync('/dev/full'))('is one line on stderr and exit code 2', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(ROOT, 'cli/cinch.mjs'), 'rules'], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "cinch: the result can't be written (ENOSPC)\n" });
  });
});

describe('what a start loads', () => {
  /** The code that is read before a command is called. */
  function loadedAtOnce(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const [, part] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*"(\.\/[^"]+)"/g))
      if (part) loadedAtOnce(join(dirname(file), part), seen);
    return seen;
  }

  it('is the frame alone: no rule, no schema, no client', () => {
    const code = [...loadedAtOnce(bundle)].map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(code.length).toBeLessThan(120_000);
    const heavy = [RULES[0]?.title ?? '', 'AssumeRole', 'invalid_union'];
    expect(heavy.filter((text) => code.includes(text))).toEqual([]);
  });

  it('has the AWS clients in no command but those that ask AWS: scan, findings, approvals, config, doctor, trace and redrive', () => {
    const folder = dirname(bundle);
    const commands = readdirSync(folder).filter((file) => file.startsWith('run-'));
    const withClients = commands.filter((file) =>
      [...loadedAtOnce(join(folder, file))].some((part) => readFileSync(part, 'utf8').includes('amz-sdk-invocation-id')),
    );
    expect(commands.length).toBe(COMMANDS.length);
    expect(withClients).toHaveLength(7);
  });

  it('has what draws plots in the page of a report alone', () => {
    const folder = dirname(bundle);
    const drawing = readdirSync(folder).filter((file) => readFileSync(join(folder, file), 'utf8').includes('renderToSVGString('));
    expect(drawing.map((file) => file.replace(/-.*/, ''))).toEqual(['page']);
  });
});
