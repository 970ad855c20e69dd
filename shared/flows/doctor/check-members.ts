import { type Member, namedMembers } from '../../config/members.ts';
import type { Config } from '../../config/schema.ts';
import { forwardedFrom, memberRegions } from '../../events/regions.ts';
import { WATCHED } from '../../events/watched.ts';
import { hubBusArn } from '../../grants/hub-bus.ts';
import type { MemberRoleKind } from '../../grants/member-roles.ts';
import { AccessRefused } from '../../model/errors.ts';
import { partitionOf } from '../../model/resource.ts';
import { sharedKeyArn } from '../../model/secret-key.ts';
import { bothKnown, isUnknown, type Known, unknown } from '../../model/unknown.ts';
import { FORWARD_ROLE_NAME, ROLE_NAMES } from '../../names.ts';
import type { World } from '../ports.ts';
import { readMembers } from '../read-places.ts';
import { broken, type Check, checked, factOf, fine, type Subject } from './check.ts';
import { DEPLOY_CONFIG, readConfiguration } from './check-slack.ts';
import type { RuleFacts } from './hub-facts.ts';
import { layersAre } from './layer-checks.ts';
import * as member from './member-checks.ts';
import type { MemberInspector, RoleFacts } from './member-facts.ts';
import { trailIs } from './trail-checks.ts';

export type CheckMembersWorld = Pick<World, 'config' | 'organization'> & { readonly members: MemberInspector };

const RUN_AGAIN = 'run it again; if it stays, deploy the member stack of this version, whose cinch-read may look';
const UNITS: Subject = { place: 'members', id: 'units', title: 'Organizations lists the accounts of the units' };

export interface Listed {
  /** Null when the configuration can't be read. */
  readonly config: Config | null;
  /** In the order of their ids. */
  readonly members: readonly Member[];
  readonly accounts: readonly string[];
  /** What is wrong with the list: then it holds who could be known. */
  readonly checks: readonly Check[];
}

/** Those that the configuration names, and those of its units as far as Organizations tells. */
export async function listMembers(world: Pick<World, 'config' | 'organization'>): Promise<Listed> {
  const config = await readConfiguration(world);
  if (isUnknown(config)) {
    const subject = { place: 'members', id: 'configuration', title: 'The configuration names the members' };
    return { config: null, members: [], accounts: [], checks: [checked(subject, config, DEPLOY_CONFIG, () => fine(''))] };
  }
  const known = await factOf('the accounts of the units', () => readMembers(world, config));
  const members = [...(isUnknown(known) ? namedMembers(config) : known)].sort((a, b) => (a.account < b.account ? -1 : 1));
  return {
    config,
    members,
    accounts: members.map(({ account }) => account),
    checks: isUnknown(known) ? [checked(UNITS, known, RUN_AGAIN, () => fine(''))] : [],
  };
}

/** A member account and its regions, looked at with `cinch-read`: that it can be assumed is the first check. Reads only. */
export async function checkMember(inspector: MemberInspector, config: Config, { account, regions }: Member): Promise<Check[]> {
  const assumed = await checkAssume(inspector, account, regions);
  if (assumed.verdict !== 'ok') return [assumed, ...memberRegions(regions).map(({ region }) => unseen(account, region))];
  const inRegions = memberRegions(regions).map((one) =>
    checkRegion(inspector, config, account, { ...one, home: regions[0] ?? one.region }),
  );
  return [assumed, ...(await checkRoles(inspector, config, account, regions)), ...(await Promise.all(inRegions)).flat()];
}

const unseen = (account: string, region: string): Check => ({
  place: `${account} ${region}`,
  id: 'seen',
  title: 'Trail and rules',
  verdict: 'unknown',
  seen: 'not looked at without cinch-read',
  mend: 'mend the role first',
});

async function checkAssume(inspector: MemberInspector, account: string, regions: readonly string[]): Promise<Check> {
  const subject = { place: account, id: 'assume', title: 'The hub may assume cinch-read' };
  const refused = await factOf<string | null>('whether cinch-read may be assumed', async () => {
    try {
      await inspector.assume(account);
      return null;
    } catch (error) {
      if (error instanceof AccessRefused) return error.message;
      throw error;
    }
  });
  const deploy = member.deployMember(account, regions[0] ?? '');
  return checked(subject, refused, RUN_AGAIN, (why) => (why === null ? fine('with the external id') : broken(why, deploy)));
}

