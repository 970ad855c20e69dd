import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReader } from '../../../shared/aws/reader.ts';
import { READ_PERMISSIONS } from '../../../shared/model/read-permissions.ts';
import type { ResourceKind } from '../../../shared/model/resource.ts';
import { MEMBER, type MemberCloud, noFacts, realClock } from './cloud/member-cloud.ts';
import { rawCalls } from './cloud/raw-calls.ts';
import { API_READINGS } from './readings/api.ts';
import { FUNCTION_READINGS } from './readings/function.ts';
import { ROLE_READINGS, USER_READINGS } from './readings/iam.ts';
import { type AnyReading, InAnyOrder, type Prepared } from './readings/reading.ts';

export const READINGS: readonly AnyReading[] = [...FUNCTION_READINGS, ...ROLE_READINGS, ...USER_READINGS, ...API_READINGS];

/** Reads every fact of every resource; each fact is a test of its own, so that one which an emulator gets wrong hides no other. */
export function describeReadings(
  where: string,
  start: () => Promise<MemberCloud>,
  /** By fact, what is known not to work there, and must be looked at again when it does. */
  knownToFail: (reading: AnyReading) => Readonly<Record<string, string>> = () => ({}),
): void {
  describe(`what the reader answers on ${where}`, () => {
    let cloud: MemberCloud;
    beforeAll(async () => {
      cloud = await start();
      // Buckets are addressed by path, which needs no name of their own for this machine.
      process.env.AWS_ENDPOINT_URL_S3 = cloud.cloud.endpoint;
    });
    afterAll(() => cloud?.stop());

    for (const reading of READINGS) describe(reading.what, () => readEveryFact(() => cloud, reading, knownToFail(reading)));
  });
}

/** Facts that an emulator gets wrong are read alone: a call that it lacks would end the reading of the others. */
function readEveryFact(cloud: () => MemberCloud, reading: AnyReading, knownToFail: Readonly<Record<string, string>>): void {
  const facts = Object.keys(READ_PERMISSIONS[reading.kind]);
  let prepared: Prepared<ResourceKind>;
  let found: Readonly<Record<string, unknown>>;
  const read = async (...asked: string[]): Promise<Readonly<Record<string, unknown>>> => {
    const reader = makeReader({ members: cloud().members, clock: realClock, random: Math.random });
    return (await reader.readState(prepared.resource, asked, prepared.ledger ?? noFacts)) ?? {};
  };
  beforeAll(async () => {
    prepared = await reading.prepare(cloud(), rawCalls(cloud().cloud.credentials(MEMBER)));
    found = await read(...facts.filter((fact) => !(fact in knownToFail)));
  });
  it('expects of every fact what comes out', () => {
    expect(Object.keys(prepared.expected).sort()).toEqual([...facts].sort());
  });
  for (const fact of facts) {
    if (fact in knownToFail) it.fails(fact, async () => compare((await read(fact))[fact], prepared.expected[fact as never]));
    else it(fact, () => compare(found[fact], prepared.expected[fact as never]));
  }
}

function compare(found: unknown, expected: unknown): void {
  if (expected instanceof InAnyOrder) {
    expect(found).toHaveLength(expected.items.length);
    expect(found).toEqual(expect.arrayContaining([...expected.items]));
  } else expect(found).toEqual(expected);
}
