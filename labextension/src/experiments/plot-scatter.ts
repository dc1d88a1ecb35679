import type { EChartsOption } from 'echarts';

import type { Schemas } from '../api';
import { placesWith, wordsOf } from './plot-columns';
import type { IDrawing } from './plot-echarts';
import { axis, base, colouring, tip, told } from './plot-looks';
import type { IChartColumn, IChartRuns, IPlotTheme } from './plot';

export type ChartSpec = Schemas['ChartSpec'];

/** A run is a dot between two columns, coloured by a third. */
export function scatter(spec: ChartSpec, runs: IChartRuns, theme: IPlotTheme): IDrawing | null {
  const [x, y] = [runs.column(spec.x ?? ''), runs.column(spec.y ?? '')];
  const third = spec.colour ? runs.column(spec.colour) : null;
  if (!x || !y) {
    return null;
  }
  const places = placesWith(runs, [x, y], [spec.log_x ?? false, spec.log_y ?? false]);
  const scale = third ? colouring(third, places, theme, 2) : null;
  const [across, up] = [valuesOf(x, places), valuesOf(y, places)];
  const data = places.map((place, index) => ({
    value: [across.at[index] as number, up.at[index] as number, scale?.valueAt(place) ?? 0],
    ...look(runs, runs.all[place] ?? '', scale !== null, theme)
  }));
  const option: EChartsOption = {
    ...base(theme),
    xAxis: axis(theme, { name: x.name, ...across.axis(spec.log_x) }),
    yAxis: axis(theme, { name: y.name, isVertical: true, ...up.axis(spec.log_y) }),
    ...(scale ? { visualMap: scale.visualMap } : {}),
    brush: {
      ...{ xAxisIndex: 0, yAxisIndex: 0, throttleType: 'debounce', throttleDelay: 100 },
      brushStyle: { color: `${theme.accent}22`, borderColor: theme.accent },
      outOfBrush: { colorAlpha: 0.15 }
    },
    toolbox: { show: false },
    series: [
      {
        id: 'runs',
        type: 'scatter',
        symbolSize: places.length > 500 ? 5 : 9,
        data,
        emphasis: { scale: 1.6, itemStyle: { borderColor: theme.ink, borderWidth: 2 } },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            tipOf(runs, places[dataIndex] ?? 0, [x, y, ...(third ? [third] : [])])
        }
      }
    ]
  } as EChartsOption;
  return {
    option,
    runs: new Map([['runs', places.map(place => runs.all[place] ?? '')]]),
    brush: 'area'
  };
}

/** The tooltip of a run with its values in some columns. */
export function tipOf(runs: IChartRuns, place: number, columns: readonly IChartColumn[]): string {
  const lines = columns.map(column => [column.name, told(column, place)] as const);
  return tip(runs.nameOf(runs.all[place] ?? ''), lines);
}

function look(runs: IChartRuns, id: string, isScaled: boolean, theme: IPlotTheme): object {
  const isPicked = runs.selected.has(id);
  const colour = isScaled ? {} : { color: runs.colourOf(id) };
  const border = isPicked ? { borderColor: theme.ink, borderWidth: 2 } : {};
  return {
    itemStyle: { ...colour, ...border, opacity: 0.8 },
    ...(isPicked ? { symbolSize: 12 } : {})
  };
}

interface IValues {
  readonly at: readonly number[];
  readonly axis: (isLog?: boolean) => { type: 'value' | 'log' | 'category'; data?: string[] };
}

function valuesOf(column: IChartColumn, places: readonly number[]): IValues {
  if (column.isNumber) {
    return {
      at: places.map(place => column.numberAt(place)),
      axis: isLog => ({ type: isLog ? 'log' : 'value' })
    };
  }
  const words = wordsOf(column, places);
  const known = new Map(words.map((word, index) => [word, index]));
  return {
    at: places.map(place => known.get(column.textAt(place)) ?? 0),
    axis: () => ({ type: 'category', data: words })
  };
}