async function checkRoles(
  inspector: MemberInspector,
  { hub, secrets }: Config,
  account: string,
  regions: readonly string[],
): Promise<Check[]> {
  const partition = partitionOf(hub.region);
  const place = { partition, account, sharedKey: sharedKeyArn(secrets.key, '*') };
  const trust = { partition, hubAccount: hub.account, externalId: hub.externalId };
  const deploy = member.deployMember(account, regions[0] ?? '');
  const read = (kind: MemberRoleKind) =>
    factOf(`the role ${ROLE_NAMES[kind]}`, () => inspector.readRole(account, ROLE_NAMES[kind]));
  const roles: Readonly<Record<MemberRoleKind, Known<RoleFacts | null>>> = {
    read: await read('read'),
    write: await read('write'),
    undo: await read('undo'),
    canary: await read('canary'),
  };
  const about = (id: string, title: string): Subject => ({ place: account, id, title });
  return [
    ...(Object.keys(ROLE_NAMES) as MemberRoleKind[]).map((kind) =>
      checked(
        about(`role-${kind}`, `${ROLE_NAMES[kind]} trusts the hub and holds what it needs`),
        roles[kind],
        RUN_AGAIN,
        (role) => member.roleIs(kind, place, trust, deploy, role),
      ),
    ),
    checked(
      about('families', 'What may be applied may be undone'),
      bothKnown(roles.write, roles.undo),
      RUN_AGAIN,
      ([write, undo]) => member.familiesAgree(place, deploy, write, undo),
    ),
  ];
}

async function checkRegion(
  inspector: MemberInspector,
  { hub }: Config,
  account: string,
  at: { readonly region: string; readonly watch: 'all' | 'iam'; readonly home: string },
): Promise<Check[]> {
  const { region } = at;
  const about = (id: string, title: string): Subject => ({ place: `${account} ${region}`, id, title });
  const busArn = hubBusArn({ partition: partitionOf(hub.region), hub });
  const roleArn = `arn:${partitionOf(region)}:iam::${account}:role/${FORWARD_ROLE_NAME}`;
  const sources = forwardedFrom(at);
  const deploy = member.deployMember(account, region);
  const trails = await factOf('the trails', () => inspector.readTrails(account, region));
  const rules = await factOf('the rules of the default bus', () => inspector.readRulesTo(account, region, busArn));
  const role = await factOf(`the role ${FORWARD_ROLE_NAME}`, () => inspector.readRole(account, FORWARD_ROLE_NAME));
  const left = await leftBehind(inspector, account, region, rules);
  const eventSources = WATCHED.filter(({ source }) => sources.some((one) => one.source === source)).map(
    ({ eventSource }) => eventSource,
  );
  return [
    checked(about('trail', 'A trail records what is changed'), trails, RUN_AGAIN, (is) => trailIs(region, eventSources, is)),
    ...sources.map((source) =>
      checked(about(`forward-${source.id}`, `Changes of ${source.id} are forwarded`), rules, RUN_AGAIN, (is) =>
        member.forwards(source, region, roleArn, deploy, is),
      ),
    ),
    ...(at.watch === 'all' ? [await checkLayers(inspector, account, region)] : []),
    checked(about('undelivered', 'Everything was forwarded'), left, RUN_AGAIN, ({ arn, waiting }) =>
      member.isDelivered(arn, region, deploy, waiting),
    ),
    checked(about('forward-role', 'EventBridge may forward them'), role, RUN_AGAIN, (is) =>
      member.forwardRoleIs(busArn, deploy, is),
    ),
  ];
}

async function checkLayers(inspector: MemberInspector, account: string, region: string): Promise<Check> {
  const subject = { place: `${account} ${region}`, id: 'layers', title: 'Cinch’s layers are as they were published' };
  return checked(subject, await factOf('the layers', () => inspector.readLayers(account, region)), RUN_AGAIN, layersAre);
}

async function leftBehind(
  inspector: MemberInspector,
  account: string,
  region: string,
  rules: Known<readonly RuleFacts[]>,
): Promise<Known<{ readonly arn: string; readonly waiting: number | null }>> {
  if (isUnknown(rules)) return rules;
  const arn = rules.flatMap(({ targets }) => targets).find(({ deadArn }) => deadArn !== null)?.deadArn;
  if (!arn) return unknown('no rule names a dead-letter queue');
  return factOf('the queue of what could not be forwarded', async () => ({
    arn,
    waiting: await inspector.readWaiting(account, region, arn),
  }));
}
