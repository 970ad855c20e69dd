import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { coloursOf } from '../../cli/frame/colours.ts';
import { describeRule } from '../../cli/rules/describe.ts';
import { rulesDocument } from '../../cli/rules/document.ts';
import { rulesTable } from '../../cli/rules/print.ts';
import { RULES } from '../../shared/rules/index.ts';
import { cinch } from './run-cinch.ts';

describe('cinch rules', () => {
  it('lists the whole catalogue, a line a rule', async () => {
    const { code, stdout } = await cinch(['rules']);
    expect(code).toBe(0);
    for (const { id, severity, resource } of RULES)
      expect(stdout).toMatch(new RegExp(`^${id} +${severity} +${resource} +(safe|approval|by hand) `, 'm'));
    expect(stdout).toContain(`${RULES.length} rules.`);
  });

  it.each([80, 120, 240])('shows every title whole on a terminal of %i columns, whose lines do not wrap', (width) => {
    const text = stripVTControlCharacters(rulesTable(RULES.map(describeRule), coloursOf({}, { FORCE_COLOR: '1' }), width));
    const said = text.replace(/\s+/g, ' ');
    expect(RULES.filter(({ title }) => !said.includes(title))).toEqual([]);
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
  });

  it('as JSON', async () => {
    const { stdout } = await cinch(['rules', '--format', 'json']);
    const { rules } = rulesDocument.parse(JSON.parse(stdout));
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    expect(rules.find(({ id }) => id === 'lambda-timeout-excessive')).toMatchObject({
      remedy: { risk: 'safe', steps: ['lower-timeout'] },
      checklist: [{ id: 'wp-6' }],
    });
    expect(rules.find(({ id }) => id === 'lambda-url-unauthenticated')?.remedy.risk).toBe('approval');
    for (const { examples } of rules) for (const { message } of examples.violates) expect(message).not.toBe('');
  });

  it('as a Markdown table with as many cells in each row', async () => {
    const { stdout } = await cinch(['rules', 'lambda-*', '--format', 'markdown']);
    const rows = stdout.trim().split('\n');
    expect(rows).toHaveLength(2 + RULES.filter(({ id }) => id.startsWith('lambda-')).length);
    expect(new Set(rows.map((row) => row.split(/(?<!\\)\|/).length))).toEqual(new Set([8]));
  });

  it('shows one with its examples', async () => {
    const { stdout } = await cinch(['rules', 'lambda-url-unauthenticated']);
    const rule = RULES.find(({ id }) => id === 'lambda-url-unauthenticated');
    for (const { name } of rule?.examples.passes ?? []) expect(stdout).toContain(`  - ${name}`);
    expect(stdout).toContain('require-url-iam-auth');
  });

  it.each([
    ['lambda-timeout-excesive', 'did you mean lambda-timeout-excessive?'],
    ['lamda-*', 'did you mean lambda-*?'],
    ['timeout', 'did you mean lambda-timeout-excessive?'],
    ['something-else-altogether', "'cinch rules' lists them all"],
    ['no-such-*', "'cinch rules' lists them all"],
  ])('refuses %s', async (id, advice) => {
    expect(await cinch(['rules', id])).toEqual({
      code: 2,
      stdout: '',
      stderr: `cinch rules: ${id}: no rule is called that; ${advice}\n`,
    });
  });
});
