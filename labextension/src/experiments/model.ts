import { VDomModel } from '@jupyterlab/ui-components';

import { messageOf } from '../ui';
import { suggested, visibleColumns } from './column-choice';
import { narrowed } from './filter';
import { withoutBeginning } from './filter-names';
import { FilterError, mistakeIn, parseFilter, type IFilter } from './filter-parse';
import { arranged, type Lines } from './group';
import { RunColours } from './run-colours';
import type { IColumn, RunStore } from './store';
import type { RunTable } from './store-table';
import { marked, sorted, spanOf, type ISpan } from './table-order';
import { lowerIsBetter, PLAIN_LOOK, sortedBy, type ILook } from './view-look';

export type { StateFilter } from './view-look';

/** How many runs charts draw: of the selected ones, and when none is selected. */
const DRAWN = 100;
const DRAWN_FIRST = 20;
const EVERYTHING: IFilter = { conditions: [], words: [] };

/** The runs as the table shows them: filtered, sorted, in groups, some of them selected. */
export class RunsModel extends VDomModel {
  constructor(
    private readonly _store: RunStore,
    private readonly _bin: RunStore | null = null
  ) {
    super();
    _store.changed.connect(this._change, this);
    _bin?.changed.connect(this._change, this);
  }

  override dispose(): void {
    this._store.changed.disconnect(this._change, this);
    this._bin?.changed.disconnect(this._change, this);
    super.dispose();
  }

  /** The colours that drawn runs have here and in the charts. */
  readonly colours = new RunColours();

  /** Where the runs come from: the project, or its bin. */
  get source(): RunStore {
    return this._look.state === 'deleted' && this._bin ? this._bin : this._store;
  }

  /** All runs that have come, by column. */
  get table(): RunTable {
    return this.source.table;
  }

  get columns(): readonly IColumn[] {
    return this.source.columns;
  }

  /** All that a saved view keeps. */
  get look(): ILook {
    return this._look;
  }

  /** Change how the table looks; what is not named stays. */
  change(look: Partial<ILook>): void {
    const before = this._look;
    this._look = { ...before, ...look };
    if (look.filter !== undefined && look.filter !== before.filter) {
      this._read(look.filter);
    }
    if (look.state !== undefined && (look.state === 'deleted') !== (before.state === 'deleted')) {
      this._selected = [];
      void this.source.update();
    }
    void this.source.need(this._wanted());
    this._change();
  }

  /** Sort by a column; by the same one again, the other way round. Numbers begin with the largest. */
  sortBy(key: string, adds = false): void {
    this.change({ sorts: sortedBy(this._look.sorts, key, adds) });
  }

  /** What is wrong with the filter; null if it was understood. The last good one holds until then. */
  get filterError(): FilterError | null {
    return this._filterError;
  }

  /** The experiments that the runs belong to. */
  get experiments(): readonly string[] {
    return [...(this._store.table.column('experiment')?.words ?? [])].sort();
  }

  /** The rows that pass the filters, in order. */
  get order(): Int32Array {
    this._order ??= sorted(this.table, marked(this._passing()), this._look.sorts);
    return this._order;
  }

  /** What the table shows from top to bottom: groups and runs. */
  get lines(): Lines {
    const { groups, nested } = this._look;
    this._lines ??= arranged(this.table, this.order, { groups, nested, folded: this._folded });
    return this._lines;
  }

  /** Hide what stands below a group or a run, or show it again; with nothing named, all groups or none. */
  fold(path: string | null): void {
    const folded = new Set(this._folded);
    if (path !== null) {
      if (!folded.delete(path)) {
        folded.add(path);
      }
    } else if (folded.size > 0) {
      folded.clear();
    } else {
      this.lines.groups.forEach(group => folded.add(group.path));
    }
    this._folded = folded;
    this._lines = null;
    this.stateChanged.emit();
  }

  /** The columns in their order, pinned ones first; the name is always before them. */
  get visible(): readonly string[] {
    this._visible ??= visibleColumns(this.table, this.order, this._look, this.experiments.length);
    return this._visible;
  }

  /** The columns to begin with. */
  get suggested(): readonly string[] {
    return suggested(this.table, this.order, this.experiments.length);
  }

