import type { EChartsOption } from 'echarts';

import type { Schemas } from '../api';
import { number, percent } from '../ui';
import type { IDrawing } from './plot-echarts';
import { axis, base, exact, safe, tip } from './plot-looks';
import type { IChartRuns, IPlotTheme } from './plot';

type Judgement = Schemas['Judgement'];
export type JudgedKind = Schemas['JudgementSpec']['kind'];

const MATRICES = 6;

export interface IJudgedWords {
  /** What the axes are called, horizontal first. */
  readonly axes: readonly [string, string];
  /** What the one number is called. */
  readonly score: string;
  readonly rows: (count: number) => string;
  readonly predicted: string;
  readonly truth: string;
}

/** ROC, precision and recall, or calibration: a line for each run. */
export function judgedCurves(
  content: Judgement,
  kind: JudgedKind,
  runs: IChartRuns,
  theme: IPlotTheme,
  words: IJudgedWords
): IDrawing {
  const diagonal = kind === 'pr' ? [] : [guide(theme)];
  const unit = { min: 0, max: 1 };
  const option = {
    ...base(theme),
    grid: { left: 8, right: 16, top: 24, bottom: 24, containLabel: true },
    xAxis: { ...axis(theme, { type: 'value', name: words.axes[0] }), ...unit },
    yAxis: { ...axis(theme, { type: 'value', name: words.axes[1], isVertical: true }), ...unit },
    series: [
      ...diagonal,
      ...content.curves.map(({ run, x, y, score, weights }) => ({
        id: `run ${run}`,
        type: 'line',
        data: x.map((value, place) => [value, y[place]]),
        showSymbol: kind === 'calibration',
        symbolSize: 6,
        triggerLineEvent: true,
        ...(kind === 'pr' ? { step: 'end' } : {}),
        lineStyle: { width: runs.selected.has(run) ? 3 : 1.8, color: runs.colourOf(run) },
        itemStyle: { color: runs.colourOf(run) },
        emphasis: { lineStyle: { width: 3 }, focus: 'none' },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex?: number }) =>
            tip(runs.nameOf(run), [
              [words.score, exact(score)],
              ...(dataIndex === undefined || x[dataIndex] === undefined
                ? []
                : ([
                    [words.axes[0], number(x[dataIndex])],
                    [words.axes[1], number(y[dataIndex])]
                  ] as const)),
              ...(weights && dataIndex !== undefined
                ? ([['n', words.rows(weights[dataIndex] ?? 0)]] as const)
                : [])
            ])
        }
      }))
    ]
  } as unknown as EChartsOption; // a list of lines of which each has its own formatter
  const ids = content.curves.map(({ run }) => [`run ${run}`, [run]] as const);
  return { option, runs: new Map(ids) };
}

/** What was taken for what: a matrix for each run, coloured by the share of the true label. */
export function confusion(
  content: Judgement,
  runs: IChartRuns,
  theme: IPlotTheme,
  words: IJudgedWords
): IDrawing {
  const shown = content.confusions.slice(0, MATRICES);
  const across = Math.min(shown.length, 3) || 1;
  const down = Math.ceil(shown.length / across) || 1;
  const places = shown.map((_, index) => cellOf(index, across, down));
  const option = {
    ...base(theme),
    title: shown.map(({ run, accuracy }, index) => ({
      text: `{dot|●} ${runs.nameOf(run).slice(0, 26)}  ${percent(accuracy)}`,
      left: `${places[index]?.x ?? 0}%`,
      top: `${places[index]?.y ?? 0}%`,
      textStyle: {
        ...{ color: theme.ink, fontSize: 11, fontWeight: 'normal', fontFamily: theme.font },
        rich: { dot: { color: runs.colourOf(run) } }
      }
    })),
    grid: places.map(({ x, y, width, height }) => ({
      ...{ left: `${x}%`, width: `${width}%`, containLabel: true },
      top: `${y + (down > 1 ? 9 : 11)}%`,
      height: `${height - (down > 1 ? 11 : 20)}%`
    })),
    xAxis: shown.map(({ labels }, gridIndex) => ({
      ...axis(theme, {
        type: 'category',
        data: labels,
        name: down > 1 ? '' : words.predicted
      }),
      ...{ gridIndex, nameGap: 20 }
    })),
    yAxis: shown.map(({ labels }, gridIndex) => ({
      ...axis(theme, { type: 'category', data: labels, isVertical: true }),
      ...{ gridIndex, inverse: true }
    })),
    visualMap: {
      ...{ type: 'continuous', show: false, min: 0, max: 1, dimension: 2 },
      inRange: { color: [theme.ground, theme.accent] }
    },
    series: shown.map((matrix, index) => matrixOf(matrix, index, runs, theme, words))
  } as unknown as EChartsOption; // many grids at once are beyond what its types infer
  return { option, runs: new Map(shown.map(({ run }) => [`run ${run}`, [run]])) };
}

function matrixOf(
  { run, labels, counts }: Schemas['RunConfusion'],
  index: number,
  runs: IChartRuns,
  theme: IPlotTheme,
  words: IJudgedWords
): object {
  const sums = counts.map(row => row.reduce((sum, count) => sum + count, 0));
  const data = counts.flatMap((row, y) =>
    row.map((count, x) => [x, y, sums[y] ? count / (sums[y] ?? 1) : 0, count])
  );
  return {
    id: `run ${run}`,
    type: 'heatmap',
    xAxisIndex: index,
    yAxisIndex: index,
    data,
    encode: { x: 0, y: 1, value: 2 },
    itemStyle: { borderColor: theme.line, borderWidth: 1 },
    label: {
      show: labels.length <= 12,
      formatter: ({ data: cell }: { data: number[] }) => (cell[3] ?? 0).toLocaleString(),
      color: theme.ink,
      textBorderColor: theme.ground,
      textBorderWidth: 2
    },
    tooltip: {
      formatter: ({ data: cell }: { data: number[] }) =>
        [
          `<b>${safe(runs.nameOf(run))}</b>`,
          `${words.truth}: <b>${safe(labels[cell[1] ?? 0] ?? '')}</b>`,
          `${words.predicted}: <b>${safe(labels[cell[0] ?? 0] ?? '')}</b>`,
          `${words.rows(cell[3] ?? 0)} · ${percent(cell[2] ?? 0)}`
        ].join('<br>')
    }
  };
}

function guide(theme: IPlotTheme): object {
  return {
    id: 'guide',
    type: 'line',
    data: [
      [0, 0],
      [1, 1]
    ],
    showSymbol: false,
    silent: true,
    lineStyle: { color: theme.faint, type: 'dashed', width: 1 }
  };
}

function cellOf(
  index: number,
  across: number,
  down: number
): { x: number; y: number; width: number; height: number } {
  const [width, height] = [100 / across, 100 / down];
  return {
    x: (index % across) * width + 1,
    y: Math.floor(index / across) * height,
    width: width - 3,
    height: height - 2
  };
}
