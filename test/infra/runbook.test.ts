import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../cli/program.ts';
import { parseSlashCommand } from '../../shared/slack/slash-command.ts';
import { ROOT } from '../house/source-files.ts';
import { synthesize } from './stacks.ts';

/** What no alarm tells. */
const GENERAL = ['events-were-lost', 'stop-everything'];

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

const [, ...sections] = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8').split(/^## /m);
const bodies = new Map(sections.map((text) => [anchorOf(text.slice(0, text.indexOf('\n'))), text]));
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/```\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));

const alarms = Object.values(Template.fromStack(synthesize().hub).findResources('AWS::CloudWatch::Alarm'));
const linked = new Set(
  alarms.map(({ Properties }) => /#([\w-]+)$/.exec(Properties.AlarmDescription)?.[1] ?? Properties.AlarmDescription),
);

describe('the runbook', () => {
  it('has a section for every alarm, and none that belongs to nothing', () => {
    expect([...linked].filter((anchor) => !bodies.has(anchor))).toEqual([]);
    expect([...bodies.keys()].sort()).toEqual([...linked, ...GENERAL].sort());
    expect(sections).toHaveLength(bodies.size);
  });

  it.each([...bodies])('%s says what to look at and what to type', (_, text) => {
    expect(text).toContain('**Look at**');
    expect(text).toContain('**Type**');
    const commands = commandsOf(text);
    expect(commands.length).toBeGreaterThanOrEqual(2);
    const unknown = commands.filter((line) => !/^(cinch|aws|\/cinch) /.test(line));
    expect(unknown).toEqual([]);
  });

  it('names commands that there are, with options that they have', () => {
    const program = makeProgram();
    const typed = commandsOf(sections.join('\n')).filter((line) => line.startsWith('cinch '));
    for (const line of typed) {
      const [, name = '', ...rest] = line.replace(/ +#.*/, '').split(' ');
      const command = program.commands.find((known) => known.name() === name);
      expect({ line, isKnown: command !== undefined }).toEqual({ line, isKnown: true });
      for (const option of rest.filter((word) => word.startsWith('--')))
        expect({ line, known: command?.options.map(({ long }) => long) }).toMatchObject({
          known: expect.arrayContaining([option]),
        });
    }
    for (const line of commandsOf(sections.join('\n')).filter((one) => one.startsWith('/cinch ')))
      expect(parseSlashCommand(line.slice('/cinch '.length).replace('<account>', '222222222222'))).not.toHaveProperty('problem');
  });

  it('numbers each list once', () => {
    for (const text of bodies.values()) {
      const numbers = [...text.matchAll(/^(\d)\. /gm)].map(([, number]) => Number(number));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });
});
