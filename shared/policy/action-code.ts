/** How the table of all actions is packed: 22,000 names in a third of their size, and a service is unpacked only when somebody asks for it. */

export const ACCESS_LEVELS = ['Read', 'List', 'Write', 'Tagging', 'Permissions management'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

export interface TableRow {
  readonly name: string;
  readonly access: AccessLevel;
  readonly kinds: Kinds;
}

/** Of how many kinds the action's resources are, 2 standing for several. With none it takes `*` and nothing else. */
export type Kinds = 0 | 1 | 2;
const KINDS: readonly Kinds[] = [0, 1, 2];

// One character ends a name and says its access level and its kinds of resources: five for none, five for one, five for several.
const ENDS = '!#%&()*+,"./:;<';
/** Lead characters of two-character codes for frequent words. No name holds one. */
const LEADS = '=>?@[]^{|}~';
const SECONDS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const END = new RegExp(`[${ENDS}]`, 'g');

export interface Packed {
  /** Words with a space between them. */
  readonly dictionary: string;
  /** One line a service: `s3 ` and its names, sorted without case, each as the length it shares with the one before, the rest, and an end. */
  readonly services: string;
}

export function encodeActions(rows: ReadonlyMap<string, readonly TableRow[]>): Packed {
  const shared = [...rows].map(([service, all]) => ({ service, names: shorten(all) }));
  const dictionary = frequentWords(shared.flatMap(({ names }) => names.flatMap(({ rest }) => wordsOf(rest))));
  const codes = new Map(dictionary.map((word, index) => [word, codeOf(index)]));
  const coded = (rest: string) =>
    wordsOf(rest)
      .map((word) => codes.get(word) ?? word)
      .join('');
  const lines = shared.map(
    ({ service, names }) => `${service} ${names.map(({ end, rest, same }) => `${SECONDS[same]}${coded(rest)}${end}`).join('')}`,
  );
  return { dictionary: dictionary.join(' '), services: lines.join('\n') };
}

/** The rows of one service's line, in the line's order. */
export function decodeActions(line: string, dictionary: readonly string[]): TableRow[] {
  const rows: TableRow[] = [];
  let before = '';
  let at = 0;
  for (const { 0: end, index } of line.matchAll(END)) {
    const same = SECONDS.indexOf(line[at] ?? '');
    const name = before.slice(0, same) + expand(line.slice(at + 1, index), dictionary);
    const kind = ENDS.indexOf(end);
    rows.push({
      name,
      access: ACCESS_LEVELS[kind % ACCESS_LEVELS.length] ?? 'Write',
      kinds: KINDS[Math.floor(kind / ACCESS_LEVELS.length)] ?? 2,
    });
    before = name;
    at = index + 1;
  }
  return rows;
}

export const byName = (one: { name: string }, other: { name: string }): number =>
  one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1;

function shorten(rows: readonly TableRow[]): { same: number; rest: string; end: string }[] {
  let before = '';
  return [...rows].sort(byName).map(({ access, kinds, name }) => {
    if (!/^[\w-]+$/.test(name)) throw new Error(`The action name ${name} has a character that the table's code needs.`);
    let same = 0;
    while (same < SECONDS.length - 1 && same < name.length && name[same] === before[same]) same += 1;
    before = name;
    return { same, rest: name.slice(same), end: ENDS[ACCESS_LEVELS.indexOf(access) + kinds * ACCESS_LEVELS.length] ?? '' };
  });
}

const wordsOf = (text: string): string[] => (text === '' ? [] : text.split(/(?=[A-Z][a-z])/));

/** The words that save most when each becomes two characters. */
function frequentWords(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const saved = (word: string, count: number) => (word.length - 2) * count - word.length - 1;
  return [...counts]
    .filter(([word, count]) => saved(word, count) > 0)
    .sort(([one, a], [other, b]) => saved(other, b) - saved(one, a) || (one < other ? -1 : 1))
    .slice(0, LEADS.length * SECONDS.length)
    .map(([word]) => word);
}

const codeOf = (index: number): string =>
  `${LEADS[Math.floor(index / SECONDS.length)] ?? ''}${SECONDS[index % SECONDS.length] ?? ''}`;

const CODE = /[^\w-]./g;
const expand = (text: string, dictionary: readonly string[]): string =>
  text.replace(CODE, (code) => dictionary[LEADS.indexOf(code[0] ?? '') * SECONDS.length + SECONDS.indexOf(code[1] ?? '')] ?? '');
