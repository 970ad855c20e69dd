import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureMoto } from '../../local/setup/setup.mjs';
import { envCredentials } from '../../shared/aws/credentials.ts';
import { makeHubClient } from '../../shared/aws/hub-client.ts';
import { sendRest } from '../../shared/aws/rest-client.ts';
import { makeSecurityHub } from '../../shared/aws/security-hub.ts';
import { type AsffFinding, asffOf } from '../../shared/exports/asff.ts';
import { findingChanged } from '../../shared/flows/domain-events.ts';
import { exportMessages } from '../../shared/flows/export-findings.ts';
import type { Ledger } from '../../shared/flows/ports.ts';
import { FINDING_STATUSES } from '../../shared/model/finding.ts';
import { RULES } from '../../shared/rules/index.ts';
import { cinch } from '../cli/run-cinch.ts';
import { makeTestLedger } from '../shared/aws/cloud/hub-cloud.ts';
import { HUB, type MemberCloud, REGION, realClock } from '../shared/aws/cloud/member-cloud.ts';
import { findingOf, RESOURCES, ruleWords } from '../shared/exports/samples.ts';
import { makeConfig, makeWorld } from '../support/world.ts';
import { startMoto } from './start-moto.ts';

/** The real calls to Security Hub, which the local cloud lacks. What moto lacks of it is in test/shared/aws/security-hub.test.ts. */
let cloud: MemberCloud;
let ledger: Ledger & { readonly table: string };
const deps = { clock: realClock, random: Math.random, region: REGION, credentials: envCredentials };

beforeAll(async () => {
  cloud = await startMoto();
  const hub = makeHubClient({ clock: realClock, random: Math.random, region: REGION });
  // Moto puts whoever has no session into one account: the functions' own keys, and so the table's.
  const own = await envCredentials();
  ledger = await makeTestLedger({ hub, cloud: { endpoint: cloud.cloud.endpoint, credentials: () => own } }, realClock);
});
afterAll(() => cloud?.stop());

async function inSecurityHub(): Promise<Map<string, AsffFinding>> {
  const answer = await sendRest(deps, 'securityhub', 'POST', '/findings', 'GetFindings', { MaxResults: 100 });
  const { Findings } = JSON.parse(answer) as { Findings: AsffFinding[] };
  return new Map(Findings.map((finding) => [finding.Id, finding]));
}

describe('Security Hub', () => {
  it('is told of a finding by the event of its change, and follows it', async () => {
    const securityHub = makeSecurityHub({ ...deps, account: async () => HUB });
    const world = {
      ...makeWorld({ config: makeConfig({ exports: { securityHub: true } }) }),
      ledger,
      securityHub,
      clock: realClock,
    };
    const tell = (finding = findingOf()) => {
      const { type, detail } = findingChanged(finding);
      return exportMessages(world, RULES, [JSON.stringify({ source: 'cinch', 'detail-type': type, detail })]);
    };
    const first = await ledger.writeFinding(findingOf({ version: 0, status: 'reported' }));
    expect(await tell(first)).toEqual([undefined]);
    expect((await inSecurityHub()).get('cinch/5bda78f114cede5f')).toMatchObject({
      AwsAccountId: HUB,
      Workflow: { Status: 'NEW' },
      Compliance: { Status: 'FAILED' },
      RecordState: 'ACTIVE',
    });
    const asked = first && (await ledger.writeFinding({ ...first, status: 'asked', updatedAt: '2026-11-22T12:30:00.000Z' }));
    expect(await tell(asked)).toEqual([undefined]);
    expect((await inSecurityHub()).get('cinch/5bda78f114cede5f')?.ProductFields['cinch/status']).toBe('asked');
  });

  it('takes a hundred at once', async () => {
    const securityHub = makeSecurityHub({ ...deps, account: async () => HUB });
    const place = { account: HUB, region: REGION, at: new Date().toISOString() };
    const hundred = Array.from({ length: 100 }, (_, index) => asffOf(findingOf({ id: `many-${index}` }), undefined, place));
    expect((await securityHub.importFindings(hundred)).size).toBe(0);
  });
});

it('every finding is within the whole of AWS’s own model', async () => {
  const place = { account: HUB, region: REGION, at: new Date().toISOString(), rulesUrl: 'https://docs.example.com/rules.md' };
  const findings = FINDING_STATUSES.flatMap((status) =>
    RESOURCES.flatMap((resource) =>
      [undefined, 'REST' as const, 'HTTP' as const].map((protocol) => {
        const finding = findingOf({ status, resource, ...(protocol ? { protocol } : {}) });
        return asffOf(finding, ruleWords(finding.ruleId), place);
      }),
    ),
  );
  const validate = (given: readonly object[]): string =>
    execFileSync(join(dirname(python), 'python3'), ['-c', VALIDATE], { input: JSON.stringify(given), encoding: 'utf8' }).trim();
  const python = await ensureMoto();
  expect(validate(findings.slice(0, 100))).toBe('');
  expect(validate([{ ...findings[0], Environment: {} }])).toContain('Environment');
});

const VALIDATE = `
import json, sys, botocore.session, botocore.validate
model = botocore.session.get_session().get_service_model('securityhub')
shape = model.operation_model('BatchImportFindings').input_shape
print(botocore.validate.ParamValidator().validate({'Findings': json.load(sys.stdin)}, shape).generate_report())
`;

it('cinch findings reads the ledger, and nothing else is needed', async () => {
  await ledger.writeFinding(findingOf({ id: 'exempt', version: 0, status: 'exempt', updatedAt: '2026-11-20T00:00:00.000Z' }));
  await ledger.writeFinding(findingOf({ id: 'old', version: 0, updatedAt: '2026-10-01T00:00:00.000Z' }));
  const list = async (...args: string[]) => {
    const { code, stdout, stderr } = await cinch(['findings', '--table', ledger.table, '--format', 'json', ...args], {
      env: cloud.cloud.env(HUB, REGION),
    });
    expect([code, stderr]).toEqual([0, '']);
    return (JSON.parse(stdout) as { findings: { id: string }[] }).findings.map(({ id }) => id);
  };
  expect(await list()).toEqual(['5bda78f114cede5f', 'old']);
  expect(await list('--since', '2026-11-01', '--status', 'all')).toEqual(['5bda78f114cede5f', 'exempt']);
  const missing = await cinch(['findings', '--table', 'none'], { env: cloud.cloud.env(HUB, REGION) });
  expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('none: there is no such table') });
});
