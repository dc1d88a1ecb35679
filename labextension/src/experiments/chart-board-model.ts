import { Signal, type ISignal } from '@lumino/signaling';

import type { Changed } from '../api';
import { ChartModel } from './chart-model';
import type { IChartSource } from './chart-source';
import {
  completed,
  defaultBoard,
  drawnMetrics,
  type ChartKind,
  type ChartSpec
} from './chart-spec';
import type { IChartRuns } from './plot';

/** Runs that are looked at to find the metrics that are curves. */
const LOOKED_AT = 20;

/** A chart on a board, under a key that stays while it is changed and moved. */
export interface IPlaced {
  readonly key: number;
  readonly chart: ChartModel;
}

/** A board of charts: which there are, in which order. */
export class BoardModel {
  constructor(
    readonly runs: IChartRuns,
    readonly source: IChartSource
  ) {
    runs.changed.connect(this._suggest, this);
    this._suggest();
  }

  /** Emitted when charts came, went, moved or were changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get charts(): readonly IPlaced[] {
    return this._charts;
  }

  /** What a saved view keeps; null as long as nobody has changed the charts to begin with. */
  get specs(): readonly ChartSpec[] | null {
    return this._isOwn ? this._charts.map(({ chart }) => chart.spec) : null;
  }

  set specs(specs: readonly ChartSpec[] | null) {
    this._isOwn = specs !== null;
    this._suggested = '';
    if (specs) {
      this._replace(specs);
    } else {
      this._suggest();
    }
  }

  /** Whether the charts to begin with have been chosen. */
  get isReady(): boolean {
    return this._isOwn || this._suggested !== '';
  }

  /** Add a chart of a kind at the end, and return its key. */
  add(kind: ChartKind): number {
    const placed = this._placed(completed({ kind }, this.runs));
    this._charts = [...this._charts, placed];
    this._own();
    return placed.key;
  }

  change(key: number, change: Partial<ChartSpec>): void {
    const placed = this._charts.find(one => one.key === key);
    if (placed) {
      const next = { ...placed.chart.spec, ...change };
      placed.chart.spec = change.kind ? completed(next, this.runs) : next;
      this._own();
    }
  }

  remove(key: number): void {
    this._charts.find(one => one.key === key)?.chart.dispose();
    this._charts = this._charts.filter(one => one.key !== key);
    this._own();
  }

  /** Put a copy right after a chart. */
  copy(key: number): void {
    const place = this._charts.findIndex(one => one.key === key);
    const spec = this._charts[place]?.chart.spec;
    if (spec) {
      this._charts = [...this._charts];
      (this._charts as IPlaced[]).splice(place + 1, 0, this._placed(spec));
      this._own();
    }
  }

  /** Move a chart to the place of another one. */
  move(key: number, to: number): void {
    const [from, place] = [key, to].map(one => this._charts.findIndex(({ key: k }) => k === one));
    const placed = this._charts[from ?? -1];
    if (placed && place !== undefined && place >= 0 && from !== place) {
      const others = this._charts.filter(one => one !== placed);
      others.splice(place, 0, placed);
      this._charts = others;
      this._own();
    }
  }

  /** Move a chart by so many places. */
  shift(key: number, by: number): void {
    const place = this._charts.findIndex(one => one.key === key);
    const other = this._charts[place + by];
    if (other) {
      this.move(key, other.key);
    }
  }

  note(change: Changed): void {
    this._charts.forEach(({ chart }) => chart.note(change));
  }

  dispose(): void {
    this.runs.changed.disconnect(this._suggest, this);
    this._charts.forEach(({ chart }) => chart.dispose());
    this._charts = [];
    Signal.clearData(this);
  }

  private _own(): void {
    this._isOwn = true;
    this._changed.emit();
  }

  private _replace(specs: readonly ChartSpec[]): void {
    this._charts.forEach(({ chart }) => chart.dispose());
    this._charts = specs.map(spec => this._placed(spec));
    this._changed.emit();
  }

  /** Choose the charts to begin with when the first runs are there, and again when other metrics are. */
  private _suggest(): void {
    const isSettled = this._suggested !== '' && this.runs.selected.size > 0; // no charts move by selecting runs
    if (this._isOwn || this.runs.all.length === 0 || isSettled) {
      return;
    }
    const metrics = drawnMetrics(this.runs);
    const signature = [...metrics, this.runs.all.length > 2].join('\n');
    if (signature !== this._suggested) {
      this._suggested = signature;
      void this._choose(signature);
    }
  }

  private async _choose(signature: string): Promise<void> {
    const ids = this.runs.drawn.slice(0, LOOKED_AT);
    const names = drawnMetrics(this.runs)
      .map(key => key.slice('metric:'.length))
      .slice(0, 30);
    const looked = await this.source.curves(ids, names, 2).catch(() => []);
    if (this._isOwn || signature !== this._suggested) {
      return;
    }
    const curved = names.filter(name => looked.some(one => one.metric === name && one.total > 1));
    const wanted = defaultBoard(this.runs, curved);
    const before = JSON.stringify(this._charts.map(({ chart }) => chart.spec));
    if (before !== JSON.stringify(wanted)) {
      this._replace(wanted);
    }
    this._changed.emit();
  }

  private _placed(spec: ChartSpec): IPlaced {
    return { key: this._keys++, chart: new ChartModel(spec, this.runs, this.source) };
  }

  private _charts: readonly IPlaced[] = [];
  private _isOwn = false;
  private _suggested = '';
  private _keys = 0;
  private readonly _changed = new Signal<this, void>(this);
}
