import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../../shared/templates/parse.ts';
import { MalformedTemplate } from '../../../shared/templates/tree/malformed.ts';
import { parseJsonTree } from '../../../shared/templates/tree/parse-json.ts';
import { parseYamlTree } from '../../../shared/templates/tree/parse-yaml.ts';

function failure(run: () => unknown): { line: number; column: number; why: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof MalformedTemplate) return { ...error.place, why: error.why };
    throw error;
  }
  throw new Error('nothing was thrown');
}

const yaml = (text: string) => parseYamlTree(text, 'a.yaml');
const json = (text: string) => parseJsonTree(text, 'a.json');

describe('YAML', () => {
  it('turns short forms into long ones', () => {
    const text =
      'a: !Ref B\nc: !Sub "${D}"\ne: !GetAtt F.Arn\ng: !If [H, !Ref I, !Ref AWS::NoValue]\nj: !Condition K\nl: !Fn::Base64 m';
    expect(yaml(text).root).toEqual({
      a: { Ref: 'B' },
      c: { 'Fn::Sub': '${D}' },
      e: { 'Fn::GetAtt': 'F.Arn' },
      g: { 'Fn::If': ['H', { Ref: 'I' }, { Ref: 'AWS::NoValue' }] },
      j: { Condition: 'K' },
      l: { 'Fn::Base64': 'm' },
    });
  });

  it('keeps the digits of what is no plain number', () => {
    expect(yaml('a: 012345678901\nb: 1.10\nc: 900\nd: 2012-10-17\ne: true\nf: 0x10').root).toEqual({
      a: '012345678901',
      b: '1.10',
      c: 900,
      d: '2012-10-17',
      e: true,
      f: '0x10',
    });
  });

  it('writes aliases and merge keys out; own keys count', () => {
    const text = 'base: &base\n  Timeout: 3\n  Runtime: nodejs22.x\none:\n  <<: *base\n  Timeout: 9\ntwo: *base';
    expect(yaml(text).root).toMatchObject({ one: { Timeout: 9, Runtime: 'nodejs22.x' }, two: { Timeout: 3 } });
  });

  it('knows where things stand', () => {
    const tree = yaml(
      '\uFEFFResources:\n  Fn:\n    Properties:\n      Layers:\n        - one\n        - !Ref Two\n      Timeout: 900\n',
    );
    expect(tree.placeOf(['Resources', 'Fn', 'Properties', 'Timeout'])).toEqual({ line: 7, column: 7 });
    expect(tree.placeOf(['Resources', 'Fn', 'Properties', 'Layers', 1])).toMatchObject({ line: 6 });
    expect(tree.placeOf(['Resources', 'Fn', 'Properties', 'Nothing'])).toEqual({ line: 3, column: 5 });
  });

  it('takes the last of a key that comes twice, as CloudFormation does', () => {
    const tree = yaml('a:\n  b: 1\n  c: 2\nd: 3\na:\n  b: 4\n');
    expect(tree.root).toEqual({ d: 3, a: { b: 4 } });
    expect(tree.placeOf(['a', 'b'])).toEqual({ line: 6, column: 3 });
    expect(tree.placeOf(['a', 'c'])).toEqual({ line: 5, column: 1 });
  });

  it('takes brackets and quotes that end too far left, as AWS does', () => {
    const text = 'a:\n  b: [{\n    "c": 1\n  }]\n  d: [\n  one,\n  two\n  ]\n  e: \'{\n  "f": [\n  1]\n}\'\ng: 900\n';
    const tree = yaml(text);
    expect(tree.root).toEqual({ a: { b: [{ c: 1 }], d: ['one', 'two'], e: '{ "f": [ 1] }' }, g: 900 });
    expect(tree.placeOf(['a', 'd', 1])).toEqual({ line: 7, column: 3 });
    expect(tree.placeOf(['g'])).toEqual({ line: 13, column: 1 });
  });

  it.each([
    ['several documents', 'a: 1\n---\nb: 2', 2, 1, /more than one document/],
    ['an alias without its anchor', 'a: *b', 1, 4, /anchor/],
    ['an alias that holds itself', 'a: &a\n  b: *a', 2, 6, /itself/],
    ['a tab', 'a:\n\tb: 1', 2, 1, /tab/],
    ['a list as a key', '? [a]\n: b', 1, 3, /no text/],
    ['a prototype', '__proto__: 1', 1, 1, /no template/],
  ])('refuses %s', (_, text, line, column, why) => {
    const found = failure(() => yaml(text));
    expect(found.why).toMatch(why);
    expect({ line: found.line, column: found.column }).toEqual({ line, column });
  });

  it('refuses bombs', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `a${level}: &a${level} [${Array(10)
          .fill(level === 0 ? 'x' : `*a${level - 1}`)
          .join(', ')}]`,
    );
    expect(failure(() => yaml(levels.join('\n'))).why).toMatch(/a million/);
    expect(failure(() => yaml(`a: ${'['.repeat(500)}${']'.repeat(500)}`)).why).toMatch(/deep/);
    expect(failure(() => yaml(`a: ${'['.repeat(50_000)}`)).why).toMatch(/deep|missing|not YAML|indentation/);
    expect(failure(() => yaml(`a: ${'x'.repeat(8_000_000)}`)).why).toMatch(/MB/);
  });

  it('quotes nothing of the text', () => {
    const found = failure(() => yaml('Password: "hunter2hunter2\nb: [1'));
    expect(found.why).not.toMatch(/hunter2/);
  });
});

