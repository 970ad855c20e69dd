import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asffOf, workflowOf } from '../../../shared/exports/asff.ts';
import { ocsfOf } from '../../../shared/exports/ocsf.ts';
import { FINDING_STATUSES, STATE_OF, UNJUDGED } from '../../../shared/model/finding.ts';
import { ROOT } from '../../house/source-files.ts';
import { anyFinding, findingOf, makeCheck, RESOURCES, ruleWords } from './samples.ts';

const PLACE = { account: '111111111111', region: 'eu-central-1', at: '2026-11-22T12:00:05.000Z' };
const check = makeCheck('asff.schema.json');
const asff = (more = {}, place = {}) => {
  const finding = findingOf(more);
  return asffOf(finding, ruleWords(finding.ruleId), { ...PLACE, ...place });
};

describe('a finding in AWS’s format', () => {
  it('is of the hub’s own product and account, names rule and resource, and keeps its id', () => {
    expect(asff()).toMatchObject({
      SchemaVersion: '2018-10-08',
      Id: 'cinch/5bda78f114cede5f',
      ProductArn: 'arn:aws:securityhub:eu-central-1:111111111111:product/111111111111/default',
      AwsAccountId: '111111111111',
      GeneratorId: 'lambda-policy-public',
      Severity: { Label: 'CRITICAL', Original: 'critical' },
      UpdatedAt: PLACE.at,
      Description: 'Function orders in account 222222222222, eu-central-1: anybody may invoke it.',
      Remediation: { Recommendation: { Text: 'Name who may invoke it.' } },
      Compliance: { Status: 'FAILED', RelatedRequirements: expect.arrayContaining(['Security Hub FSBP/Lambda.1']) },
      ProductFields: {
        'cinch/account': '222222222222',
        'cinch/evidence': 'Policy.Statement[0].Principal: * (expected: somebody)',
      },
    });
    expect(asff().FindingProviderFields).toEqual({ Severity: asff().Severity, Types: asff().Types });
    expect(asff().Types).toContain(
      'Software and Configuration Checks/Industry and Regulatory Standards/AWS Foundational Security Best Practices',
    );
    expect(asff({ status: 'fixed', updatedAt: '2026-11-23T00:00:00.000Z' }).Id).toBe(asff().Id);
  });

  it('has the address of its rule where one is configured', () => {
    const { Recommendation } = asff({}, { rulesUrl: 'https://docs.example.com/rules.md' }).Remediation;
    expect(Recommendation.Url).toBe('https://docs.example.com/rules.md#lambda-policy-public');
    expect(asff().Remediation.Recommendation).not.toHaveProperty('Url');
  });

  it('is of another partition in another partition', () => {
    expect(asff({}, { region: 'us-gov-west-1' }).ProductArn).toBe(
      'arn:aws-us-gov:securityhub:us-gov-west-1:111111111111:product/111111111111/default',
    );
  });

  it.each([
    [0, undefined, 'AwsLambdaFunction', 'arn:aws:lambda:eu-central-1:222222222222:function:orders', 'eu-central-1'],
    [1, undefined, 'AwsIamRole', 'arn:aws:iam::222222222222:role/team/app', 'us-east-1'],
    [2, undefined, 'AwsIamUser', 'arn:aws:iam::222222222222:user/dana', 'us-east-1'],
    [3, 'REST', 'AwsApiGatewayRestApi', 'arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5', 'eu-central-1'],
    [3, 'HTTP', 'AwsApiGatewayV2Api', 'arn:aws:apigateway:eu-central-1::/apis/a1b2c3d4e5', 'eu-central-1'],
    [3, undefined, 'Other', 'arn:aws:execute-api:eu-central-1:222222222222:a1b2c3d4e5', 'eu-central-1'],
  ])('resource %i, protocol %s: %s', (index, protocol, Type, Id, Region) => {
    const [resource] = asff({ resource: RESOURCES[index], protocol }).Resources;
    expect(resource).toMatchObject({ Type, Id, Region, Partition: 'aws' });
  });

  it.each([
    ['reported', 'NEW', 'FAILED', 'ACTIVE'],
    ['asked', 'NOTIFIED', 'FAILED', 'ACTIVE'],
    ['fixing', 'NOTIFIED', 'FAILED', 'ACTIVE'],
    ['undone', 'NOTIFIED', 'FAILED', 'ACTIVE'],
    ['discarded', 'NOTIFIED', 'FAILED', 'ACTIVE'],
    ['expired', 'NEW', 'FAILED', 'ACTIVE'],
    ['failed', 'NEW', 'FAILED', 'ACTIVE'],
    ['denied', 'SUPPRESSED', 'FAILED', 'ACTIVE'],
    ['exempt', 'SUPPRESSED', 'FAILED', 'ACTIVE'],
    ['fixed', 'RESOLVED', 'PASSED', 'ARCHIVED'],
    ['resolved', 'RESOLVED', 'PASSED', 'ARCHIVED'],
  ] as const)('%s is %s, %s, %s', (status, workflow, compliance, record) => {
    const { Workflow, Compliance, RecordState } = asff({ status });
    expect([Workflow.Status, Compliance.Status, RecordState]).toEqual([workflow, compliance, record]);
  });

  it.each(FINDING_STATUSES)('%s is what the page says', (status) => {
    const page = readFileSync(join(ROOT, 'docs/exports.md'), 'utf8');
    const { Workflow, Compliance, RecordState } = asff({ status });
    const ocsf = ocsfOf(findingOf({ status }), undefined, { version: '0.1.0' }) as { status: string; activity_name: string };
    const activity = ocsf.activity_name === 'Close' ? 'Close' : 'Create, Update';
    const cells = [STATE_OF[status], Workflow.Status, Compliance.Status, RecordState, ocsf.status, activity];
    expect(page).toContain(`| \`${status}\` | ${cells.join(' | ')} |`);
  });

  it('agrees with the state that events tell', () => {
    const states = { NEW: 'open', NOTIFIED: 'open', SUPPRESSED: 'suppressed', RESOLVED: 'resolved' };
    for (const status of FINDING_STATUSES) expect(states[workflowOf(status)]).toBe(STATE_OF[status]);
  });

  it('has not failed when it could not be judged', () => {
    expect(asff({ status: 'reported', reason: UNJUDGED }).Compliance.Status).toBe('WARNING');
  });

  it('is within AWS’s model and limits, whatever is in it', () => {
    fc.assert(
      fc.property(anyFinding, fc.constantFrom('REST', 'WEBSOCKET', undefined), (finding, protocol) => {
        const made = asffOf({ ...finding, ...(protocol ? { protocol } : {}) }, ruleWords(finding.ruleId), PLACE);
        expect(check(made)).toBeUndefined();
        expect(Buffer.byteLength(JSON.stringify(made))).toBeLessThan(240_000);
        for (const word of [made.Title, made.Description, ...Object.values(made.ProductFields)])
          expect(() => encodeURIComponent(word)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  it('is told from what AWS would refuse', () => {
    const made = asff();
    expect(check({ ...made, Title: 'x'.repeat(257) })).toMatch(/Title/);
    expect(check({ ...made, Description: ' ' })).toMatch(/Description/);
    expect(check({ ...made, Workflow: { Status: 'OPEN' } })).toMatch(/Workflow/);
    expect(check({ ...made, Resources: [] })).toMatch(/Resources/);
    expect(check({ ...made, Environment: {} })).toMatch(/Environment/);
    expect(check({ ...made, ProductFields: { 'cinch/reason': 'x'.repeat(2049) } })).toMatch(/ProductFields/);
  });
});
