/** The first blocks of an IPv4 range, each with so many free bits; undefined for what can't be divided so (and for IPv6). */
export function cidrBlocks(range: string, count: number, bits: number): string[] | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(range);
  if (!found || !(count >= 1 && count <= 256) || !(bits >= 1 && bits <= 32)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, length = 0] = found.slice(1).map(Number);
  const size = 2 ** bits;
  const own = 2 ** (32 - length);
  const start = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / own) * own;
  if (size * count > own) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return `${[24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join('.')}/${32 - bits}`;
  });
}
