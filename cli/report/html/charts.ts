import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { SEVERITIES, type Severity } from '../../../shared/model/rule.ts';
import type { ReportDocument } from '../document.ts';
import { html, type Markup, trusted } from './markup.ts';
import { duration } from './words.ts';

echarts.use([LineChart, BarChart, GridComponent, SVGRenderer]);

/**
 * ECharts draws with fixed colours, and the page has two sets of them. So it draws with these stand-ins, each of which becomes a variable of
 * the style sheet.
 */
const INK = {
  critical: '#00000a',
  high: '#00000b',
  medium: '#00000c',
  low: '#00000d',
  text: '#00001a',
  line: '#00001b',
  mark: '#00001c',
  soft: '#00001d',
} as const;

/** Wide for screens and paper, narrow for phones: a scaled chart would have letters that nobody can read. */
const WIDTHS = { wide: 720, narrow: 336 } as const;
type Width = keyof typeof WIDTHS;

interface Drawing {
  readonly id: string;
  readonly title: string;
  /** The same in words, for who can't see it. */
  readonly description: string;
  readonly height: number;
  option(width: Width): object;
}

function draw(drawing: Drawing): Markup {
  return html`<div class="chart">${(Object.keys(WIDTHS) as Width[]).map((width) => drawOnce(drawing, width))}</div>`;
}

function drawOnce({ id, title, description, height, option }: Drawing, width: Width): Markup {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTHS[width], height });
  chart.setOption({
    animation: false,
    useUTC: true,
    silent: true,
    textStyle: { fontFamily: 'inherit', color: INK.text },
    ...option(width),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const name = `${id}-${width}`;
  const words = html`<title id="${name}-title">${title}</title><desc id="${name}-desc">${description}</desc>`;
  const open = html`<svg class="${width}" role="img" aria-labelledby="${name}-title ${name}-desc" viewBox="0 0 ${WIDTHS[width]} ${height}" xmlns="http://www.w3.org/2000/svg">`;
  return trusted(`${open.markup}${words.markup}${inked(svg.slice(svg.indexOf('>') + 1), name)}`);
}

/** Stand-ins become variables. Ids and classes are named for their chart, since a page has many. */
function inked(svg: string, name: string): string {
  const coloured = Object.entries(INK).reduce((text, [ink, standIn]) => text.replaceAll(standIn, `var(--${ink})`), svg);
  return coloured.replace(/\bzr\d+-/g, `${name}-`);
}

const AXIS_TEXT = { color: INK.text, fontSize: 12 };
const SPLIT_LINE = { lineStyle: { color: INK.line, width: 1 } };

export function trendChart(trend: ReportDocument['trend'], description: string): Markup {
  const top = Math.max(1, ...trend.map((point) => SEVERITIES.reduce((sum, severity) => sum + point[severity], 0)));
  return draw({
    id: 'trend',
    title: 'Open findings over time',
    description,
    height: 260,
    option: (width) => ({
      grid: { left: 8 + String(top).length * 8, right: 14, top: 12, bottom: 26 },
      xAxis: {
        type: 'time',
        axisLine: { lineStyle: { color: INK.line } },
        axisTick: { show: false },
        axisLabel: { ...AXIS_TEXT, formatter: '{d} {MMM}', customValues: labelled(trend, width === 'wide' ? 6 : 3) },
      },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 4, axisLabel: AXIS_TEXT, splitLine: SPLIT_LINE },
      series: SEVERITIES.map((severity) => ({
        type: 'line',
        stack: 'open',
        symbol: trend.length > 1 ? 'none' : 'circle',
        lineStyle: { color: INK[severity], width: 1.5 },
        itemStyle: { color: INK[severity] },
        areaStyle: { color: INK[severity], opacity: 0.75 },
        data: trend.map((point) => [point.at, point[severity]]),
      })),
    }),
  });
}

/** So many times, evenly apart, of which the last is the newest point. */
function labelled(trend: ReportDocument['trend'], most: number): number[] {
  const times = trend.map(({ at }) => Date.parse(at));
  const stride = Math.max(1, Math.ceil(times.length / most));
  return times.filter((_, index) => (times.length - 1 - index) % stride === 0);
}

/** The median as a bar, and behind it a paler one to the ninetieth percentile. */
export function timeToFixChart(rows: NonNullable<ReportDocument['timeToFix']>, description: string): Markup {
  const shown = rows.filter(({ medianHours }) => medianHours !== null).reverse();
  const barOf = (hours: (row: (typeof shown)[number]) => number, opacity: number, label: object) => ({
    type: 'bar',
    barWidth: 18,
    barGap: '-100%',
    data: shown.map((row) => ({ value: hours(row), itemStyle: { color: INK[row.severity], opacity, borderRadius: 2 }, label })),
  });
  return draw({
    id: 'time-to-fix',
    title: 'Time from opening to end, by severity',
    description,
    height: 40 + shown.length * 38,
    option: () => ({
      grid: { left: 62, right: 70, top: 6, bottom: 28 },
      xAxis: {
        type: 'value',
        splitNumber: 3,
        axisLabel: { ...AXIS_TEXT, formatter: (hours: number) => (hours === 0 ? '0' : duration(hours)), hideOverlap: true },
        splitLine: SPLIT_LINE,
      },
      yAxis: categories(shown.map(({ severity }) => severity)),
      series: [
        barOf(({ p90Hours }) => p90Hours ?? 0, 0.35, {
          show: true,
          position: 'right',
          color: INK.text,
          opacity: 1,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => duration(shown[dataIndex]?.p90Hours ?? 0),
        }),
        barOf(({ medianHours }) => medianHours ?? 0, 1, { show: false }),
      ],
    }),
  });
}

export interface AgeGroup {
  readonly label: string;
  readonly counts: { readonly [S in Severity]: number };
}

export function agesChart(groups: readonly AgeGroup[], description: string): Markup {
  return draw({
    id: 'ages',
    title: 'What is asked, by age',
    description,
    height: 200,
    option: () => ({
      grid: { left: 32, right: 8, top: 14, bottom: 26 },
      xAxis: { ...categories(groups.map(({ label }) => label)), axisLine: { lineStyle: { color: INK.line } } },
      yAxis: { type: 'value', minInterval: 1, splitNumber: 3, axisLabel: AXIS_TEXT, splitLine: SPLIT_LINE },
      series: SEVERITIES.map((severity) => ({
        type: 'bar',
        stack: 'asked',
        barMaxWidth: 56,
        itemStyle: { color: INK[severity] },
        data: groups.map(({ counts }) => counts[severity]),
      })),
    }),
  });
}

const categories = (data: readonly string[]) => ({
  type: 'category',
  data,
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: { ...AXIS_TEXT, interval: 0 },
});