  /** What the shown runs span in a column, and which of them is best. */
  span(key: string): ISpan | null {
    const column = this.table.column(key);
    let span = this._spans.get(key) ?? null;
    if (span === null && column) {
      span = spanOf(column, this.order, lowerIsBetter(key, this._look));
      this._spans.set(key, span);
    }
    return span;
  }

  /** The run that the cursor is on. */
  get current(): string | null {
    return this._current;
  }

  set current(id: string | null) {
    if (id !== this._current) {
      this._current = id;
      this.stateChanged.emit();
    }
  }

  /** The run that is pointed at, in the table or in a chart. */
  get highlighted(): string | null {
    return this._highlighted;
  }

  set highlighted(id: string | null) {
    if (id !== this._highlighted) {
      this._highlighted = id;
      this.stateChanged.emit();
    }
  }

  /** The runs that were brushed in a chart, and to which the table is limited; null if it is not. */
  get brushed(): readonly string[] | null {
    return this._brushed;
  }

  set brushed(ids: readonly string[] | null) {
    this._brushed = ids;
    this._change();
  }

  /** The runs that are compared, in the order they were selected. */
  get selected(): readonly string[] {
    return this._selected;
  }

  isSelected(id: string): boolean {
    this._among ??= new Set(this._selected);
    return this._among.has(id);
  }

  /** Select these runs and no others. */
  select(ids: readonly string[]): void {
    this._selected = ids;
    this._among = null;
    this._draw();
    this.stateChanged.emit();
  }

  /** Select a run, or no longer. */
  toggle(id: string): void {
    const others = this._selected.filter(other => other !== id);
    this.select(others.length < this._selected.length ? others : [...others, id]);
  }

  /** The runs that charts draw: the selected ones, or the first that are shown. */
  get drawn(): readonly string[] {
    return this._drawn;
  }

  private _passing(): Uint8Array {
    const { experiment, state } = this._look;
    const among = [this._brushed && new Set(this._brushed), this._matching];
    return narrowed(this.table, this._filter, { experiment, state, among });
  }

  private _read(text: string): void {
    this._filterError = mistakeIn(text);
    const meant = withoutBeginning(text);
    if (mistakeIn(meant) !== null) {
      return;
    }
    this._filter = parseFilter(meant);
    this._matching = null;
    if (this._filter.conditions.some(({ kind }) => kind === 'dataset')) {
      void this._askFor(text);
    }
  }

  /** Let the server judge what the table does not hold. */
  private async _askFor(text: string): Promise<void> {
    try {
      const found = await this.source.matching(text);
      if (this._look.filter === text) {
        this._matching = found;
        this._change();
      }
    } catch (error) {
      this._filterError = new FilterError(messageOf(error), 0, text.length);
      this.stateChanged.emit();
    }
  }

  /** The columns that something depends on, and that a wide store may not have sent. */
  private _wanted(): string[] {
    const { columns, groups, sorts, pins } = this._look;
    const filtered = this._filter.conditions.map(({ kind, name }) => `${kind}:${name}`);
    return [...(columns ?? []), ...groups, ...pins, ...sorts.map(({ key }) => key), ...filtered];
  }

  private _draw(): void {
    const { table, order } = this;
    this._drawn =
      this._selected.length > 0
        ? this._selected.slice(0, DRAWN)
        : Array.from(order.subarray(0, DRAWN_FIRST), row => table.idAt(row));
    this.colours.take(this._drawn);
  }

  private _change(): void {
    [this._order, this._lines, this._visible, this._among] = [null, null, null, null];
    this._spans.clear();
    const { table } = this;
    if (this._selected.length > 0 && this.source.complete) {
      this._selected = this._selected.filter(id => table.rowOf(id) >= 0);
    }
    this._draw();
    this.stateChanged.emit();
  }

  private _look = PLAIN_LOOK;
  private _filter = EVERYTHING;
  private _filterError: FilterError | null = null;
  private _matching: ReadonlySet<string> | null = null;
  private _order: Int32Array | null = null;
  private _lines: Lines | null = null;
  private _visible: readonly string[] | null = null;
  private _folded: ReadonlySet<string> = new Set();
  private readonly _spans = new Map<string, ISpan>();
  private _current: string | null = null;
  private _highlighted: string | null = null;
  private _brushed: readonly string[] | null = null;
  private _selected: readonly string[] = [];
  private _among: ReadonlySet<string> | null = null;
  private _drawn: readonly string[] = [];
}
