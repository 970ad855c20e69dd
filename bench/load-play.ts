import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, PutRolePolicyCommand, TagRoleCommand, TagUserCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  LambdaClient,
  TagResourceCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { zip } from '../local/demo/workloads.ts';
import type { System } from '../local/system.ts';
import { untilTaken } from '../test/system/until.ts';
import { makeRole, REGION, THEIRS } from './load-members.ts';
import type { Act, Noise, Story } from './load-script.ts';

/** Plays a script with ordinary AWS calls in the member accounts. The emulator makes CloudTrail's records of them. */

export const TOO_LONG = 900;
export const WELL = 10;
const code = zip({ 'index.js': 'exports.handler = async () => 1;' });

interface Place {
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly events: EventBridgeClient;
}

export interface Stage {
  /** Every function has a role of its own, as the CDK and SAM make them: made ahead, they are not what is measured. */
  makeRoles(acts: readonly Act[]): Promise<void>;
  play(acts: readonly Act[]): Promise<void>;
}

/** @param atOnce so many acts at a time */
export function setStage(system: System, atOnce: number): Stage {
  const places = new Map<string, Place>();
  const placeOf = (account: string): Place => {
    const known = places.get(account);
    if (known) return known;
    const settings = { ...system.clientConfig(account, REGION), maxAttempts: 5 };
    const place = { lambda: new LambdaClient(settings), iam: new IAMClient(settings), events: new EventBridgeClient(settings) };
    places.set(account, place);
    return place;
  };
  const forEach = async (acts: readonly Act[], perform: (act: Act, place: Place) => Promise<void>): Promise<void> => {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let act = acts[next++]; act; act = acts[next++]) await perform(act, placeOf(act.account));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };
  return {
    makeRoles: (acts) =>
      forEach(acts, async ({ kind, account, name }, { iam }) => {
        if (kind === 'story') await makeRole(iam, account, roleOf(name));
      }),
    play: (acts) =>
      forEach(acts, (act, place) =>
        act.kind === 'story' ? tell(place, act.account, act.name, act.story) : makeNoise(place, act.name, act.noise, act.changes),
      ),
  };
}

const roleOf = (name: string): string => `${name}-role`;

async function tell({ lambda }: Place, account: string, name: string, story: Story): Promise<void> {
  const arn = `arn:aws:lambda:${REGION}:${account}:function:${name}`;
  const create = (Timeout: number, Variables: Record<string, string> = {}) =>
    lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: `arn:aws:iam::${account}:role/${roleOf(name)}`,
        Code: { ZipFile: code },
        Timeout,
        Environment: { Variables: { STAGE: 'load', ...Variables } },
      }),
    );
  const update = (change: object) =>
    untilTaken(() => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, ...change })));
  const open = (Action: string, extra: object = {}) =>
    lambda.send(new AddPermissionCommand({ FunctionName: name, StatementId: 'open', Action, Principal: '*', ...extra }));
  switch (story) {
    case 'slow':
      return void (await create(TOO_LONG));
    case 'secret':
      return void (await create(WELL, passwordOf(name)));
    case 'both':
      return void (await create(TOO_LONG, passwordOf(name)));
    case 'slowed':
      await create(WELL);
      return void (await update({ Timeout: TOO_LONG }));
    case 'public':
      await create(WELL);
      return void (await open('lambda:InvokeFunction'));
    case 'url':
      await create(WELL);
      await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType: 'NONE' }));
      return void (await open('lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'NONE' }));
    case 'mended':
      await create(WELL, passwordOf(name));
      return void (await update({ Environment: { Variables: { STAGE: 'load' } } }));
    case 'gone':
      await create(TOO_LONG);
      return void (await untilTaken(() => lambda.send(new DeleteFunctionCommand({ FunctionName: name }))));
    case 'clean':
      await create(WELL);
      await update({ Description: 'nothing is wrong with it' });
      return void (await lambda.send(new TagResourceCommand({ Resource: arn, Tags: { owner: 'load' } })));
  }
}

/** Made here, so that nothing in this file looks like a password. */
const passwordOf = (name: string): Record<string, string> => ({
  DATABASE_PASSWORD: Buffer.from(`${name}:${name}`).toString('base64url').split('').reverse().join('').slice(0, 24),
});

async function makeNoise({ lambda, iam, events }: Place, name: string, noise: Noise, changes: number): Promise<void> {
  switch (noise) {
    case 'failed': {
      const refused = new UpdateFunctionConfigurationCommand({ FunctionName: `${name}-absent`, Timeout: TOO_LONG });
      return lambda.send(refused).then(
        () => Promise.reject(new Error(`${name} was not refused`)),
        (error: Error) => (error.name === 'ResourceNotFoundException' ? undefined : Promise.reject(error)),
      );
    }
    case 'unwatched':
      return void (await iam.send(new TagUserCommand({ UserName: THEIRS.user, Tags: [{ Key: 'seen', Value: name }] })));
    case 'harmless': {
      const RoleName = name.endsWith('0') ? THEIRS.role : THEIRS.otherRole;
      if (!name.endsWith('5'))
        return void (await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'seen', Value: name }] })));
      const Statement = [{ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: `arn:aws:logs:*:*:log-group:/aws/${name}` }];
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      return void (await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'app', PolicyDocument })));
    }
    case 'elsewhere': {
      const entry = { Source: 'shop.orders', DetailType: 'Order placed', Detail: JSON.stringify({ order: name }) };
      const answer = await events.send(new PutEventsCommand({ Entries: Array.from({ length: changes }, () => entry) }));
      if (answer.FailedEntryCount) throw new Error(`${answer.FailedEntryCount} events were not taken`);
    }
  }
}
