import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Cloud, startCloud } from '../../../../local/cloud/start.ts';
import { type LightClient, makeHubClient } from '../../../../shared/aws/hub-client.ts';
import { makeLedger } from '../../../../shared/aws/ledger.ts';
import type { Clock, Ledger } from '../../../../shared/flows/ports.ts';
import { STATUS_INDEX } from '../../../../shared/names.ts';
import { HUB, REGION, realClock } from './member-cloud.ts';

export interface HubCloud {
  readonly cloud: Cloud;
  readonly hub: LightClient;
  stop(): Promise<void>;
}

/** Starts a cloud and makes this process the hub account. */
export async function startHubCloud(): Promise<HubCloud> {
  const cloud = await startCloud({ hubAccount: HUB });
  Object.assign(process.env, cloud.env(HUB, REGION));
  const hub = makeHubClient({ clock: realClock, random: Math.random, region: REGION });
  return { cloud, hub, stop: () => cloud.stop() };
}

/** A ledger on a table of its own, as infra makes it. */
export async function makeTestLedger(
  { cloud, hub }: Pick<HubCloud, 'hub'> & { readonly cloud: Pick<Cloud, 'endpoint' | 'credentials'> },
  clock: Clock,
): Promise<Ledger & { readonly table: string }> {
  const table = `cinch-${randomUUID().slice(0, 8)}`;
  const dynamodb = new DynamoDBClient({ endpoint: cloud.endpoint, region: REGION, credentials: cloud.credentials(HUB) });
  await dynamodb.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'gsi_pk', 'gsi_sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: STATUS_INDEX,
          KeySchema: [
            { AttributeName: 'gsi_pk', KeyType: 'HASH' },
            { AttributeName: 'gsi_sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  return { ...makeLedger({ hub, table, clock, random: Math.random, id: randomUUID }), table };
}

/** A clock that stands until it is moved. */
export function settableClock(start: string): Clock & { advance(seconds: number): void } {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    sleep: async () => {},
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
}
