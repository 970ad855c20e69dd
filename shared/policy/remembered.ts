/** The function with its answers kept, as many as `most`: the same few patterns stand in policy after policy. */
export function remembered<T>(answer: (pattern: string) => T, most = 5_000): (pattern: string) => T {
  const known = new Map<string, T>();
  return (pattern) => {
    const before = known.get(pattern);
    if (before !== undefined) return before;
    const given = answer(pattern);
    if (known.size >= most) known.clear();
    known.set(pattern, given);
    return given;
  };
}
