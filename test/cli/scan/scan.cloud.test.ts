import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CreateFunctionUrlConfigCommand, DeleteFunctionUrlConfigCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportDocument } from '../../../cli/report/document.ts';
import { type ScanDocument, scanDocument } from '../../../cli/scan/document.ts';
import { ROLE_NAMES } from '../../../shared/names.ts';
import {
  config,
  createExecutionRole,
  createFunction,
  HUB,
  MEMBER,
  type MemberCloud,
  REGION,
  startMemberCloud,
} from '../../shared/aws/cloud/member-cloud.ts';
import { cinch, folderOf, type Ran } from '../run-cinch.ts';

const PASSWORD = 'k7!pQz-Vt2w9';
const RULES = 'lambda-url-unauthenticated,lambda-environment-plaintext-secret,iam-role-overbroad';

let cloud: MemberCloud;
beforeAll(async () => {
  cloud = await startMemberCloud();
  const role = await createExecutionRole(cloud, 'orders-role');
  await createFunction(cloud, 'orders', role, { Environment: { Variables: { DB_PASSWORD: PASSWORD } } });
  await createFunction(cloud, 'quiet', role);
  await cloud.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: 'orders', AuthType: 'NONE' }));
});
afterAll(() => cloud?.stop());

/** As whoever has the account's credentials in the environment. */
const scan = (account: string, ...args: string[]): Promise<Ran> =>
  cinch(['scan', '--rules', RULES, '--format', 'json', ...args], { env: cloud.cloud.env(account, REGION) });
const documentOf = ({ stdout }: Ran): ScanDocument => scanDocument.parse(JSON.parse(stdout));
const found = ({ findings }: ScanDocument): string[] => findings.map(({ id, resource }) => `${resource.name}: ${id}`).sort();
const ORDERS = ['orders: lambda-environment-plaintext-secret', 'orders: lambda-url-unauthenticated'];

describe('cinch scan', () => {
  it('judges the caller’s own account', async () => {
    const ran = await scan(MEMBER);
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    const document = documentOf(ran);
    expect(found(document)).toEqual(ORDERS);
    expect(document).toMatchObject({ accounts: [{ account: MEMBER, regions: [REGION] }], errors: [], summary: { unknown: 0 } });
    expect(document.summary.resources).toBe(3);
    expect(ran.stdout).not.toContain(PASSWORD);
  });

  it('says what it judged, which `cinch report` makes passes of', async () => {
    const ran = await scan(MEMBER);
    const document = documentOf(ran);
    expect(document.accounts[0]).toMatchObject({ resources: { function: 2, role: 1, api: 0, user: 0 }, off: [] });
    expect([...document.rules].sort()).toEqual(RULES.split(',').sort());
    expect(Math.abs(Date.now() - Date.parse(document.at))).toBeLessThan(60_000);
    const folder = folderOf({ 'scan.json': ran.stdout });
    const report = await cinch(['report', 'scan.json', '--format', 'json'], { cwd: folder });
    const { summary, checklist, worst } = reportDocument.parse(JSON.parse(report.stdout));
    // Both functions and their role were judged; what is wrong is wrong with one.
    expect(summary).toMatchObject({ resources: 3, clean: 2, unknown: 0 });
    expect(checklist.find(({ id }) => id === 'wp-2')).toMatchObject({ pass: 1, violation: 1, unknown: 0, exempt: 0 });
    expect(worst.map(({ resource }) => resource.name)).toEqual(['orders']);
    const page = await cinch(['report', 'scan.json'], { cwd: folder });
    expect(page.stdout).toContain('orders');
    expect(page.stdout + report.stdout).not.toContain(PASSWORD);
  });

  it('judges another account as a role, and finds the same', async () => {
    const as = [
      '--accounts',
      MEMBER,
      '--role-name',
      ROLE_NAMES.read,
      '--external-id',
      config.hub.externalId,
      '--regions',
      REGION,
    ];
    expect(found(documentOf(await scan(HUB, ...as)))).toEqual(ORDERS);
    const refused = await scan(HUB, ...as.slice(0, 4), '--regions', REGION);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(new RegExp(`^cinch scan: account ${MEMBER}: .*${ROLE_NAMES.read} may not be assumed.*\\n$`));
    expect(documentOf(refused)).toMatchObject({ findings: [], errors: [{ account: MEMBER }] });
  });

  it('goes on from its journal where it was cut off', async () => {
    const journal = join(folderOf({}), 'scan.journal');
    const roles = [MEMBER, '333333333333'].map((account) => `arn:aws:iam::${account}:role/${ROLE_NAMES.read}`);
    const args = [
      '--role-arn',
      roles.join(','),
      '--external-id',
      config.hub.externalId,
      '--regions',
      REGION,
      '--resume',
      journal,
    ];
    const first = await scan(HUB, ...args);
    expect(first.code).toBe(2);
    expect(first.stderr).toContain('account 333333333333: ');
    expect(found(documentOf(first))).toEqual(ORDERS);
    // What is done is not read again: the journal still has the URL that is gone by now.
    await cloud.lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: 'orders' }));
    expect(found(documentOf(await scan(HUB, ...args)))).toEqual(ORDERS);
    expect(existsSync(journal)).toBe(true);
    expect((await scan(HUB, ...args, '--regions', 'us-east-1')).stderr).toContain(
      'it belongs to a scan of other accounts, regions or rules',
    );
  });

  it('removes the journal when everything is done', async () => {
    const journal = join(folderOf({}), 'scan.journal');
    const ran = await scan(MEMBER, '--resume', journal);
    expect(found(documentOf(ran))).toEqual(ORDERS.slice(0, 1));
    expect(existsSync(journal)).toBe(false);
  });

  it('says it when nobody asks', async () => {
    const env = { ...cloud.cloud.env(MEMBER, REGION), AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: folderOf({}) };
    const { code, stdout, stderr } = await cinch(['scan'], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^cinch scan: there are no credentials \(.*\): log in, or name a profile\n$/);
  });
});
