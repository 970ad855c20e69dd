import type { Ledger } from '../../flows/ports.ts';
import type { LayerUse } from '../../model/own-layer.ts';
import type { Round } from '../../model/round.ts';
import { byIndex, parse, writeVersion } from './records.ts';
import type { Key, Table } from './table.ts';

type Rounds = Pick<Ledger, 'readRound' | 'writeRound' | 'openRounds' | 'readLayerUse' | 'writeLayerUse'>;

const roundKey = (place: string): Key => ({ pk: `ROUND#${place}`, sk: 'STATE' });
const layersKey = (place: string): Key => ({ pk: `LAYERS#${place}`, sk: 'STATE' });
const OPEN = 'ROUND#open';

/** How far sweep has come at each place. Only what is not ended is in the index, so that nobody pages through the rest every minute. */
export function makeRounds(table: Table, id: () => string): Rounds {
  return {
    readRound: async (place) => parse<Round>(await table.get(roundKey(place))),
    writeRound: (round) => {
      const index = round.stage === null ? {} : { gsi_pk: OPEN, gsi_sk: round.updatedAt };
      return writeVersion(table, roundKey(round.id), round, index, id());
    },
    readLayerUse: async (place) => parse<LayerUse>(await table.get(layersKey(place))),
    writeLayerUse: (use) => writeVersion(table, layersKey(use.id), use, {}, id()),
    openRounds: async (before) => {
      const rounds = await byIndex<Round>(table, OPEN, before);
      return rounds.filter(({ stage, updatedAt }) => stage !== null && updatedAt < before);
    },
  };
}
