import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { duration, number } from '../ui';
import { requestRate } from './model';
import { rateLabel } from './words';
import { Sparkline, type ISeries } from './sparkline';

type Stats = Schemas['EndpointStats'];
type Point = Schemas['StatsPoint'];

export interface ITrafficProps {
  /** How the worker does; null while none answers. */
  stats: Stats | null;
  trans: TranslationBundle;
}

/** Four small charts over the last minutes: requests, latency, errors and rows. */
export function Traffic({ stats, trans }: ITrafficProps): React.JSX.Element {
  const history = wholeWindow(stats?.history ?? []);
  const times = history.map(({ at }) => new Date(at).toLocaleTimeString());
  const of = (read: (point: Point) => number | null): (number | null)[] => history.map(read);
  const chart = (
    title: string,
    now: string,
    series: ISeries[],
    format: (value: number | null) => string = number
  ): React.JSX.Element => <Sparkline key={title} {...{ title, now, series, times, format }} />;
  const main = (name: string, read: (point: Point) => number | null): ISeries[] => [
    { name, values: of(read), tone: 'main' }
  ];
  return (
    <section className="jp-mlstudio-Traffic" aria-label={trans.__('The last 15 minutes')}>
      {chart(
        trans.__('Requests'),
        stats ? rateLabel(requestRate(history), trans) : '–',
        main('requests', ({ requests }) => requests)
      )}
      {chart(
        trans.__('Latency p50 / p99'),
        `${latency(stats?.p50_ms)} / ${latency(stats?.p99_ms)}`,
        [
          { name: 'p50', values: of(({ p50_ms }) => p50_ms), tone: 'main' },
          { name: 'p99', values: of(({ p99_ms }) => p99_ms), tone: 'second' }
        ],
        latency
      )}
      {chart(trans.__('Errors'), number(stats?.errors), [
        { name: 'errors', values: of(({ errors }) => errors), tone: 'bad' }
      ])}
      {chart(
        trans.__('Rows'),
        number(stats?.rows),
        main('rows', ({ rows }) => rows)
      )}
    </section>
  );
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
    at: new Date(begin - (before - index) * step).toISOString(),
    requests: 0,
    errors: 0,
    rows: 0,
    p50_ms: null,
    p99_ms: null
  }));
  return [...quiet, ...history];
}

const WINDOW = 15 * 60_000;

function latency(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) {
    return '–';
  }
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : duration(milliseconds);
}