describe('JSON', () => {
  it('gives what JSON.parse gives', () => {
    const text = '{"a": [1, -2.5e3, "x\\u0041\\n\\"", true, null], "b": {"c": {}, "d": []}, "" : "é"}';
    expect(json(text).root).toMatchObject({ b: { c: {}, d: [] }, '': 'é' });
    expect(json('[1, true, null, "x\\u0041\\n\\"\\\\"]').root).toEqual(JSON.parse('[1, true, null, "x\\u0041\\n\\"\\\\"]'));
  });

  it('takes the last of a key that comes twice, as CloudFormation does', () => {
    const tree = json('{"a": {"b": 1},\n "c": 2,\n "a": {"b": 3}}');
    expect(tree.root).toEqual({ c: 2, a: { b: 3 } });
    expect(tree.placeOf(['a', 'b'])).toEqual({ line: 3, column: 8 });
  });

  it('knows where things stand', () => {
    const tree = json('\uFEFF{\n  "a": {\n    "b": [1,\n      {"c": 2}]\n  }\n}');
    expect(tree.placeOf(['a', 'b', 1, 'c'])).toEqual({ line: 4, column: 8 });
    expect(tree.placeOf(['a', 'x'])).toEqual({ line: 2, column: 3 });
  });

  it.each([
    ['a missing comma', '{"a": 1\n "b": 2}', 2, 2, /comma/],
    ['a missing colon', '{"a" 1}', 1, 6, /colon/],
    ['an open text', '{"a": "b}', 1, 7, /does not end/],
    ['an early end', '{"a": ', 1, 7, /too early/],
    ['a trailing comma', '{"a": [1,]}', 1, 10, /neither a value/],
    ['more behind', '{} {}', 1, 4, /more after/],
    ['a wrong escape', '{"a": "\\q"}', 1, 7, /escape/],
    ['a prototype', '{"__proto__": 1}', 1, 2, /no template/],
  ])('refuses %s', (_, text, line, column, why) => {
    const found = failure(() => json(text));
    expect(found.why).toMatch(why);
    expect({ line: found.line, column: found.column }).toEqual({ line, column });
  });

  it('refuses what is too deep', () => {
    expect(failure(() => json('['.repeat(100_000))).why).toMatch(/deep/);
  });
});

describe('parseTemplate', () => {
  const kind = (text: string, file = 'template.yaml') => parseTemplate(text, file)?.kind;

  it('tells what a file is', () => {
    expect(kind('Resources:\n  Q:\n    Type: AWS::SQS::Queue')).toBe('cloudformation');
    expect(kind('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}', 'a.json')).toBe('cloudformation');
    expect(kind('Transform: AWS::Serverless-2016-10-31\nResources: {}')).toBe('sam');
    expect(kind('Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\nResources: {}')).toBe('sam');
    expect(kind('{"format_version": "1.2", "planned_values": {}}', 'plan.json')).toBe('terraform');
    expect(kind('{"version": "48.0.0", "artifacts": {}}', 'manifest.json')).toBe('cdk-manifest');
  });

  it('leaves other files alone, even those that it could not read', () => {
    expect(kind('{"name": "cinch", "version": "1"}', 'package.json')).toBeUndefined();
    expect(kind('services:\n  web:\n    image: nginx')).toBeUndefined();
    expect(kind('name: {{ .Values.name }}\n- what')).toBeUndefined();
    expect(kind('Resources:\n  - a\n  - b')).toBeUndefined();
    expect(kind('')).toBeUndefined();
  });
});
