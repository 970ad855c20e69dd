import { describe, expect, it } from 'vitest';
import { filesIn, type Import, importsOf } from './source-files.ts';

/** Who may import what (architecture: a rule can't reach AWS, and offline checks need no credentials). Parts import themselves freely. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'shared/names.ts': [],
  'shared/checklists': [],
  'shared/model': ['shared/checklists'],
  /** What the roles of a member account hold: for whoever deploys them, and for whoever compares. */
  'shared/grants': ['shared/model', 'shared/names.ts'],
  'shared/config': ['shared/model', 'shared/names.ts', 'shared/checklists', 'shared/grants'],
  'shared/policy': ['shared/model'],
  'shared/secrets': ['shared/model', 'shared/names.ts'],
  'shared/code': ['shared/model', 'shared/policy'],
  'shared/events': ['shared/model', 'shared/names.ts', 'shared/policy'],
  'shared/templates': ['shared/model', 'shared/names.ts', 'shared/policy'],
  'shared/rules': [
    'shared/model',
    'shared/config',
    'shared/policy',
    'shared/code',
    'shared/secrets',
    'shared/checklists',
    'shared/names.ts',
  ],
  'shared/engine': ['shared/model', 'shared/config', 'shared/policy', 'shared/secrets', 'shared/rules', 'shared/names.ts'],
  'shared/exports': ['shared/model', 'shared/checklists'],
  'shared/flows': [
    'shared/model',
    'shared/config',
    'shared/policy',
    'shared/secrets',
    'shared/rules',
    'shared/engine',
    'shared/events',
    'shared/exports',
    'shared/grants',
    'shared/names.ts',
  ],
  'shared/slack': ['shared/model', 'shared/config', 'shared/policy', 'shared/engine', 'shared/flows', 'shared/names.ts'],
  'shared/aws': [
    'shared/model',
    'shared/config',
    'shared/policy',
    'shared/code',
    'shared/secrets',
    'shared/engine',
    'shared/flows',
    'shared/exports',
    'shared/names.ts',
  ],
  shared: ['shared'],
  functions: ['shared/flows', 'shared/rules/index.ts', 'shared/model', 'shared/config', 'shared/names.ts'],
  cli: ['shared'],
  infra: [
    'shared/model',
    'shared/events',
    'shared/grants',
    'shared/names.ts',
    'shared/config',
    'shared/rules/index.ts',
    'layers/build-layers.ts',
  ],
  layers: ['shared/secrets/resolver-contract.ts', 'shared/secrets/cleaner-contract.ts'],
};
const FREE = ['local', 'test', 'bench', 'scripts'];
/** What other code than the program itself is: nothing in the program may lean on it. */
const OUTSIDE = ['local', 'test', 'bench', 'scripts', 'cli'];

const files = filesIn(['shared', 'functions', 'infra', 'layers', 'cli'], /\.m?ts$/);
const imports = files.flatMap((file) => importsOf(file).map((one) => ({ file, ...one })));

/** The files that make real ports of AWS and Slack: one for all flows, and what is split off it to keep a bundle small. */
const WIRE = /^shared\/wire(-[a-z]+)*\.ts$/;
const CLIENTS = /^(@aws-sdk\/.*|aws4|@slack\/web-api|node:https?)$/;

/** Whether running this file loads a client, in the file itself or further down. */
function reachesClient(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  return importsOf(file).some(
    ({ target, typeOnly }) => !typeOnly && (CLIENTS.test(target) || (files.includes(target) && reachesClient(target, seen))),
  );
}

const within = (path: string, part: string): boolean => path === part || path.startsWith(`${part}/`);
const partOf = (file: string): string | undefined =>
  WIRE.test(file)
    ? 'shared'
    : Object.keys(MAY_IMPORT)
        .filter((part) => part !== 'shared')
        .filter((part) => within(file, part))
        .sort((one, other) => other.length - one.length)[0];

function violations(of: (one: Import & { file: string }) => boolean): string[] {
  return imports.filter(of).map(({ file, target }) => `${file} imports ${target}`);
}

describe('who imports whom', () => {
  it('is known for every file', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(files.filter((file) => partOf(file) === undefined)).toEqual([]);
  });

  it('goes in one direction', () => {
    const wrong = violations(({ file, target, typeOnly }) => {
      if (!/^(shared|functions|infra|layers|cli|local|test|bench|scripts)\//.test(target)) return false;
      const part = partOf(file) ?? '';
      if (WIRE.test(target)) return !['functions', 'cli', 'shared'].includes(part);
      // Words, layout and signatures are pure, and the flows speak them; ports hide the rest.
      if (part === 'shared/flows' && within(target, 'shared/slack')) return !typeOnly && reachesClient(target);
      return !within(target, part) && !(MAY_IMPORT[part] ?? []).some((allowed) => within(target, allowed));
    });
    expect(wrong).toEqual([]);
  });

  it('never leads from the program to what surrounds it', () => {
    const wrong = violations(({ file, target }) => !within(file, 'cli') && OUTSIDE.some((folder) => within(target, folder)));
    expect(wrong).toEqual([]);
    expect(FREE.every((folder) => MAY_IMPORT[folder] === undefined)).toBe(true);
  });

  it('joins AWS and Slack in the wire only', () => {
    const both = files.filter((file) => {
      const targets = importsOf(file).map(({ target }) => target);
      const reaches = (part: string) => targets.some((target) => within(target, part)) && !within(file, part);
      return reaches('shared/aws') && reaches('shared/slack');
    });
    expect(both.filter((file) => !WIRE.test(file))).toEqual([]);
  });

  it.each([
    [/^@aws-sdk\/|^@smithy\/|^aws4$/, 'shared/aws'],
    [/^@slack\/web-api$/, 'shared/slack'],
    [/^(aws-cdk-lib|constructs|cdk-nag)(\/|$)/, 'infra'],
  ])('leaves %s to %s', (library, part) => {
    expect(violations(({ file, target }) => library.test(target) && !within(file, part))).toEqual([]);
  });

  it('keeps rules, policies and secrets free of the outside world', () => {
    const pure = [
      'shared/model',
      'shared/policy',
      'shared/code',
      'shared/secrets',
      'shared/rules',
      'shared/engine',
      'shared/checklists',
      'shared/events',
      'shared/exports',
      'shared/grants',
      'shared/templates',
    ];
    const allowed = /^(shared\/|node:crypto$|node:buffer$|zod\/mini$|yaml$)/;
    expect(violations(({ file, target }) => pure.some((part) => within(file, part)) && !allowed.test(target))).toEqual([]);
  });
});
