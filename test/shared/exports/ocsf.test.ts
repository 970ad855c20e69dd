import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ocsfOf } from '../../../shared/exports/ocsf.ts';
import { UNJUDGED } from '../../../shared/model/finding.ts';
import { anyFinding, findingOf, makeCheck, ruleWords } from './samples.ts';

const check = makeCheck('ocsf-compliance-finding.schema.json');
const ocsf = (more = {}, options = {}) => {
  const finding = findingOf(more);
  return ocsfOf(finding, ruleWords(finding.ruleId), { version: '0.1.0', ...options }) as Record<string, never>;
};

describe('a finding in OCSF', () => {
  it('is a compliance finding of the member’s account', () => {
    expect(ocsf()).toMatchObject({
      class_uid: 2003,
      category_uid: 2,
      type_uid: 200302,
      activity_id: 2,
      time: Date.parse('2026-11-22T11:00:01.000Z'),
      severity_id: 5,
      metadata: { version: '1.6.0', profiles: ['cloud'] },
      finding_info: { uid: '5bda78f114cede5f', analytic: { uid: 'lambda-policy-public', type_id: 1 } },
      compliance: {
        status_id: 3,
        control: 'lambda-policy-public',
        requirements: expect.arrayContaining(['Security Hub FSBP/Lambda.1']),
      },
      resources: [{ uid: 'arn:aws:lambda:eu-central-1:222222222222:function:orders', type: 'AWS::Lambda::Function' }],
      cloud: { account: { uid: '222222222222', type_id: 10 } },
    });
    expect(ocsf({}, { rulesUrl: 'https://docs.example.com/rules.md' }).remediation).toEqual({
      desc: 'Name who may invoke it.',
      references: ['https://docs.example.com/rules.md#lambda-policy-public'],
    });
  });

  it.each([
    ['reported', 1, 2, 3],
    ['asked', 2, 2, 3],
    ['failed', 1, 2, 3],
    ['exempt', 3, 2, 3],
    ['denied', 3, 2, 3],
    ['fixed', 4, 3, 1],
    ['resolved', 4, 3, 1],
  ] as const)('%s: status %i, activity %i, compliance %i', (status, status_id, activity_id, complied) => {
    expect(ocsf({ status })).toMatchObject({ status_id, activity_id, type_uid: 200300 + activity_id });
    expect(ocsf({ status }).compliance).toMatchObject({ status_id: complied });
  });

  it('is created when nothing has happened to it, and a warning when it could not be judged', () => {
    expect(ocsf({ updatedAt: '2026-11-22T11:00:01.000Z' })).toMatchObject({ activity_id: 1 });
    expect(ocsf({ status: 'reported', reason: UNJUDGED }).compliance).toMatchObject({ status_id: 2, status: 'Warning' });
  });

  it('is what the framework’s schema says, whatever is in it', () => {
    fc.assert(
      fc.property(anyFinding, (finding) => {
        expect(check(ocsfOf(finding, ruleWords(finding.ruleId), { version: '0.1.0' }))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('is told from what the schema refuses', () => {
    const { finding_info: _, ...without } = ocsf();
    expect(check(without)).toMatch(/finding_info/);
    expect(check({ ...ocsf(), severity_id: 7 })).toMatch(/severity_id/);
    expect(check({ ...ocsf(), class_uid: 2001 })).toMatch(/class_uid/);
    expect(check({ ...ocsf(), environment: {} })).toMatch(/environment/);
  });
});
