import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { ChartBoard } from './chart-board';
import { BoardModel } from './chart-board-model';
import { ApiSource } from './chart-source';
import type { RunComparison } from './compare-model';
import type { ICompareProps } from './compare-view';
import { colourAt } from './lines';
import type { IChartColumn, IChartRuns } from './plot';

const DRAWN_RUNS = 20;
const DRAWN_METRICS = 12;

/** How the metrics of the runs developed, one chart a metric with all runs in it. */
export function Curves(props: ICompareProps): React.JSX.Element | null {
  const { model, comparison, trans } = props;
  const ids = comparison.runs.map(({ id }) => id).join();
  const names = comparison.metrics.map(({ name }) => name).join('\n');
  const board = React.useMemo(
    () => new BoardModel(new ComparedRuns(comparison), new ApiSource(model.api)),
    [model, ids, names]
  );
  React.useEffect(() => () => board.dispose(), [board]);
  if (comparison.metrics.length === 0) {
    return null;
  }
  return (
    <section data-section="curves">
      <h3>
        {trans.__('Curves')}{' '}
        {comparison.runs.length > DRAWN_RUNS ? (
          <small>{trans.__('of the first %1 runs', DRAWN_RUNS)}</small>
        ) : null}
      </h3>
      <ChartBoard board={board} inserting={() => null} trans={trans} />
    </section>
  );
}

/** The compared runs, as charts see them. */
class ComparedRuns implements IChartRuns {
  constructor({ runs, metrics }: RunComparison) {
    this._names = new Map(runs.map(({ id, name }) => [id, name]));
    this.all = runs.map(({ id }) => id);
    this.drawn = this.all.slice(0, DRAWN_RUNS);
    this.keys = metrics.slice(0, DRAWN_METRICS).map(({ name }) => `metric:${name}`);
  }

  readonly drawn: readonly string[];
  readonly all: readonly string[];
  readonly keys: readonly string[];
  readonly selected: ReadonlySet<string> = new Set();
  readonly changed = new Signal<this, void>(this);
  readonly pointed = new Signal<this, string | null>(this);

  get highlighted(): string | null {
    return this._highlighted;
  }

  set highlighted(id: string | null) {
    this._highlighted = id;
    this.pointed.emit(id);
  }

  column(): IChartColumn | null {
    return null;
  }

  nameOf(id: string): string {
    return this._names.get(id) ?? id;
  }

  colourOf(id: string): string {
    return colourAt(this.all.indexOf(id));
  }

  toggle(): void {
    // All of them are selected: that is why they are compared.
  }

  brush(): void {
    // There is no table of runs to narrow down.
  }

  private readonly _names: ReadonlyMap<string, string>;
  private _highlighted: string | null = null;
}
