import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { act, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';

import { BoardModel } from './chart-board-model';
import { ChartBody } from './chart-body';
import { chartCode } from './chart-code';
import { csvOf } from './chart-csv';
import { newest } from './chart-images';
import { ChartModel } from './chart-model';
import type { IChartSource } from './chart-source';
import { completed, defaultBoard, type ChartSpec } from './chart-spec';
import type { IChartColumn, IChartRuns } from './plot';
import type { ICurve } from './plot-curves-shape';

const trans = nullTranslator.load('');
const LABEL = 'a chart';

describe('a chart', () => {
  it('asks for its curves when it is seen, and again for the runs that changed', async () => {
    const { runs, source, asked } = given();
    const model = new ChartModel({ kind: 'curves', metrics: ['loss'] }, runs, source);
    expect(asked).toEqual([]);
    model.isSeen = true;
    await waitFor(() => expect(model.content?.kind).toBe('curves'));
    model.note({ kind: 'run', id: 'b', change: 'changed' });
    model.note({ kind: 'run', id: 'elsewhere', change: 'changed' });
    await waitFor(() => expect(asked).toEqual([['a', 'b', 'c'], ['b']]));
    expect(curvesOf(model)).toEqual(['a', 'b', 'c']);
    model.dispose();
  });

  it('tells why it could not be drawn, and tries again', async () => {
    const { runs, source } = given();
    const importance = vi.fn(() => Promise.reject(new Error('Only 1 runs have auc.')));
    const model = new ChartModel({ kind: 'importance', metrics: ['auc'] }, runs, {
      ...source,
      importance
    });
    model.isSeen = true;
    await waitFor(() => expect(model.failure).not.toBeNull());
    render(<ChartBody model={model} label={LABEL} trans={trans} version={0} />);
    expect(screen.getByRole('alert').textContent).toContain('Only 1 runs have auc.');
    act(() => screen.getByRole('button', { name: 'Retry' }).click());
    await waitFor(() => expect(importance).toHaveBeenCalledTimes(2));
    model.dispose();
  });

  it('says how predictions are logged where there are none', async () => {
    const { runs, source } = given();
    const model = new ChartModel({ kind: 'roc' }, runs, source);
    model.isSeen = true;
    await waitFor(() => expect(model.content).not.toBeNull());
    render(<ChartBody model={model} label={LABEL} trans={trans} version={0} />);
    expect(screen.getByText(/run\.log_predictions/)).toBeTruthy();
    model.dispose();
  });

  it('is written as CSV that no spreadsheet takes for a formula', async () => {
    const { runs, source } = given({ a: '=1+1' });
    const model = new ChartModel(
      { kind: 'scatter', x: 'param:depth', y: 'metric:auc' },
      runs,
      source
    );
    model.isSeen = true;
    await waitFor(() => expect(model.content).not.toBeNull());
    expect(csvOf(model).split('\r\n').slice(0, 2)).toEqual([
      'run_id,run,depth,auc',
      "a,'=1+1,1,0.5"
    ]);
    model.dispose();
  });
});

describe('a board', () => {
  it('suggests curves first, then what params do to the metric', () => {
    const { runs } = given();
    expect(defaultBoard(runs, ['loss']).map(({ kind }) => kind)).toEqual([
      'curves',
      'parallel',
      'importance',
      'scatter'
    ]);
  });

  it('is kept only after it was changed, and forgets it when the suggestion is wanted', async () => {
    const { runs, source } = given();
    const board = new BoardModel(runs, source);
    await waitFor(() => expect(board.charts.length).toBe(4));
    expect(board.specs).toBeNull();
    board.add('contour');
    const kinds = (): string[] => board.charts.map(({ chart }) => chart.spec.kind);
    expect(board.charts[4]?.chart.spec).toMatchObject({ x: 'param:depth', metrics: ['auc'] });
    board.move(board.charts[4]?.key ?? -1, board.charts[0]?.key ?? -1);
    board.remove(board.charts[1]?.key ?? -1);
    expect(kinds()).toEqual(['contour', 'parallel', 'importance', 'scatter']);
    expect(board.specs?.length).toBe(4);
    board.specs = null;
    await waitFor(() => expect(kinds()).toEqual(['curves', 'parallel', 'importance', 'scatter']));
    board.dispose();
  });

  it('fills in columns for a kind that needs them', () => {
    const { runs } = given();
    expect(completed({ kind: 'box' }, runs)).toMatchObject({
      y: 'metric:auc',
      group: 'param:depth'
    });
  });
});

describe('the code of a chart', () => {
  it('leaves out what is as it is anyway', () => {
    const spec: ChartSpec = {
      ...{ kind: 'curves', metrics: ['loss "x"'], by: 'step', smoothing: 0.5, wide: 2 },
      ...{ envelope: false, runs: null, experiment: 'digits', filter: '' }
    };
    expect(chartCode(spec).split('\n').slice(3)).toEqual([
      'studio.chart(',
      '    "curves",',
      '    metrics=["loss \\"x\\""],',
      '    smoothing=0.5,',
      '    envelope=False,',
      '    experiment="digits",',
      ')'
    ]);
  });
});

describe('pictures over steps', () => {
  it('are the last ones up to the chosen step', () => {
    const image = (run: string, step: number | null): Parameters<typeof newest>[0][number] => ({
      ...{ run, step, name: 'wave', path: `wave${step}.png` }
    });
    const items = [image('a', 1), image('a', 5), image('b', 3), image('c', null)];
    expect(newest(items, 4).map(({ run, step }) => [run, step])).toEqual([
      ['a', 1],
      ['b', 3],
      ['c', null]
    ]);
  });
});

function curvesOf({ content }: ChartModel): string[] {
  return content?.kind === 'curves' ? content.curves.map(({ run }) => run) : [];
}

function curve(run: string, metric: string): ICurve {
  const steps = Float64Array.of(0, 1);
  return { run, metric, total: 2, steps, times: steps, values: steps, low: null, high: null };
}

/** Three runs with a param and a metric, and a source that answers at once. */
function given(names: Record<string, string> = {}): {
  runs: IChartRuns;
  source: IChartSource;
  asked: string[][];
} {
  const ids = ['a', 'b', 'c'];
  const columns: Record<string, number[]> = {
    'metric:auc': [0.5, 0.6, 0.7],
    'param:depth': [1, 2, 3]
  };
  const column = (key: string): IChartColumn | null => {
    const values = columns[key];
    return values
      ? {
          ...{ key, name: key.slice(key.indexOf(':') + 1), isNumber: true },
          numberAt: place => values[place] ?? NaN,
          textAt: place => String(values[place] ?? '')
        }
      : null;
  };
  const runs: IChartRuns = {
    changed: new Signal<object, void>({}),
    pointed: new Signal<object, string | null>({}),
    ...{ drawn: ids, all: ids, selected: new Set<string>(), highlighted: null },
    keys: Object.keys(columns),
    column,
    nameOf: id => names[id] ?? `run ${id}`,
    colourOf: () => '#123456',
    toggle: () => undefined,
    brush: () => undefined
  };
  const asked: string[][] = [];
  const nothing = { confusions: [], curves: [], labels: [], missing: ids };
  const source = {
    curves: async (of: readonly string[], metrics: readonly string[], points: number) => {
      if (points > 2) {
        asked.push([...of]);
      }
      return of.flatMap(id => metrics.map(metric => curve(id, metric)));
    },
    judgement: async () => nothing
  } as unknown as IChartSource; // the others are not asked here
  return { runs, source, asked };
}
