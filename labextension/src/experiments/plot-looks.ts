import type { EChartsOption } from 'echarts';

import { number } from '../ui';
import { SEQUENCE, wordColours } from './plot-colours';
import { extentOf, wordsOf } from './plot-columns';
import type { IChartColumn, IPlotTheme } from './plot';

/** What all charts of ECharts look like. */
export function base(theme: IPlotTheme): EChartsOption {
  return {
    animation: false,
    textStyle: { color: theme.ink, fontFamily: theme.font, fontSize: 11 },
    grid: { left: 8, right: 16, top: 28, bottom: 24, containLabel: true },
    tooltip: {
      confine: true,
      backgroundColor: theme.ground,
      borderColor: theme.line,
      textStyle: { color: theme.ink, fontSize: 12, fontFamily: theme.font },
      extraCssText: 'box-shadow: none; max-width: 340px; white-space: normal;'
    }
  };
}

export interface IAxisLook {
  name?: string;
  type: 'value' | 'log' | 'category';
  data?: string[];
  isVertical?: boolean;
  scale?: boolean;
}

/** What their axes look like. */
export function axis(theme: IPlotTheme, look: IAxisLook): Record<string, unknown> {
  const { isVertical, type, ...rest } = look;
  return {
    ...rest,
    type,
    scale: look.scale ?? true,
    nameLocation: isVertical ? 'end' : 'middle',
    nameGap: isVertical ? 10 : 24,
    nameTextStyle: {
      color: theme.faint,
      align: isVertical ? 'left' : 'center',
      width: 240,
      overflow: 'truncate'
    },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    splitLine: { show: type !== 'category', lineStyle: { color: theme.line } },
    axisLabel: {
      color: theme.faint,
      hideOverlap: true,
      ...(type === 'category'
        ? { width: 90, overflow: 'truncate' }
        : { formatter: (value: number) => number(value) })
    }
  };
}

/** How a column colours: numbers from little to much, words each in its own colour. */
export function colouring(
  column: IChartColumn,
  places: readonly number[],
  theme: IPlotTheme,
  dimension: number
): { visualMap: EChartsOption['visualMap']; valueAt: (place: number) => number } | null {
  const common = { dimension, textStyle: { color: theme.faint, fontSize: 10 }, right: 4, top: 0 };
  if (column.isNumber) {
    const extent = extentOf(column, places);
    return extent
      ? {
          visualMap: {
            ...common,
            type: 'continuous',
            ...{ min: extent[0], max: extent[1] === extent[0] ? extent[0] + 1 : extent[1] },
            orient: 'horizontal',
            ...{ itemWidth: 8, itemHeight: 70, calculable: false },
            text: [number(extent[1]), `${column.name}  ${number(extent[0])}`],
            inRange: { color: [...SEQUENCE] },
            outOfRange: { color: theme.faint }
          },
          valueAt: place => column.numberAt(place)
        }
      : null;
  }
  const words = wordsOf(column, places);
  const colours = wordColours(words);
  const known = new Map(words.map((word, index) => [word, index]));
  const shown = words.slice(0, 8);
  return {
    visualMap: {
      ...common,
      type: 'piecewise',
      orient: 'horizontal',
      ...{ itemWidth: 9, itemHeight: 9, itemGap: 8, itemSymbol: 'circle', showLabel: true },
      show: words.length <= 8,
      pieces: words.map((word, index) => ({
        value: index,
        label: index < shown.length ? cut(word) : '',
        color: colours[index]
      }))
    },
    valueAt: place => known.get(column.textAt(place)) ?? NaN
  };
}

/** Make text safe inside the HTML of a tooltip. */
export function safe(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}

/** Write a value of a column for people. */
export function told(column: IChartColumn, place: number): string {
  return column.isNumber ? exact(column.numberAt(place)) : column.textAt(place);
}

export function exact(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : number(value);
}

/** The tooltip of a run: its name, and what the chart shows of it. */
export function tip(name: string, lines: readonly (readonly [string, string])[]): string {
  const rows = lines.map(([label, value]) => `${safe(label)}: <b>${safe(value)}</b>`);
  return [`<b>${safe(name)}</b>`, ...rows].join('<br>');
}

function cut(word: string): string {
  return word.length > 18 ? `${word.slice(0, 17)}…` : word;
}
