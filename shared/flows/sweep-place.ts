import type { Config } from '../config/schema.ts';
import { AccessRefused } from '../model/errors.ts';
import { type Place, placeId } from '../model/place.ts';
import type { Resource } from '../model/resource.ts';
import { isLocked, type Round, type RoundStage, stagesAt } from '../model/round.ts';
import type { LookMessage, PlaceMessage } from './messages.ts';
import type { Page, World } from './ports.ts';
import { namedPlaces, readUnitPlaces } from './read-places.ts';
import { isClosed } from './record-outcome.ts';
import { sweepLayers } from './sweep-layers.ts';

export type SweepPlaceWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'reader' | 'organization'>;

export type PlaceResult =
  | { readonly kind: 'ignored'; readonly reason: string }
  /** `ended`: everything at the place is queued; otherwise a message goes on with the rest. */
  | { readonly kind: 'swept'; readonly looks: number; readonly ended: boolean };

/**
 * Goes on with the round at one place, page by page: lists a page, queues a look at each of it, writes how far it came. A run that is cut off
 * is gone on with from there; then the looks of one page may be queued twice, and the second one finds the first one's mark. Reads member
 * accounts, writes none.
 * @param until when no other page is begun; the rest goes to another message. One page is always done.
 * @throws TryAgain for what the queue must try again.
 */
export async function sweepPlace(world: SweepPlaceWorld, message: PlaceMessage, until: Date): Promise<PlaceResult> {
  if (!(await isOfMember(world, await world.config.read(), message.place))) return ignored('no place of a member');
  let round = await world.ledger.readRound(message.place);
  if (!round || round.round !== message.round || round.stage === null) return ignored('its round has ended');
  let looks = 0;
  while (round.stage !== null) {
    const page: ReadPage = await readPage(world, round, round.stage);
    await world.queues.sendLooks(looksAt(page.items, round), round.id);
    const next = afterPage(world, round, round.stage, page);
    // It stays open at its beginning, and is gone on with like one that is stuck: an account whose member stack is still under way.
    const isShut: boolean = next.stage === null && isLocked(next);
    const written: Round | undefined = await world.ledger.writeRound(
      isShut ? { ...next, stage: firstStage(round), refused: [] } : next,
    );
    if (!written) return ignored('another run goes on with it');
    if (isShut) return ignored('the account lets nobody in');
    round = written;
    looks += page.items.length;
    if (round.stage !== null && world.clock.now() >= until) {
      await world.queues.sendPlace(message);
      return { kind: 'swept', looks, ended: false };
    }
  }
  return { kind: 'swept', looks, ended: true };
}

async function isOfMember(world: SweepPlaceWorld, config: Config, place: string): Promise<boolean> {
  const isIt = (one: Place): boolean => placeId(one) === place;
  return namedPlaces(config).some(isIt) || (await readUnitPlaces(world, config)).some(isIt);
}

const ignored = (reason: string): PlaceResult => ({ kind: 'ignored', reason });

type ReadPage = Page<Resource> & { readonly isRefused: boolean };

/** What an account refuses to list is left out, said, and kept in the round: the rest of the place is looked at all the same. */
async function readPage(world: SweepPlaceWorld, round: Round, stage: RoundStage): Promise<ReadPage> {
  try {
    return { ...(await pageOf(world, round, stage)), isRefused: false };
  } catch (error) {
    if (!(error instanceof AccessRefused)) throw error;
    world.log.error('a place can not be listed', { place: round.id, what: stage, reason: error.message });
    return { items: [], next: null, isRefused: true };
  }
}

async function pageOf(world: SweepPlaceWorld, round: Round, stage: RoundStage): Promise<Page<Resource>> {
  const { account, region, from } = round;
  if (stage === 'findings') return openFindings(world, round.id, from);
  if (stage === 'users' || region === null) return world.reader.readUserPage(account, from);
  if (stage === 'layers') return { items: [], next: await sweepLayers(world, { account, region }, from) };
  if (stage === 'functions') return world.reader.readFunctionPage(account, region, from);
  const apis: Resource[] = [];
  for await (const api of world.reader.listApis(account, region)) apis.push(api);
  return { items: apis, next: null };
}

/** What is in no list any more, and what was put right by hand, is told by a look like the others. */
async function openFindings({ ledger }: SweepPlaceWorld, place: string, from: string | null): Promise<Page<Resource>> {
  const { items, next } = await ledger.readFindingPage(place, from);
  const open = items.filter((finding) => !isClosed(finding)).map(({ resource }) => resource);
  return { items: [...new Map(open.map((resource) => [resource.arn, resource])).values()], next };
}

const firstStage = (place: Place): RoundStage | null => stagesAt(place)[0] ?? null;

const looksAt = (resources: readonly Resource[], { round }: Round): LookMessage[] =>
  resources.map(({ arn }) => ({ kind: 'look', id: `round-${round}-${arn}`, resourceArn: arn, round }));

function afterPage(world: SweepPlaceWorld, round: Round, stage: RoundStage, page: ReadPage): Round {
  const stages = stagesAt(round);
  const next = page.next === null ? (stages[stages.indexOf(stage) + 1] ?? null) : stage;
  return {
    ...round,
    stage: next,
    from: page.next,
    looks: round.looks + page.items.length,
    refused: page.isRefused ? [...round.refused, stage] : round.refused,
    updatedAt: world.clock.now().toISOString(),
  };
}
