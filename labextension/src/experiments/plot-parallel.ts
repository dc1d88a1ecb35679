import type { EChartsOption } from 'echarts';

import { number } from '../ui';
import { extentOf, wordsOf } from './plot-columns';
import type { IDrawing } from './plot-echarts';
import { base, colouring } from './plot-looks';
import { tipOf, type ChartSpec } from './plot-scatter';
import type { IChartColumn, IChartRuns, IPlotTheme } from './plot';

const FEW = 200;
const MANY = 2000;
const DECADES = 200; // from then on an axis counts in powers of ten

/** A run is a line through its values in many columns; dragging along an axis chooses runs. */
export function parallel(spec: ChartSpec, runs: IChartRuns, theme: IPlotTheme): IDrawing | null {
  const columns = (spec.columns ?? []).flatMap(key => runs.column(key) ?? []);
  if (columns.length < 2) {
    return null;
  }
  const places = runs.all.map((_, place) => place);
  const third = runs.column(spec.colour ?? '') ?? columns[columns.length - 1] ?? null;
  const scale = third ? colouring(third, places, theme, columns.length) : null;
  const axes = columns.map((column, dim) => axisOf(column, dim, places, theme));
  const data = places.map(place => [
    ...axes.map(({ at }) => at(place)),
    scale?.valueAt(place) ?? 0
  ]);
  const { length } = places;
  const opacity = length > MANY ? 0.12 : length > FEW ? 0.35 : 0.8;
  const option = {
    ...base(theme),
    parallel: {
      ...{ left: 48, right: 56, top: 46, bottom: 22 },
      parallelAxisDefault: {
        realtime: length <= MANY,
        areaSelectStyle: { width: 16, color: theme.accent, borderColor: theme.accent, opacity: 0.3 }
      }
    },
    parallelAxis: axes.map(({ look }) => look),
    ...(scale ? { visualMap: scale.visualMap } : {}),
    series: [
      {
        id: 'runs',
        type: 'parallel',
        data,
        lineStyle: { width: length > FEW ? 1 : 1.5, opacity },
        inactiveOpacity: length > MANY ? 0 : 0.04,
        activeOpacity: Math.min(1, opacity * 2),
        emphasis: { lineStyle: { width: 3, opacity: 1 } },
        progressive: 2500,
        progressiveThreshold: 5000,
        smooth: false,
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            tipOf(runs, places[dataIndex] ?? 0, columns)
        }
      }
    ]
  } as unknown as EChartsOption; // the types of ECharts know no line that begins with words and ends with numbers
  return { option, runs: new Map([['runs', runs.all]]), brush: 'parallel' };
}

function axisOf(
  column: IChartColumn,
  dim: number,
  places: readonly number[],
  theme: IPlotTheme
): { look: object; at: (place: number) => number | string } {
  const common = {
    dim,
    name: column.name.length > 20 ? `${column.name.slice(0, 19)}…` : column.name,
    nameTextStyle: { color: theme.ink, fontSize: 11 },
    axisLine: { lineStyle: { color: theme.faint } },
    axisTick: { show: false },
    nameGap: 12
  };
  const text = {
    ...{ color: theme.faint, fontSize: 10 },
    ...{ textBorderColor: theme.ground, textBorderWidth: 3 } // lines run below it
  };
  if (column.isNumber) {
    const extent = extentOf(column, places);
    const isWide = extent !== null && extent[0] > 0 && extent[1] / extent[0] > DECADES;
    return {
      look: {
        ...common,
        type: isWide ? 'log' : 'value',
        scale: true,
        axisLabel: { ...text, formatter: (value: number) => number(value) }
      },
      at: place => (Number.isFinite(column.numberAt(place)) ? column.numberAt(place) : '-')
    };
  }
  const words = wordsOf(column, places).filter(word => word !== '');
  return {
    look: {
      ...common,
      type: 'category',
      data: words,
      axisLabel: { ...text, width: 80, overflow: 'truncate' }
    },
    at: place => column.textAt(place) || '-'
  };
}
