import type { EChartsOption } from 'echarts';

import type { Schemas } from '../api';
import { percent } from '../ui';
import { AGAINST, WITH } from './plot-colours';
import type { IDrawing } from './plot-echarts';
import { axis, base, tip } from './plot-looks';
import type { IPlotTheme } from './plot';

const MOST = 15;

/** Which params matter: bars as long as their share, in the colour of the direction they work in. */
export function importance(
  content: Schemas['Importance'],
  theme: IPlotTheme,
  words: { importance: string; correlation: string }
): IDrawing {
  const items = content.items.slice(0, MOST).reverse();
  const option = {
    ...base(theme),
    grid: { left: 8, right: 88, top: 8, bottom: 8, containLabel: true },
    xAxis: { ...axis(theme, { type: 'value', scale: false }), axisLabel: { show: false } },
    yAxis: axis(theme, { type: 'category', data: items.map(({ param }) => param) }),
    series: [
      {
        id: 'bars',
        type: 'bar',
        barMaxWidth: 18,
        data: items.map(({ importance: share, correlation }) => ({
          value: share,
          itemStyle: {
            color: correlation === null ? theme.faint : correlation < 0 ? AGAINST : WITH
          }
        })),
        label: {
          show: true,
          position: 'right',
          color: theme.faint,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const item = items[dataIndex];
            return item ? `${percent(item.importance)}  ${signed(item.correlation)}` : '';
          }
        },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const item = items[dataIndex];
            return item
              ? tip(item.param, [
                  [words.importance, percent(item.importance)],
                  [words.correlation, signed(item.correlation) || '–']
                ])
              : '';
          }
        }
      }
    ]
  } as unknown as EChartsOption; // a formatter that knows only its place is narrower than the type
  return { option, runs: new Map() };
}

function signed(correlation: number | null): string {
  return correlation === null
    ? ''
    : `${correlation < 0 ? '−' : '+'}${Math.abs(correlation).toFixed(2)}`;
}
