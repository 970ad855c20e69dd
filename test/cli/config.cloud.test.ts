import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configDocument } from '../../cli/config/document.ts';
import { makeConfigHistory } from '../../shared/aws/config-history.ts';
import { watchConfig } from '../../shared/flows/watch-config.ts';
import { CONFIG_PARAMETER } from '../../shared/names.ts';
import { type HubCloud, startHubCloud } from '../shared/aws/cloud/hub-cloud.ts';
import { HUB, REGION } from '../shared/aws/cloud/member-cloud.ts';
import { makeWorld } from '../support/world.ts';
import { cinch, folderOf } from './run-cinch.ts';

let cloud: HubCloud;
let ssm: SSMClient;
const yaml = (mode: string, more = '', hub = HUB): string => `version: 1
hub: { account: "${hub}", region: ${REGION}, externalId: a-secret-of-sixteen }
members: [{ account: "222222222222", regions: [${REGION}] }]
slack: { channel: C0CINCH, team: T0CINCH, approvers: { users: [U0A] } }
mode: ${mode}
${more}`;
const folder = folderOf({ 'cinch.yaml': yaml('report') });
const run = (args: readonly string[], input = '') =>
  cinch(['config', ...args], { cwd: folder, input, env: cloud.cloud.env(HUB, REGION) });
const write = (text: string): void => writeFileSync(join(folder, 'cinch.yaml'), text);
const put = (value: string) =>
  ssm.send(new PutParameterCommand({ Name: CONFIG_PARAMETER, Value: value, Type: 'String', Overwrite: true }));

beforeAll(async () => {
  cloud = await startHubCloud();
  ssm = new SSMClient({ endpoint: cloud.cloud.endpoint, region: REGION, credentials: cloud.cloud.credentials(HUB) });
});
afterAll(() => cloud?.stop());

it('changes the configuration, shows it, and has its history; the hub records each version', async () => {
  expect(await run(['push', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining('the hub: there is none') });
  const { hub, ...rest } = {
    hub: { account: HUB, region: REGION, externalId: 'a-secret-of-sixteen' },
    version: 1,
    mode: 'report',
  };
  const members = [{ account: '222222222222', regions: [REGION] }];
  const slack = { channel: 'C0CINCH', team: 'T0CINCH', approvers: { users: ['U0A'] } };
  await put(JSON.stringify({ hub, members, slack, ...rest }));
  expect(await run(['push'])).toMatchObject({ code: 0, stdout: expect.stringContaining('goes by already (version 1)') });

  write(yaml('ask'));
  const refused = await run(['push'], 'no\n');
  expect(refused).toMatchObject({ code: 1, stdout: 'mode: "report" → "ask"\n' });
  const agreed = await run(['push'], 'yes\n');
  expect(agreed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Pushed as version 2; the bot goes by it within a minute.'),
  });

  write(yaml('ask', 'allowedAccounts: ["444444444444"]').replace('222222222222', '333333333333'));
  const pushed = await run(['push', '--yes', '--format', 'json']);
  expect(configDocument.parse(JSON.parse(pushed.stdout))).toMatchObject({
    verb: 'push',
    from: 2,
    version: 3,
    changes: [{ path: 'members[0].account' }, { path: 'allowedAccounts', before: '[]', after: '["444444444444"]' }],
    alsoDeploy: ['members[0].account'],
  });

  const history = await run(['history', '--format', 'json']);
  const document = configDocument.parse(JSON.parse(history.stdout));
  expect(document).toMatchObject({ verb: 'history', versions: [{ version: 1, changes: [] }, { version: 2 }, { version: 3 }] });
  const shown = await run(['show']);
  expect(shown.stdout).toMatch(/^# version 3, .* by arn:aws:iam::/);
  expect(shown.stdout).toContain('externalId: (hidden)');
  expect(`${pushed.stdout}${history.stdout}${shown.stdout}`).not.toContain('a-secret-of-sixteen');

  const world = makeWorld({ configHistory: makeConfigHistory({ hub: cloud.hub, parameter: CONFIG_PARAMETER }) });
  expect(await watchConfig(world)).toBe(1);
  await put(JSON.stringify({ junk: true }));
  expect(await watchConfig(world)).toBe(1);
  expect((await world.ledger.readAudit('configuration')).map(({ what }) => what)).toEqual(['version 3', 'version 4']);
});

it('refuses what is not valid, another hub’s, and what is too large', async () => {
  write(yaml('repair'));
  expect(await run(['push', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining('cinch.yaml:5:1: mode') });
  write(yaml('ask'));
  await run(['push', '--yes']);
  write(yaml('ask', '', '999999999999'));
  expect(await run(['push', '--yes'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`it is for the hub in 999999999999, and these credentials lead to the one in ${HUB}`),
  });
  const many = Array.from({ length: 600 }, (_, index) => `"${500_000_000_000 + index}"`).join(', ');
  write(yaml('ask', `allowedAccounts: [${many}]`));
  expect(await run(['push', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining('an SSM parameter holds 8192') });
});

it('takes more than 4 KB', async () => {
  const many = Array.from({ length: 300 }, (_, index) => `"${500_000_000_000 + index}"`).join(', ');
  write(yaml('ask', `allowedAccounts: [${many}]`));
  expect(await run(['push', '--yes'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Pushed as version') });
});

it.each([
  [['pusch'], 'verb: pusch is none of push, show, history: push?'],
  [['show', 'no.yaml'], '--region: name the hub’s region: there is no no.yaml that tells it'],
])('refuses %j', async (args, words) => {
  expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: `cinch config: ${words}\n` });
});
