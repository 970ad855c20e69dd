/** JSON text with keys in order, or undefined for what is no JSON: AWS may order a document's keys as it likes. */
export function canonicalJson(text: string): string | undefined {
  try {
    return JSON.stringify(ordered(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
}

/** The same text, or the same JSON in another writing. */
export function isSameJson(a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  const left = canonicalJson(a);
  return left !== undefined && left === canonicalJson(b);
}
