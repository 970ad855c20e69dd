import { describe, expect, it } from 'vitest';
import { findingEntry } from '../../../cli/findings/document.ts';
import { judgeSubject } from '../../../cli/findings/judge.ts';
import { readStandards } from '../../../cli/findings/standards.ts';
import { findingsTable, findingsWords, restWords } from '../../../cli/findings/table.ts';
import { coloursOf } from '../../../cli/frame/colours.ts';
import { InvalidConfiguration } from '../../../shared/model/errors.ts';
import { unknown } from '../../../shared/model/unknown.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { EXAMPLE_FUNCTION, EXAMPLE_NOW, EXAMPLE_SETTINGS } from '../../../shared/rules/parts/example-context.ts';
import { folderOf } from '../run-cinch.ts';
import { sampleFindings } from './sample.ts';

const ID = 'lambda-timeout-excessive';
const rule = RULES.find(({ id }) => id === ID);
const violating = rule?.examples.violates.find(({ name }) => name === 'behind an API with 900 s')?.state ?? {};
const standards = readStandards({ rules: [ID] });
const subject = { resource: EXAMPLE_FUNCTION, state: violating };
const PLAIN = { colours: coloursOf({ isTTY: false }, {}), width: 100 };

describe('judgeSubject', () => {
  it('makes a finding of a violation', () => {
    const { findings, unknown: unjudged } = judgeSubject(subject, standards, EXAMPLE_NOW);
    expect(unjudged).toEqual([]);
    expect(findings).toMatchObject([
      {
        id: ID,
        severity: 'medium',
        resource: { kind: 'function', name: 'orders-api' },
        remedy: { kind: 'steps', steps: ['lower-timeout'], risk: 'safe' },
      },
    ]);
  });

  it('takes what is not known for neither a pass nor a finding', () => {
    const judged = judgeSubject(
      { ...subject, state: { ...violating, urls: unknown('a parameter without a default') } },
      standards,
      EXAMPLE_NOW,
    );
    expect(judged.findings).toEqual([]);
    expect(judged.unknown).toMatchObject([{ id: ID, why: ['urls: a parameter without a default'] }]);
  });

  it('keeps to the resource’s own exemption, and says when it can’t be read', () => {
    const tagged = (tag: string) => ({ ...subject, state: { ...violating, tags: { 'cinch:exempt': tag } } });
    const exempt = judgeSubject(tagged(`${ID} until 2099-01-31 by pay@example.com: known`), standards, EXAMPLE_NOW);
    expect(exempt.findings).toEqual([]);
    expect(exempt.exempt).toMatchObject([{ id: ID, owner: 'pay@example.com', reason: 'known' }]);
    expect(
      judgeSubject(tagged(`${ID} until 2020-01-31 by pay@example.com: known`), standards, EXAMPLE_NOW).findings,
    ).toHaveLength(1);
    const [unreadable] = judgeSubject(tagged('please'), standards, EXAMPLE_NOW).findings;
    expect(unreadable?.advice.at(-1)).toContain('cinch:exempt');
  });

  it('makes entries that the schema allows, of every rule', () => {
    const findings = sampleFindings('a.yaml');
    expect(findings).toHaveLength(RULES.length);
    for (const finding of findings) expect(findingEntry.safeParse(finding).error?.issues).toBeUndefined();
  });
});

describe('what resources are held to', () => {
  const CONFIG = `version: 1
hub: { account: "111111111111", region: eu-central-1, externalId: an-external-id-0001 }
members: [{ account: "222222222222", regions: [eu-central-1] }]
slack: { channel: C0123456789, team: T0123456789, approvers: {} }
`;
  const config = `${folderOf({ 'cinch.yaml': `${CONFIG}timeout: { ceilingSeconds: 60 }\nrules: { ${ID}: "off" }\noverrides: [{ accounts: ["333333333333"], rules: { ${ID}: ask } }]\n` })}/cinch.yaml`;

  it('is the whole catalogue but what must be opted into, with the default settings', () => {
    const { rules, settingsFor } = readStandards({});
    expect(rules).toEqual(RULES.filter(({ optIn }) => !optIn));
    expect(settingsFor('222222222222')).toEqual(EXAMPLE_SETTINGS);
  });

  it('or what cinch.yaml leaves on in an account, with its settings', () => {
    const given = readStandards({ config });
    expect(given.settingsFor('222222222222').timeout.ceilingSeconds).toBe(60);
    expect(given.rulesFor(EXAMPLE_FUNCTION).map(({ id }) => id)).not.toContain(ID);
    expect(given.rulesFor({ ...EXAMPLE_FUNCTION, account: '333333333333' }).map(({ id }) => id)).toContain(ID);
  });

  it('is refused with problems', () => {
    const file = `${folderOf({ 'cinch.yaml': `${CONFIG}mode: repair\n` })}/cinch.yaml`;
    expect(() => readStandards({ config: file })).toThrow(InvalidConfiguration);
    expect(() => readStandards({ config: file })).toThrow(`${file}:5:1: mode: must be one of`);
  });
});

describe('the table', () => {
  it('puts findings under their file, with place, rule, resource and what to do', () => {
    const findings = judgeSubject(
      { ...subject, place: { file: 'a.yaml', line: 7, column: 5 }, logicalId: 'Orders' },
      standards,
      EXAMPLE_NOW,
    ).findings;
    const [file, head, message, ...rest] = findingsTable(findings, PLAIN);
    expect(file).toBe('a.yaml');
    expect(head).toBe(`  7:5       medium    ${ID}  function Orders`);
    expect(message).toContain('its timeout of 900 s');
    expect(rest.join('\n')).toContain('Cinch can: lower-timeout (safe)');
  });

  it('lets no name steer the terminal', () => {
    const findings = sampleFindings('a\u001b[2J.yaml').map((one) => ({ ...one, message: 'x\u0007\u009b1m' }));
    expect(findingsTable(findings, PLAIN).join('')).not.toMatch(/\p{Cc}/u);
  });

  it('never hides what is unknown', () => {
    expect(findingsWords([], PLAIN.colours)).toBe('no findings');
    const [one] = judgeSubject({ ...subject, state: {} }, standards, EXAMPLE_NOW).unknown;
    expect(restWords(one ? [one] : [], [], false)).toEqual(['1 outcome unknown (--unknown lists them)']);
  });
});
