/**
 * Reads the few tags that the answers of EC2, SNS and S3 are asked for. Not an XML parser: they send no attributes on them, no CDATA and no
 * comments, and no element of a kind lies inside another of the same name except `item`, whose nesting is counted.
 */

/** What stands between the first `<name>` and its end, or undefined. Direct or deep. */
export function firstOf(xml: string, name: string): string | undefined {
  return allOf(xml, name)[0];
}

/** The contents of every outermost `<name>` in order. */
export function allOf(xml: string, name: string): string[] {
  const found: string[] = [];
  const tag = new RegExp(`<(/?)${name}(/?)>`, 'g');
  let depth = 0;
  let start = 0;
  for (const match of xml.matchAll(tag)) {
    const [whole, isEnd, isEmpty] = match;
    if (isEmpty) {
      if (depth === 0) found.push('');
    } else if (isEnd) {
      depth -= 1;
      if (depth === 0) found.push(xml.slice(start, match.index));
    } else {
      if (depth === 0) start = match.index + whole.length;
      depth += 1;
    }
  }
  return found;
}

/** The items of a set: `<subnetSet><item>..</item></subnetSet>`. An absent or empty set has none. */
export const itemsOf = (xml: string, set: string): string[] => allOf(firstOf(xml, set) ?? '', 'item');

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The text of the first `<name>`, entities decoded. */
export function textOf(xml: string, name: string): string | undefined {
  return firstOf(xml, name)
    ?.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d+)|#x([\da-fA-F]+));/g, (_, entity?: string, decimal?: string, hex?: string) =>
      entity ? (ENTITIES[entity] ?? '') : String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16)),
    )
    .trim();
}
