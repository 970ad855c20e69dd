import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE, type Catalogue } from '../../infra/catalogue.ts';
import { makeStacks } from '../../infra/make-stacks.ts';
import { cdkDeploy } from '../../local/cloud/cdk.ts';
import { type Cloud, startCloud } from '../../local/cloud/start.ts';
import { CANARY_PATTERN } from '../../shared/events/patterns.ts';
import { CANARY_SOURCE } from '../../shared/names.ts';
import { orgConfigFor, settingsFor } from '../infra/stacks.ts';
import { openAccount } from '../local/cloud/account.ts';
import { makeOrganization, type Organization } from '../local/cloud/organization.ts';

/** A version of Cinch without one step, one source and one kind of event, and then this one, through the StackSets. */

const MANAGEMENT = '999999999999';
const REGIONS = ['eu-central-1', 'us-east-1'];
const NEW_STEP = 'replace-stream-policy';
const NEW_ACTION = 'kinesis:PutResourcePolicy';

const { [NEW_STEP]: _new, ...steps } = CATALOGUE.steps;
const BEFORE: Catalogue = {
  steps,
  patterns: CATALOGUE.patterns
    .filter(({ id }) => id !== 'wafv2')
    .map((one) => ({
      ...one,
      pattern: { ...one.pattern, detail: { ...one.pattern.detail, eventName: [{ prefix: 'CreateFunction' }] } },
    })),
};

let cloud: Cloud;
let organization: Organization;
let unit: string;
let members: string[];

beforeAll(async () => {
  cloud = await startCloud();
  organization = await makeOrganization(cloud, MANAGEMENT);
  unit = await organization.makeUnit('shop');
  members = [await organization.makeAccount('one', unit), await organization.makeAccount('two', unit)];
  await deploy(BEFORE);
}, 120_000);
afterAll(() => cloud?.stop());

/** The real `cdk deploy` of the StackSets, as the operator's after an upgrade. */
async function deploy(catalogue: Catalogue): Promise<void> {
  const local = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.local');
  mkdirSync(local, { recursive: true });
  const outdir = mkdtempSync(join(local, 'upgrade-'));
  try {
    const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
    makeStacks(app, {
      config: orgConfigFor({ managementAccount: MANAGEMENT, units: [unit], regions: REGIONS }),
      settings: settingsFor({ synthesizer: 'cli-credentials' }),
      codeOf: () => Code.fromInline('exports.handler = async () => undefined'),
      catalogue,
    });
    app.synth();
    await cdkDeploy(cloud, { account: MANAGEMENT, region: 'eu-central-1', app: outdir, stacks: ['CinchOrganization'] });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What of a member must stay what it is. */
async function identityOf(account: string): Promise<unknown> {
  const { iam } = openAccount(cloud, account);
  const roles = await Promise.all(
    ['cinch-read', 'cinch-write', 'cinch-undo', 'cinch-forward'].map(async (RoleName) => {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      return [Role?.RoleId, Role?.CreateDate];
    }),
  );
  const stacks = await Promise.all(
    ['cinch-member-home', 'cinch-member'].map(async (StackSetName) => {
      const client = new CloudFormationClient({
        endpoint: cloud.endpoint,
        region: 'eu-central-1',
        credentials: cloud.credentials(MANAGEMENT),
      });
      const { Summaries = [] } = await client.send(new ListStackInstancesCommand({ StackSetName }));
      return Summaries.filter(({ Account }) => Account === account).map(({ StackId, Status }) => [StackId, Status]);
    }),
  );
  return { roles, stacks };
}

async function policyOf(account: string, RoleName: string): Promise<string> {
  const asked = new GetRolePolicyCommand({ RoleName, PolicyName: 'cinch-sources' });
  const { PolicyDocument } = await openAccount(cloud, account).iam.send(asked);
  return decodeURIComponent(PolicyDocument ?? '');
}

/** Source -> pattern. */
async function rulesIn(account: string, region: string): Promise<Record<string, unknown>> {
  const { Rules = [] } = await openAccount(cloud, account, region).events.send(new ListRulesCommand({}));
  const patterns = Rules.map(({ EventPattern }) => JSON.parse(EventPattern ?? '{}') as { source: string[] });
  return Object.fromEntries(patterns.map((pattern) => [pattern.source.join(), pattern]));
}

const expectedIn = ({ patterns }: Catalogue, region: string): Record<string, unknown> =>
  Object.fromEntries(
    [...patterns, { id: 'canary', source: CANARY_SOURCE, pattern: CANARY_PATTERN }]
      .filter(({ id }) => id !== 'iam' || region === 'us-east-1')
      .map(({ source, pattern }) => [source, JSON.parse(JSON.stringify(pattern)) as unknown]),
  );

async function expectVersion(catalogue: Catalogue, allows: boolean): Promise<void> {
  for (const account of members) {
    for (const role of ['cinch-write', 'cinch-undo']) expect((await policyOf(account, role)).includes(NEW_ACTION)).toBe(allows);
    for (const region of REGIONS) expect(await rulesIn(account, region)).toEqual(expectedIn(catalogue, region));
  }
}

describe('an upgrade', () => {
  it('is followed by roles and rules of every member, in place', async () => {
    await expectVersion(BEFORE, false);
    const before = await Promise.all(members.map(identityOf));
    await deploy(CATALOGUE);
    await expectVersion(CATALOGUE, true);
    expect(await Promise.all(members.map(identityOf))).toEqual(before);
  });

  it('is what an account has that joins after it', async () => {
    const joined = await organization.makeAccount('three', unit);
    members = [joined];
    await expect
      .poll(() =>
        expectVersion(CATALOGUE, true).then(
          () => 'there',
          () => 'not yet',
        ),
      )
      .toBe('there');
  });
});
