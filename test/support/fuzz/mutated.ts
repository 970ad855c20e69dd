import fc from 'fast-check';

/** Texts that almost are what a reader expects: samples that were cut, joined, repeated, and had values put in place of others. */
export function mutated(samples: readonly string[], tokens: readonly string[]): fc.Arbitrary<string> {
  const mutation = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat(40) }),
    fc.record({
      kind: fc.constant('put' as const),
      at: fc.nat(),
      text: fc.oneof(fc.constantFrom(...TOKENS, ...tokens), fc.string()),
    }),
    fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), length: fc.nat(60), times: fc.integer({ min: 2, max: 50 }) }),
    fc.record({ kind: fc.constant('turn' as const), at: fc.nat(), unit: fc.nat(0xffff) }),
    fc.record({ kind: fc.constant('end' as const), at: fc.nat() }),
    // In JSON the most telling ones: another value, or another key, in the place of one.
    fc.record({ kind: fc.constant('value' as const), at: fc.nat(), value: fc.oneof(fc.jsonValue(), fc.constantFrom(...tokens)) }),
    fc.record({ kind: fc.constant('value' as const), at: fc.nat(), value: fc.constantFrom(...VALUES) }),
  );
  return fc
    .tuple(fc.constantFrom(...samples), fc.array(mutation, { minLength: 1, maxLength: 5 }))
    .map(([sample, mutations]) => mutations.reduce(mutate, sample));
}

type Mutation =
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'put'; readonly at: number; readonly text: string }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number }
  | { readonly kind: 'turn'; readonly at: number; readonly unit: number }
  | { readonly kind: 'end'; readonly at: number }
  | { readonly kind: 'value'; readonly at: number; readonly value: unknown };

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  ':',
  '\0',
  '\n',
  '%',
  '%00',
  '\u{feff}',
  '\ud800',
  '${',
  '*',
  '?',
  '__proto__',
  '<<',
  '&a',
  '*a',
  '!!',
  '-',
];
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  [],
  {},
  [[]],
  { constructor: {} },
  '__proto__',
  'x'.repeat(3000),
];

function mutate(text: string, mutation: Mutation): string {
  const at = mutation.at % (text.length + 1);
  switch (mutation.kind) {
    case 'cut':
      return text.slice(0, at) + text.slice(at + mutation.length);
    case 'put':
      return text.slice(0, at) + mutation.text + text.slice(at);
    case 'repeat':
      return text.slice(0, at) + text.slice(at, at + mutation.length).repeat(mutation.times) + text.slice(at + mutation.length);
    case 'turn':
      return text.slice(0, at) + String.fromCharCode(mutation.unit) + text.slice(at + 1);
    case 'end':
      return text.slice(0, at);
    case 'value':
      return withValue(text, mutation.at, mutation.value);
  }
}

/** JSON with another value in one place; other text as it is. */
function withValue(text: string, pick: number, value: unknown): string {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    return text;
  }
  const places: (() => void)[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push(() => void Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true }));
      visit((node as Record<string, unknown>)[key]);
    }
  };
  visit(tree);
  places[pick % Math.max(1, places.length)]?.();
  return JSON.stringify(tree);
}
