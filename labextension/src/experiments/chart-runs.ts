import { Signal, type ISignal } from '@lumino/signaling';

import type { Column } from './column';
import type { RunsModel } from './model';
import { number } from '../ui';
import type { IChartColumn, IChartRuns } from './plot';

/** What charts may be late by: the table has drawn itself by then, and keys typed at once are one change. */
const PAUSE = 60;
const OWN = ['name', 'experiment', 'state', 'notebook', 'started', 'duration'] as const;

/** The runs of the table, as charts see them. */
export class TableRuns implements IChartRuns {
  constructor(
    private readonly _model: RunsModel,
    /** What the columns that every run has are called. */
    private readonly _names: Readonly<Record<string, string>>
  ) {
    _model.stateChanged.connect(this._note, this);
    _model.colours.changed.connect(this._noteColours, this);
    this._follow();
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._model.stateChanged.disconnect(this._note, this);
    this._model.colours.changed.disconnect(this._noteColours, this);
    Signal.clearData(this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get pointed(): ISignal<this, string | null> {
    return this._pointed;
  }

  get drawn(): readonly string[] {
    return this._drawn;
  }

  /** What the table shows, apart from what was brushed: a brush is drawn among those that it leaves out. */
  get all(): readonly string[] {
    return this._all;
  }

  get selected(): ReadonlySet<string> {
    return this._selected;
  }

  get asked(): { experiment: string | null; filter: string } | undefined {
    const { experiment, filter, state } = this._model.look;
    const isWhole = state === 'all' && this._model.brushed === null;
    return isWhole && this._model.filterError === null ? { experiment, filter } : undefined;
  }

  get isBrushed(): boolean {
    return this._model.brushed !== null;
  }

  get highlighted(): string | null {
    return this._model.highlighted;
  }

  set highlighted(id: string | null) {
    this._model.highlighted = id;
  }

  get keys(): readonly string[] {
    return [...OWN, ...this._model.columns.map(({ key }) => key)];
  }

  column(key: string): IChartColumn | null {
    const known = this._columns.get(key);
    if (known !== undefined) {
      return known;
    }
    const column = this._model.table.column(key);
    const made = column ? this._made(column) : null;
    this._columns.set(key, made);
    return made;
  }

  nameOf(id: string): string {
    const row = this._model.table.rowOf(id);
    return row < 0 ? id.slice(0, 8) : this._model.table.nameAt(row);
  }

  colourOf(id: string): string {
    return this._model.colours.of(id) ?? 'rgba(128, 128, 128, 0.75)';
  }

  toggle(id: string): void {
    this._model.toggle(id);
  }

  brush(ids: readonly string[] | null): void {
    this._model.brushed = ids;
  }

  private _made(column: Column): IChartColumn {
    const rows = this._rows;
    const textAt = (place: number): string => {
      const value = column.at(rows[place] ?? -1);
      return value === null ? '' : typeof value === 'number' ? number(value) : value;
    };
    return {
      key: column.key,
      name: this._names[column.key] ?? column.name,
      isNumber: column.isNumeric,
      numberAt: place => column.numberAt(rows[place] ?? -1),
      textAt
    };
  }

  /** What is pointed at shows at once, in the table and in the charts; the rest once the table is drawn. */
  private _note(): void {
    const { highlighted } = this._model;
    if (highlighted !== this._shown) {
      this._shown = highlighted;
      this._pointed.emit(highlighted);
    }
    this._timer ??= setTimeout(() => this._follow(), PAUSE);
  }

  private _noteColours(): void {
    this._isRecoloured = true;
    this._note();
  }

  private _follow(): void {
    this._timer = undefined;
    const { _model: model } = this;
    const isSame =
      model.table === this._table &&
      (model.order === this._order || model.brushed !== null) &&
      model.drawn === this._drawn &&
      model.selected === this._chosen;
    if (isSame && !this._isRecoloured) {
      return;
    }
    this._isRecoloured = false;
    if (model.brushed === null || model.table !== this._table) {
      const kept = model.brushed === null ? null : this._all;
      this._all = kept ?? Array.from(model.order, row => model.table.idAt(row));
      this._rows = kept ? Int32Array.from(kept, id => model.table.rowOf(id)) : model.order;
      this._columns.clear();
    }
    [this._table, this._order, this._drawn] = [model.table, model.order, model.drawn];
    [this._chosen, this._selected] = [model.selected, new Set(model.selected)];
    this._changed.emit();
  }

  private _table: RunsModel['table'] | null = null;
  private _order: Int32Array | null = null;
  private _rows: Int32Array = new Int32Array();
  private _all: readonly string[] = [];
  private _drawn: readonly string[] = [];
  private _chosen: readonly string[] = [];
  private _selected: ReadonlySet<string> = new Set();
  private _shown: string | null = null;
  private _isRecoloured = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _columns = new Map<string, IChartColumn | null>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _pointed = new Signal<this, string | null>(this);
}
