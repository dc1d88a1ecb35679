import type { EChartsOption } from 'echarts';

import { number } from '../ui';
import type { ICurve } from './plot-curves-shape';
import type { IDrawing } from './plot-echarts';
import { axis, base, exact, tip } from './plot-looks';
import type { IChartRuns, IPlotTheme } from './plot';

const LABELLED = 14;

/** Metrics of which each run has a single value: a bar for each run, the newest run on top. */
export function bars(curves: readonly ICurve[], runs: IChartRuns, theme: IPlotTheme): IDrawing {
  const metrics = [...new Set(curves.map(({ metric }) => metric))];
  const shown = [...curves].reverse();
  const name = ({ run, metric }: ICurve): string =>
    metrics.length > 1 ? `${runs.nameOf(run)} · ${metric}` : runs.nameOf(run);
  const valueOf = ({ values }: ICurve): number => values[values.length - 1] ?? NaN;
  const isFew = shown.length <= LABELLED;
  const option = {
    ...base(theme),
    grid: { left: 8, right: isFew ? 56 : 16, top: 8, bottom: 8, containLabel: true },
    xAxis: axis(theme, { type: 'value', scale: false }),
    yAxis: {
      ...axis(theme, { type: 'category', data: shown.map((_, place) => String(place)) }),
      axisLabel: {
        ...{ color: theme.faint, width: 110, overflow: 'truncate' },
        fontSize: isFew ? 11 : 9,
        interval: Math.ceil(shown.length / LABELLED) - 1,
        formatter: (_: string, place: number) => (shown[place] ? name(shown[place]) : '')
      }
    },
    series: [
      {
        id: 'runs',
        type: 'bar',
        barMaxWidth: 16,
        data: shown.map(curve => ({
          value: Number.isFinite(valueOf(curve)) ? valueOf(curve) : 0,
          itemStyle: {
            color: runs.colourOf(curve.run),
            ...(runs.selected.has(curve.run) ? { borderColor: theme.ink, borderWidth: 2 } : {})
          }
        })),
        label: {
          ...{ show: isFew, position: 'right', color: theme.faint, fontSize: 10 },
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            shown[dataIndex] ? number(valueOf(shown[dataIndex])) : ''
        },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const curve = shown[dataIndex];
            return curve
              ? tip(runs.nameOf(curve.run), [[curve.metric, exact(valueOf(curve))]])
              : '';
          }
        }
      }
    ]
  } as unknown as EChartsOption; // formatters that know only their place are narrower than the types
  return { option, runs: new Map([['runs', shown.map(({ run }) => run)]]) };
}
