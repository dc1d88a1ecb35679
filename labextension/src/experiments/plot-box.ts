import type { EChartsOption } from 'echarts';

import { boxOf, placesWith } from './plot-columns';
import type { IDrawing } from './plot-echarts';
import { axis, base, exact, tip } from './plot-looks';
import type { ChartSpec } from './plot-scatter';
import type { IChartRuns, IPlotTheme } from './plot';

const MOST = 24;

/** How a metric is spread in each group of runs. */
export function box(
  spec: ChartSpec,
  runs: IChartRuns,
  theme: IPlotTheme,
  words: { all: string; runs: (count: number) => string }
): IDrawing | null {
  const y = runs.column(spec.y ?? '');
  const by = runs.column(spec.group ?? '');
  if (!y?.isNumber) {
    return null;
  }
  const groups = new Map<string, number[]>();
  for (const place of placesWith(runs, [y], [spec.log_y ?? false])) {
    const word = by ? by.textAt(place) || '–' : words.all;
    groups.set(word, [...(groups.get(word) ?? []), place]);
  }
  const kept = [...groups].sort((a, b) => b[1].length - a[1].length).slice(0, MOST);
  kept.sort(([a], [b]) => Number(a) - Number(b) || (a < b ? -1 : 1));
  const boxes = kept.map(([, places]) => boxOf(places.map(place => y.numberAt(place))));
  const dots = kept.flatMap(([, places], group) =>
    places.length <= 100 || boxes[group]
      ? places
          .filter(
            place =>
              places.length <= 60 || (boxes[group]?.outside.includes(y.numberAt(place)) ?? false)
          )
          .slice(0, 200)
          .map(place => ({ group, place }))
      : []
  );
  const option = {
    ...base(theme),
    xAxis: axis(theme, { type: 'category', data: kept.map(([word]) => word), name: by?.name }),
    yAxis: axis(theme, { type: spec.log_y ? 'log' : 'value', name: y.name, isVertical: true }),
    series: [
      {
        id: 'boxes',
        type: 'boxplot',
        boxWidth: [8, 42],
        data: boxes.map(({ five }) => [...five]),
        itemStyle: { color: `${theme.accent}33`, borderColor: theme.accent },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const [word, places] = kept[dataIndex] ?? ['', []];
            const [low, q1, median, q3, high] = boxes[dataIndex]?.five ?? [0, 0, 0, 0, 0];
            return tip(`${word} · ${words.runs(places.length)}`, [
              [y.name, exact(median)],
              ['25–75%', `${exact(q1)} … ${exact(q3)}`],
              ['↕', `${exact(low)} … ${exact(high)}`]
            ]);
          }
        }
      },
      {
        id: 'runs',
        type: 'scatter',
        symbolSize: 6,
        data: dots.map(({ group, place }) => ({
          value: [group, y.numberAt(place)],
          itemStyle: { color: runs.colourOf(runs.all[place] ?? ''), opacity: 0.85 }
        })),
        emphasis: { scale: 1.8 },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const place = dots[dataIndex]?.place ?? 0;
            return tip(runs.nameOf(runs.all[place] ?? ''), [[y.name, exact(y.numberAt(place))]]);
          }
        }
      }
    ]
  } as unknown as EChartsOption; // boxes and dots in one list are more than the types of ECharts can tell apart
  const ids = dots.map(({ place }) => runs.all[place] ?? '');
  return { option, runs: new Map([['runs', ids]]) };
}
