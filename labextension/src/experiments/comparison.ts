import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed } from '../api';
import { messageOf } from '../ui';
import { differs } from './model';
import { seriesOf, type Series } from './run';
import type { IColumn, IRow } from './store';

/** A metric of several runs over time. */
export interface IComparedMetric {
  readonly name: string;
  readonly series: readonly Series[];
}

/** How many runs and metrics are drawn; more could not be told apart. */
export const DRAWN_RUNS = 8;
const DRAWN_METRICS = 12;
const PAUSE = 500;

/** What several runs have in common, and what not. */
export class ComparisonModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  get rows(): readonly IRow[] {
    return this._rows;
  }

  /** The metrics of which any of the runs has more than one value. */
  get metrics(): readonly IComparedMetric[] {
    return this._metrics;
  }

  /** Why the charts could not be had; null when they could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether params, metrics and tags that are the same everywhere are left out. */
  get onlyDifferences(): boolean {
    return this._onlyDifferences;
  }

  set onlyDifferences(only: boolean) {
    this._onlyDifferences = only;
    this.stateChanged.emit();
  }

  /** The columns to show. */
  get columns(): readonly IColumn[] {
    return this._columns.filter(
      ({ key }) =>
        this._rows.some(({ values }) => values[key] !== undefined) &&
        (!this._onlyDifferences || differs(this._rows, key))
    );
  }

  /** Compare these runs. */
  compare(rows: readonly IRow[], columns: readonly IColumn[]): void {
    const before = this._rows.map(({ run }) => run.id).join();
    [this._rows, this._columns] = [rows, columns];
    this.stateChanged.emit();
    if (before !== rows.map(({ run }) => run.id).join()) {
      void this.refresh();
    }
  }

  /** Ask for the charts again soon if one of the runs changed. */
  note({ kind, id }: Changed): void {
    if (kind === 'run' && (id === '*' || this._rows.some(({ run }) => run.id === id))) {
      this._timer ??= setTimeout(() => void this.refresh(), PAUSE);
    }
  }

  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    const ids = this._rows.slice(0, DRAWN_RUNS).map(({ run }) => run.id);
    const names = this._columns
      .filter(
        ({ key, kind }) =>
          kind === 'metric' && this._rows.some(({ values }) => values[key] !== undefined)
      )
      .slice(0, DRAWN_METRICS)
      .map(({ name }) => name);
    try {
      const asked = ids.length > 1 ? names.map(name => seriesOf(this._api, ids, name)) : [];
      const found = (await Promise.all(asked)).map((series, index) => ({
        name: names[index] ?? '',
        series
      }));
      this._metrics = found.filter(({ series }) => series.some(({ total }) => total > 1));
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _rows: readonly IRow[] = [];
  private _columns: readonly IColumn[] = [];
  private _metrics: readonly IComparedMetric[] = [];
  private _failure: string | null = null;
  private _onlyDifferences = true;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
