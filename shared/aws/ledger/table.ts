import { TryAgain } from '../../model/errors.ts';
import { AwsError, isCode } from '../aws-error.ts';
import type { LightClient } from '../hub-client.ts';
import { backoffMs, type Retrying } from '../retry.ts';
import { type Attributes, fromAttributes, type Item, toAttributes } from './attributes.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A condition or an update, with `:name` values. */
export interface Expression {
  readonly text: string;
  readonly values?: Item;
  /** `#name` for attribute names that DynamoDB reserves. */
  readonly names?: Readonly<Record<string, string>>;
}

export type Written =
  | { readonly ok: true; readonly before: Item | undefined }
  | { readonly ok: false; readonly found: Item | undefined };

export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Items that exist, in no order. */
  getAll(keys: readonly Key[]): Promise<Item[]>;
  put(item: Item & Key, condition?: Expression): Promise<Written>;
  update(key: Key, update: Expression): Promise<Written>;
  remove(key: Key, condition?: Expression): Promise<Written>;
  /** All pages. */
  query(key: Expression, index?: string): Promise<Item[]>;
  /** At most so many items of a partition, in the order of their sort keys, after one. */
  queryAfter(pk: string, after: string | null, limit: number): Promise<Item[]>;
}

const BATCH = 100;
const BATCH_RETRIES = { tries: 6, baseMs: 50, maxMs: 1_000 };

/** The ledger's one table (`pk`, `sk`). Every read of an item is consistent. @throws AwsError */
export function makeTable(hub: LightClient, name: string, retrying: Retrying): Table {
  const call = (operation: string, input: object) => hub.call('dynamodb', operation, input);
  const write = async (operation: string, input: object): Promise<Written> => {
    try {
      const answer = await call(operation, { TableName: name, ...input });
      return { ok: true, before: answer.Attributes === undefined ? undefined : fromAttributes(answer.Attributes) };
    } catch (error) {
      if (!isCode(error, 'ConditionalCheckFailedException')) throw error;
      const item = error instanceof AwsError ? error.item : undefined;
      return { ok: false, found: item === undefined ? undefined : fromAttributes(item) };
    }
  };
  return {
    get: async (key) => {
      const { Item } = await call('GetItem', { TableName: name, Key: keyOf(key), ConsistentRead: true });
      return Item === undefined ? undefined : fromAttributes(Item);
    },
    getAll: (keys) => getAll(call, name, keys, retrying),
    put: (item, condition) => write('PutItem', { Item: toAttributes(item), ...conditional(condition) }),
    update: (key, update) =>
      write('UpdateItem', { Key: keyOf(key), UpdateExpression: update.text, ...bindings(update), ReturnValues: 'ALL_OLD' }),
    remove: (key, condition) => write('DeleteItem', { Key: keyOf(key), ...conditional(condition), ReturnValues: 'ALL_OLD' }),
    query: (key, index) => queryAll(call, name, key, index),
    queryAfter: async (pk, after, limit) => {
      const key = after === null ? { text: 'pk = :pk' } : { text: 'pk = :pk AND sk > :after' };
      const values = { ':pk': pk, ...(after === null ? {} : { ':after': after }) };
      const input = { TableName: name, ConsistentRead: true, Limit: limit, KeyConditionExpression: key.text };
      const { Items } = await call('Query', { ...input, ...bindings({ ...key, values }) });
      return ((Items as unknown[] | undefined) ?? []).map(fromAttributes);
    },
  };
}

type Call = (operation: string, input: object) => Promise<Record<string, unknown>>;

const keyOf = ({ pk, sk }: Key): Attributes => toAttributes({ pk, sk });

function bindings(expression: Expression): object {
  return {
    ...(expression.values ? { ExpressionAttributeValues: toAttributes(expression.values) } : {}),
    ...(expression.names ? { ExpressionAttributeNames: expression.names } : {}),
  };
}

function conditional(condition: Expression | undefined): object {
  if (!condition) return {};
  return {
    ConditionExpression: condition.text,
    ...bindings(condition),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

async function queryAll(call: Call, table: string, key: Expression, index: string | undefined): Promise<Item[]> {
  const items: Item[] = [];
  let start: unknown;
  do {
    const answer = await call('Query', {
      TableName: table,
      ...(index ? { IndexName: index } : { ConsistentRead: true }),
      KeyConditionExpression: key.text,
      ...bindings(key),
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    for (const item of (answer.Items as unknown[] | undefined) ?? []) items.push(fromAttributes(item));
    start = answer.LastEvaluatedKey;
  } while (start);
  return items;
}

async function getAll(call: Call, table: string, keys: readonly Key[], retrying: Retrying): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < keys.length; from += BATCH) {
    let pending: unknown = keys.slice(from, from + BATCH).map(keyOf);
    for (let attempt = 0; Array.isArray(pending) && pending.length > 0; attempt++) {
      if (attempt >= BATCH_RETRIES.tries) throw new TryAgain(`${table} is too busy to read ${pending.length} items`);
      if (attempt > 0) await retrying.clock.sleep(backoffMs(attempt, BATCH_RETRIES, retrying.random));
      const answer = await call('BatchGetItem', { RequestItems: { [table]: { Keys: pending, ConsistentRead: true } } });
      const found = (answer.Responses as Record<string, unknown[]> | undefined)?.[table] ?? [];
      for (const item of found) items.push(fromAttributes(item));
      pending = (answer.UnprocessedKeys as Record<string, { Keys?: unknown }> | undefined)?.[table]?.Keys;
    }
  }
  return items;
}
