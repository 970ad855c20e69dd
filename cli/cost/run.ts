import { type Colours, coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { print, printJson } from '../frame/output.ts';
import { lineWidth, plainTable } from '../frame/table.ts';
import type { CostOptions } from './command.ts';
import type { CostDocument } from './document.ts';
import { type Cost, type CostInput, type CostLine, costOf } from './model.ts';
import { type PriceId, priceOf } from './prices.ts';
import { amount, usd } from './words.ts';

/** Answers the exit code. */
export async function runCost({ format, ...input }: CostOptions): Promise<number> {
  const cost = costOf(input);
  if (format === 'json') await printJson(documentOf(input, cost));
  else await print(costTable(input, cost, coloursOf(process.stdout), lineWidth(process.stdout)).join('\n'));
  return EXIT.clean;
}

export function documentOf(input: CostInput, { lines, usd: total }: Cost): CostDocument {
  const ids = [...new Set(lines.map(({ price }) => price))].sort();
  return {
    input: { ...input },
    usd: total,
    lines: lines.map((line) => ({ ...line, factors: line.factors.map((factor) => ({ ...factor })) })),
    prices: ids.map((id) => priceEntry(id, input)),
  };
}

function priceEntry(id: PriceId, { region }: CostInput): CostDocument['prices'][number] {
  const { what, usd: prices, per, unit, source, date, dateIs, seenFor } = priceOf(id);
  return { id, what, usd: prices[region], per, unit, source, date, dateIs, isSeen: seenFor.includes(region) };
}

/** The dearest first; what is under a cent is one row at the end. */
function costTable({ region }: CostInput, { lines, usd: total }: Cost, colours: Colours, width: number): string[] {
  const sorted = [...lines].sort((one, other) => other.usd - one.usd);
  const shown = sorted.filter((line) => line.usd >= 0.005);
  const rows = shown.map((line) => [usd(line.usd), line.price, line.what, formulaOf(line)]);
  const left = sorted.length - shown.length;
  const unseen = [...new Set(shown.map(({ price }) => price))].filter((id) => !priceOf(id).seenFor.includes(region));
  return [
    ...plainTable(['a month', 'price', 'what', 'quantity'], rows, colours, width),
    ...(left > 0 ? [`${left} more positions cost less than a cent each.`] : []),
    '',
    `${colours.bold(usd(total))} a month at prices of ${region}, free tiers left out. Irrelevant changes cost nothing.`,
    ...(unseen.length > 0 ? [`Prices that no source here states for ${region}: ${unseen.join(', ')}.`] : []),
  ];
}

const formulaOf = ({ quantity, factors, price }: CostLine): string =>
  `${amount(quantity)} ${priceOf(price).unit} = ${factors.map(({ name, value }) => `${amount(value)} ${name}`).join(' x ')}`;
