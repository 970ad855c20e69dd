import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingEntry } from '../../../cli/findings/document.ts';
import { githubAnnotation } from '../../../cli/findings/github.ts';

const FINDING: FindingEntry = {
  id: 'lambda-url-unauthenticated',
  severity: 'critical',
  message: 'its URL answers everybody',
  file: 'stacks/shop.yaml',
  line: 12,
  column: 3,
  resource: { kind: 'function', name: 'orders', arn: 'arn:aws:lambda:x', account: '1', region: 'x', logicalId: 'Orders' },
  evidence: [],
  advice: ['Say so: 100%\nof callers'],
  remedy: { kind: 'manual', why: 'A person knows.', instructions: 'Set AuthType to AWS_IAM.' },
  fingerprint: 'f',
};

describe('a GitHub annotation', () => {
  it('is one workflow command at the place of the finding', () => {
    expect(githubAnnotation(FINDING)).toBe(
      '::error file=stacks/shop.yaml,line=12,col=3,title=lambda-url-unauthenticated (critical)::function Orders: its URL answers everybody.%0ADo: Set AuthType to AWS_IAM.%0ASay so: 100%25%0Aof callers',
    );
  });

  it.each([
    ['critical', 'error'],
    ['high', 'error'],
    ['medium', 'warning'],
    ['low', 'notice'],
  ] as const)('shows %s as %s', (severity, level) => {
    expect(githubAnnotation({ ...FINDING, severity })).toMatch(new RegExp(`^::${level} `));
  });

  it('can’t be broken out of by names: the command reads back what went in', () => {
    const text = fc.string({ unit: fc.constantFrom(':', ',', '%', '\r', '\n', '=', 'a', '0', 'A', 'D') });
    fc.assert(
      fc.property(text, text, (file, message) => {
        const line = githubAnnotation({ ...FINDING, file, message, advice: [] });
        expect(line).not.toMatch(/[\r\n]/);
        const [, properties = '', body = ''] = /^::error ([^:]*)::(.*)$/.exec(line) ?? [];
        expect(unescaped(properties.split(',')[0]?.slice('file='.length) ?? '')).toBe(file);
        expect(unescaped(body)).toContain(message);
      }),
    );
  });
});

/** As the runner reads it (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands). */
const unescaped = (text: string): string =>
  text.replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
