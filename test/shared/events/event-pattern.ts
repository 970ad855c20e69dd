/**
 * EventBridge's matching, as far as Cinch's patterns use it: literals, `prefix` and `exists`; lists are alternatives, fields must all match
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html). Anything else throws.
 */
export function matchesPattern(pattern: object, event: object): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = (event as Record<string, unknown>)[field];
    if (Array.isArray(wanted)) return wanted.some((alternative) => matchesValue(alternative, value));
    return typeof value === 'object' && value !== null && matchesPattern(wanted as object, value);
  });
}

function matchesValue(alternative: unknown, value: unknown): boolean {
  if (typeof alternative !== 'object' || alternative === null) return value === alternative;
  const [[operator, operand] = []] = Object.entries(alternative);
  if (operator === 'exists') return (value !== undefined) === operand;
  if (operator === 'prefix') return typeof value === 'string' && value.startsWith(String(operand));
  throw new Error(`The matcher doesn't know ${operator}.`);
}
