import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { number } from '../ui';
import { requestRate } from './model';
import { Sparkline, type ISeries, type ISparklineProps } from './sparkline';
import { latencyLabel, rateLabel } from './words';

type Stats = Schemas['EndpointStats'];
type Point = Schemas['StatsPoint'];

export interface ITrafficProps {
  /** How the endpoint does; null while nobody knows. */
  stats: Stats | null;
  trans: TranslationBundle;
}

/** Four small charts over the last minutes: requests, latency, errors, and what answering costs. */
export function Traffic({ stats, trans }: ITrafficProps): React.JSX.Element {
  const history = wholeWindow(stats?.history ?? []);
  const times = history.map(({ at }) => new Date(at).toLocaleTimeString());
  return (
    <section className="jp-mlstudio-Traffic" aria-label={trans.__('The last 15 minutes')}>
      {charts(stats, history, trans).map(chart => (
        <Sparkline key={chart.title} {...chart} times={times} />
      ))}
    </section>
  );
}

type Chart = Omit<ISparklineProps, 'times'>;

function charts(stats: Stats | null, history: readonly Point[], trans: TranslationBundle): Chart[] {
  const series = (
    name: string,
    read: (point: Point) => number | null,
    look: Partial<ISeries> = {}
  ): ISeries => ({ name, values: history.map(read), tone: 'main', format: number, ...look });
  const second = { tone: 'second', format: latencyLabel } as const;
  return [
    {
      title: trans.__('Requests'),
      now: stats ? rateLabel(requestRate(history), trans) : '–',
      note: stats ? trans.__('%1 in all', number(stats.requests)) : '',
      series: [series('requests', ({ requests }) => requests)]
    },
    {
      title: trans.__('Latency p50 / p99'),
      now: `${latencyLabel(stats?.p50_ms)} / ${latencyLabel(stats?.p99_ms)}`,
      series: [
        series('p50', ({ p50_ms }) => p50_ms, { format: latencyLabel }),
        series('p99', ({ p99_ms }) => p99_ms, second)
      ]
    },
    {
      title: trans.__('Errors'),
      now: number(stats?.errors),
      note: stats && stats.waiting > 0 ? trans.__('%1 waiting', number(stats.waiting)) : '',
      series: [series('errors', ({ errors }) => errors, { tone: 'bad' })]
    },
    costs(stats, series, trans)
  ];
}

type MakeSeries = (
  name: string,
  read: (point: Point) => number | null,
  look?: Partial<ISeries>
) => ISeries;

function costs(stats: Stats | null, series: MakeSeries, trans: TranslationBundle): Chart {
  const workers = stats?.workers ?? [];
  const memory = workers.reduce((sum, { memory_mb }) => sum + memory_mb, 0);
  const cpu = workers.reduce((sum, worker) => sum + worker.cpu, 0);
  return {
    title: trans.__('Workers / memory'),
    now: stats ? `${number(workers.length)} / ${megabytes(memory)}` : '–',
    note: workers.length > 0 ? trans.__('%1% of a core', Math.round(cpu)) : '',
    series: [
      series('workers', point => point.workers, { alone: true }),
      series('memory', ({ memory_mb }) => memory_mb, {
        alone: true,
        tone: 'second',
        format: megabytes
      })
    ]
  };
}

/** Write an amount of memory. */
export function megabytes(value: number | null): string {
  if (value === null) {
    return '–';
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} MB`;
}

/** Put moments without requests before a history that is shorter than the window. */
export function wholeWindow(history: readonly Point[], window = WINDOW): readonly Point[] {
  const [first, second] = history;
  if (first === undefined || second === undefined) {
    return history;
  }
  const begin = Date.parse(first.at);
  const step = Date.parse(second.at) - begin;
  const before = Math.max(0, Math.floor(window / step) - history.length);
  const quiet = Array.from({ length: before }, (_, index) => ({
    ...QUIET,
    at: new Date(begin - (before - index) * step).toISOString()
  }));
  return [...quiet, ...history];
}

const WINDOW = 15 * 60_000;
const QUIET: Omit<Point, 'at'> = {
  requests: 0,
  errors: 0,
  rows: 0,
  p50_ms: null,
  p99_ms: null,
  workers: 0,
  memory_mb: 0,
  cpu: 0
};
