import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, CreateUserCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { makeTrail } from '../local/cloud/trail.ts';
import { HUB, MEMBER, type System } from '../local/system.ts';

/** The accounts of bench/load.ts: the member stack in each, as it is deployed, and somebody's role and user. */

export const REGION = MEMBER.region;
export const CEILING_SECONDS = 60;
/** Two roles that no function has, and a user. */
export const THEIRS = { role: 'load-app', otherRole: 'load-other', user: 'load-person' } as const;

/** The first is deployed by the CDK, the others get its template. */
export const accountsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => (index === 0 ? MEMBER.account : String(300_000_000_000 + index)));

/** Answers the file's path. */
export function writeConfig(accounts: readonly string[]): string {
  const local = fileURLToPath(new URL('../.local/', import.meta.url));
  mkdirSync(local, { recursive: true });
  const file = join(mkdtempSync(join(local, 'load-')), 'cinch.yaml');
  const members = accounts.map((account, index) => `  - { account: "${account}", name: load-${index}, regions: [${REGION}] }\n`);
  writeFileSync(
    file,
    `version: 1
hub:
  account: "${HUB.account}"
  region: ${HUB.region}
  externalId: local-cinch-external-id
members:
${members.join('')}slack:
  channel: C0CLOUDSEC1
  team: T0CINCH0001
  approvers: { users: [U0ALICE0001, U0AMIR00001] }
mode: "off"
rules:
  lambda-timeout-excessive: fix
  lambda-environment-plaintext-secret: ask
  lambda-policy-public: ask
  lambda-url-unauthenticated: ask
  iam-role-overbroad: ask
timeout: { ceilingSeconds: ${CEILING_SECONDS}, floorSeconds: 3, headroom: 1.5 }
guard: { maxFixes: 10000 }
sweep: { hours: 24, callsPerSecond: 1000 }
`,
  );
  return file;
}

const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

export async function makeMembers(system: System, accounts: readonly string[]): Promise<void> {
  const StackName = `CinchMember-${MEMBER.account}-${MEMBER.region}`;
  const first = new CloudFormationClient(system.clientConfig(MEMBER.account, REGION));
  const { TemplateBody } = await first.send(new GetTemplateCommand({ StackName }));
  for (const account of accounts) {
    if (account !== MEMBER.account) {
      await makeTrail(system.cloud, account, REGION);
      await deployMember(system, account, TemplateBody ?? '');
    }
    await makePeople(system, account);
  }
}

async function deployMember(system: System, account: string, TemplateBody: string): Promise<void> {
  const client = new CloudFormationClient(system.clientConfig(account, REGION));
  const StackName = 'CinchMember';
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus = '', StackStatusReason } = Stacks?.[0] ?? {};
    if (StackStatus === 'CREATE_COMPLETE') return;
    if (StackStatus !== 'CREATE_IN_PROGRESS') throw new Error(`the stack of ${account}: ${StackStatus} ${StackStatusReason}`);
    await sleep(100);
  }
}

async function makePeople(system: System, account: string): Promise<void> {
  const iam = new IAMClient(system.clientConfig(account, REGION));
  for (const name of [THEIRS.role, THEIRS.otherRole]) await makeRole(iam, account, name);
  await iam.send(new CreateUserCommand({ UserName: THEIRS.user }));
}

export async function makeRole(iam: IAMClient, account: string, RoleName: string): Promise<void> {
  const trust = policy({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const PolicyDocument = policy({ Action: 'logs:PutLogEvents', Resource: `arn:aws:logs:*:${account}:log-group:/aws/*` });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'app', PolicyDocument }));
}
