import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { Api, Changed } from '../api';
import { ChartBoard } from './chart-board';
import { BoardModel } from './chart-board-model';
import { ApiSource } from './chart-source';
import type { ChartSpec } from './chart-spec';
import { COLOURS } from './lines';
import type { IChartColumn, IChartRuns } from './plot';

export interface IRunChartsProps {
  api: Api;
  run: string;
  name: string;
  /** Its metrics, the most important first. */
  metrics: readonly string[];
  /** Changes of runs, to be live; null where nothing changes any more. */
  changed: ISignal<unknown, Changed> | null;
  trans: TranslationBundle;
  inserting?: () => ((spec: ChartSpec) => void) | null;
}

const DRAWN = 12;

/** The charts of one run: a curve for each metric that developed, live while it is logged. */
export function RunCharts(props: IRunChartsProps): React.JSX.Element {
  const { api, run, name, metrics, changed, trans } = props;
  const names = metrics.join('\n');
  const board = React.useMemo(
    () => new BoardModel(new OneRun(run, name, metrics), new ApiSource(api)),
    [api, run, name, names]
  );
  React.useEffect(() => {
    const note = (_: unknown, change: Changed): void => board.note(change);
    changed?.connect(note);
    return () => {
      changed?.disconnect(note);
      board.dispose();
    };
  }, [board, changed]);
  return <ChartBoard board={board} inserting={props.inserting ?? (() => null)} trans={trans} />;
}

/** A single run, as charts see it. */
export class OneRun implements IChartRuns {
  constructor(
    id: string,
    private readonly _name: string,
    metrics: readonly string[]
  ) {
    this.drawn = this.all = [id];
    this.keys = metrics.slice(0, DRAWN).map(metric => `metric:${metric}`);
  }

  readonly drawn: readonly string[];
  readonly all: readonly string[];
  readonly keys: readonly string[];
  readonly selected: ReadonlySet<string> = new Set();
  readonly changed = new Signal<this, void>(this);
  readonly pointed = new Signal<this, string | null>(this);
  highlighted: string | null = null;

  column(): IChartColumn | null {
    return null;
  }

  nameOf(): string {
    return this._name;
  }

  colourOf(): string {
    return COLOURS[0];
  }

  toggle(): void {
    // There is no other run to tell it apart from.
  }

  brush(): void {
    // There is no table.
  }
}
