import type { CustomSeriesRenderItemAPI, EChartsOption } from 'echarts';

import type { Schemas } from '../api';
import { number } from '../ui';
import { SEQUENCE } from './plot-colours';
import type { IDrawing } from './plot-echarts';
import { axis, base, exact, tip } from './plot-looks';
import type { IChartRuns, IPlotTheme } from './plot';

type Contour = Schemas['Contour'];
type Side = Schemas['Axis'];

const LEVELS = 12;

/** A metric over two params: filled levels, and the runs that they were made from. */
export function contour(
  content: Contour,
  metric: string,
  runs: IChartRuns,
  theme: IPlotTheme
): IDrawing {
  const heights = content.z.flat().filter(height => height !== null);
  const all = [...heights, ...content.points.map(({ z }) => z)];
  const [min, max] = [Math.min(...all), Math.max(...all)];
  const level = (z: number): number =>
    min +
    ((Math.min(LEVELS - 1, Math.floor(((z - min) / (max - min || 1)) * LEVELS)) + 0.5) *
      (max - min || 1)) /
      LEVELS;
  const [columns, rows] = [edgesOf(content.x), edgesOf(content.y)];
  const tiles = content.z.flatMap((row, y) =>
    row.flatMap((z, x) =>
      z === null ? [] : [[...(columns[x] ?? [0, 0]), ...(rows[y] ?? [0, 0]), level(z), z]]
    )
  );
  const [left, below] = [nameOf(content.x), nameOf(content.y)];
  const option = {
    ...base(theme),
    xAxis: { ...sideOf(content.x, theme), ...reach(columns) },
    yAxis: { ...sideOf(content.y, theme, true), ...reach(rows) },
    visualMap: {
      ...{ type: 'continuous', min, max: max > min ? max : min + 1, orient: 'horizontal' },
      ...{ right: 4, top: 0, itemWidth: 8, itemHeight: 70, calculable: false },
      text: [number(max), `${metric}  ${number(min)}`],
      textStyle: { color: theme.faint, fontSize: 10 },
      inRange: { color: [...SEQUENCE] },
      seriesIndex: [0, 1]
    },
    series: [
      {
        id: 'surface',
        type: 'custom',
        dimensions: ['x0', 'x1', 'y0', 'y1', 'level', 'z'],
        encode: { x: [0, 1], y: [2, 3], value: 4 },
        data: tiles,
        renderItem: tile,
        tooltip: {
          formatter: ({ data }: { data: number[] }) => tip(metric, [['≈', number(data[5])]])
        }
      },
      {
        id: 'runs',
        type: 'scatter',
        symbolSize: content.points.length > 300 ? 4 : 7,
        itemStyle: { borderColor: theme.ground, borderWidth: 1 },
        data: content.points.map(({ x, y, z }) => [x, y, z]),
        encode: { x: 0, y: 1, value: 2 },
        emphasis: { scale: 1.8, itemStyle: { borderColor: theme.ink } },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const point = content.points[dataIndex];
            return point
              ? tip(runs.nameOf(point.run), [
                  [left, worded(content.x, point.x)],
                  [below, worded(content.y, point.y)],
                  [metric, exact(point.z)]
                ])
              : '';
          }
        }
      }
    ]
  } as unknown as EChartsOption; // renderItem and formatters are narrower than their types
  return { option, runs: new Map([['runs', content.points.map(({ run }) => run)]]) };
}

function tile(_: unknown, api: CustomSeriesRenderItemAPI): object {
  const [x0 = 0, y0 = 0] = api.coord([api.value(0), api.value(2)]);
  const [x1 = 0, y1 = 0] = api.coord([api.value(1), api.value(3)]);
  return {
    type: 'rect',
    shape: {
      x: Math.floor(Math.min(x0, x1)),
      y: Math.floor(Math.min(y0, y1)),
      width: Math.ceil(Math.abs(x1 - x0)) + 1,
      height: Math.ceil(Math.abs(y1 - y0)) + 1
    },
    style: { fill: api.visual('color') }
  };
}

/** Where the tile around each tick begins and ends. */
export function edgesOf({ ticks, words, log }: Side): (readonly [number, number])[] {
  const [to, from] = log ? [Math.log10, (v: number) => 10 ** v] : [Number, Number];
  const at = ticks.map(tick => to(tick));
  const gap = words ? 1 : (at[1] ?? (at[0] ?? 0) + 1) - (at[0] ?? 0);
  return at.map(middle => [from(middle - gap / 2), from(middle + gap / 2)] as const);
}

function reach(edges: readonly (readonly [number, number])[]): { min: number; max: number } {
  return { min: edges[0]?.[0] ?? 0, max: edges[edges.length - 1]?.[1] ?? 1 };
}

function sideOf(side: Side, theme: IPlotTheme, isVertical = false): Record<string, unknown> {
  const look = axis(theme, {
    type: side.log ? 'log' : 'value',
    name: nameOf(side),
    isVertical
  });
  const { words } = side;
  return words
    ? {
        ...look,
        interval: 1,
        axisLabel: {
          color: theme.faint,
          formatter: (value: number) => (Number.isInteger(value) ? (words[value] ?? '') : '')
        }
      }
    : {
        ...look,
        axisLabel: {
          color: theme.faint,
          showMinLabel: false,
          showMaxLabel: false,
          hideOverlap: true,
          formatter: (value: number) => number(value)
        }
      };
}

function nameOf({ key }: Side): string {
  return key.slice(key.indexOf(':') + 1);
}

function worded({ words }: Side, value: number): string {
  return words?.[value] ?? exact(value);
}
