/**
 * IAM documents say the same in several ways: a list of one is its item, and lists have no order
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). Pure.
 */
export const isSameDocument = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

/** The statements of a document, each in one spelling. */
export function statementsOf(document: unknown): ReadonlySet<string> {
  const statements = (document as { Statement?: unknown } | null)?.Statement;
  return new Set(statements === undefined ? [] : [statements].flat().map(canonical));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(canonical).sort();
    return items.length === 1 ? String(items[0]) : `[${items.join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, held]) => `${JSON.stringify(key)}:${canonical(held)}`).join(',')}}`;
}
