/** A condition key and the values that it may have. */
export type Limit = readonly [key: string, values: readonly string[]];
export type Json = Readonly<Record<string, unknown>>;

/**
 * The statement with one more condition, a StringEquals. Undefined when it tests the key so already, and a second test of it would take the
 * first one's place.
 */
export function limited(source: Json, [key, values]: Limit): Json | undefined {
  const conditions = (source.Condition ?? {}) as Readonly<Record<string, Json>>;
  const equals = conditions.StringEquals ?? {};
  if (Object.keys(equals).some((one) => one.toLowerCase() === key.toLowerCase())) return undefined;
  const StringEquals = { ...equals, [key]: values.length === 1 ? values[0] : values };
  return { ...source, Condition: { ...conditions, StringEquals } };
}

/** Statements that take the place of one: the first keeps its Sid, for a policy holds none twice. `taken` are the Sids of the policy. */
export function withOwnSids(statements: readonly Json[], sid: string | null, taken: Set<string>): Json[] {
  return statements.map((statement, index) => {
    if (index === 0 || sid === null) return statement;
    let number = index + 1;
    while (taken.has(`${sid}${number}`)) number += 1;
    taken.add(`${sid}${number}`);
    return { ...statement, Sid: `${sid}${number}` };
  });
}

/** AWS keeps the text as it was given, and people read it. */
export const indentOf = (text: string): number => (text.includes('\n') ? 2 : 0);
