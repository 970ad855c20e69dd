import { MalformedInput } from '../../model/errors.ts';

/** What the ledger keeps in an item: texts and whole numbers; anything richer is JSON in a text. */
export type Item = Readonly<Record<string, string | number>>;
/** DynamoDB's own notation. */
export type Attributes = Record<string, { S: string } | { N: string }>;

export function toAttributes(item: Item): Attributes {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, typeof value === 'number' ? { N: String(value) } : { S: value }]),
  );
}

/** @throws MalformedInput for a type the ledger never writes. */
export function fromAttributes(value: unknown): Item {
  if (typeof value !== 'object' || value === null) throw new MalformedInput('ledger item', 'item', 'missing');
  const item: Record<string, string | number> = {};
  for (const [name, attribute] of Object.entries(value as Record<string, { S?: unknown; N?: unknown } | null>)) {
    if (typeof attribute?.S === 'string') item[name] = attribute.S;
    else if (typeof attribute?.N === 'string') item[name] = Number(attribute.N);
    else throw new MalformedInput('ledger item', name, 'neither a text nor a number');
  }
  return item;
}

/** A text of an item, or undefined when it has none. */
export function textOf(item: Item | undefined, name: string): string | undefined {
  const value = item?.[name];
  return typeof value === 'string' ? value : undefined;
}
