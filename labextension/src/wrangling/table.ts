import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';
import type { ICell } from './grid-cells';
import { decode, FixedRows, Pages, type IRowSource } from './pages';
import { Difference } from './table-difference';
import { Find } from './table-find';
import { Layout } from './table-layout';
import { ProfileBook } from './table-profiles';
import type { ISelection } from './table-selection';
import type { ISession } from './transport';

export type Column = Schemas['Column'];
export type Profile = Schemas['ColumnProfile'];
export type SortKey = Schemas['SortKey'];
export type Condition = Schemas['Condition'];

/** Which table is looked at: the source after so many steps. */
export interface IPlace {
  upto: number;
  columns: readonly Column[];
  rows: number | null;
}

/** A condition while somebody writes it: a new one, or one of the filter. */
export interface IWritten {
  column: string;
  /** Which conditions of the filter it takes the place of, from and how many. */
  at: { from: number; count: number } | null;
}

/**
 * The table that the grid shows: its rows, their order and choice, the statistics of its columns, and what is found and
 * selected in it.
 */
export class TableModel {
  constructor() {
    this.layout.changed.connect(() => this._changed.emit());
    this.find.changed.connect(() => this._changed.emit());
  }

  readonly layout = new Layout();
  readonly find = new Find(async (text, from, backwards) => {
    const { sort, filter } = this;
    const args = { upto: this._place.upto, text, sort, filter, columns: this._shown, ...from };
    return this._ask<Schemas['Found']>('looking.find', { ...args, backwards });
  });
  /** What the step that is looked at did to the table. */
  readonly difference = new Difference(
    args => this._live.ask<Schemas['Window']>('looking.changes', args),
    args => this._ask<Schemas['Difference']>('looking.difference', args),
    () => this._changed.emit()
  );

  /** Something of the table changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Something else is selected. */
  get selected(): ISignal<this, ISelection | null> {
    return this._selected;
  }

  get columns(): readonly Column[] {
    return this._place.columns;
  }

  get rows(): IRowSource | null {
    return this._rows;
  }

  /** How many steps the table has taken. */
  get upto(): number {
    return this._place.upto;
  }

  /** How many rows there are before filtering, if known. */
  get total(): number | null {
    return this._place.rows;
  }

  /** Why the rows could not be fetched. */
  get problem(): unknown {
    return this._problem;
  }

  get sort(): readonly SortKey[] {
    return this._sort;
  }

  get filter(): readonly Condition[] {
    return this._filter;
  }

  get selection(): ISelection | null {
    return this._selection;
  }

  profile(column: string): Profile | null {
    return this._profiles.get(column);
  }

  /** How many columns have their statistics. */
  get profiled(): number {
    return this._profiles.size;
  }

  /** Whether statistics are still on their way. */
  get isProfiling(): boolean {
    return this._profiles.isBusy;
  }

  /** Look at a table; what is not known of it any more is asked for again. */
  show(session: ISession, place: IPlace, first: readonly string[] = []): void {
    this._session = session;
    this._place = place;
    const names = new Set(place.columns.map(({ name }) => name));
    this._sort = this._sort.filter(({ column }) => names.has(column));
    this._filter = this._filter.filter(({ column }) => names.has(column));
    this.select(null);
    this._fetchRows();
    void this._profiles.read(
      [...names],
      first.filter(name => names.has(name))
    );
  }

  /** Take over how many rows there are, once somebody has counted them. */
  counted(rows: number | null): void {
    this._place = { ...this._place, rows };
    this._changed.emit();
  }

  /** Forget what is shown, when there is nothing to show it from. */
  clear(): void {
    this._rows?.close();
    this._rows = null;
    this._profiles.clear();
    this.difference.clear();
    this._changed.emit();
  }

  /** Sort by a column: smallest first, then largest first, then as it was; beside the other keys or alone. */
  cycleSort(column: string, also = false): void {
    const now = this._sort.find(key => key.column === column);
    const others = also ? this._sort.filter(key => key.column !== column) : [];
    if (!now) {
      this.sortBy([...others, { column, descending: false }]);
    } else if (now.descending) {
      this.sortBy(others);
    } else {
      const turned = { column, descending: true };
      this.sortBy(also ? this._sort.map(key => (key === now ? turned : key)) : [turned]);
    }
  }

  sortBy(sort: readonly SortKey[]): void {
    this._sort = sort;
    this._fetchRows();
  }

  /** Show only rows that fulfil all conditions. */
  filterBy(filter: readonly Condition[]): void {
    this._filter = filter;
    this._fetchRows();
  }

  /** Narrow the rows by conditions; the same conditions again widen them. */
  narrow(conditions: readonly Condition[]): void {
    const given = conditions.map(condition => JSON.stringify(condition));
    const kept = this._filter.filter(condition => !given.includes(JSON.stringify(condition)));
    const has = kept.length === this._filter.length - conditions.length;
    this.filterBy(has ? kept : [...this._filter, ...conditions]);
  }

  select(selection: ISelection | null): void {
    this._selection = selection;
    this._selected.emit(selection);
  }

  /** The condition that somebody writes; null if nobody does. */
  get writing(): IWritten | null {
    return this._writing;
  }

  /** Open the form of a condition, or close it. */
  editFilter(writing: IWritten | null): void {
    this._writing = writing;
    this._changed.emit();
  }

  /** Fetch again what failed. */
  retry(): void {
    this._problem = null;
    this._rows?.retry();
    this._changed.emit();
  }

  /** Get a cell whole, however long. */
  cell({ row, column }: ICell): Promise<Schemas['CellValue']> {
    const { sort, filter } = this;
    return this._ask('looking.cell', { upto: this.upto, row, column, sort, filter });
  }

  /** Count the values of a column among the rows that are shown. */
  values(column: string, search: string, limit: number): Promise<Schemas['ValueCounts']> {
    const filter = this._filter.filter(condition => condition.column !== column);
    return this._ask('looking.values', { upto: this.upto, column, search, limit, filter });
  }

  /** Get rows of some columns at once, as they are shown. */
  async fetch(start: number, stop: number, columns: readonly string[]): Promise<FixedRows> {
    const { sort, filter } = this;
    const args = { upto: this.upto, start, stop, columns, sort, filter };
    const { table } = await this._live.ask<Schemas['Window']>('window', args);
    return new FixedRows(await decode(table));
  }

  dispose(): void {
    this._rows?.close();
    this._profiles.clear();
    this.find.dispose();
    this.difference.clear();
    Signal.clearData(this);
  }

  private _fetchRows(): void {
    const session = this._session;
    if (!session) {
      return;
    }
    this._rows?.close();
    this._problem = null;
    const { upto, rows, columns } = this._place;
    const { _sort: sort, _filter: filter } = this;
    const pages = new Pages(
      async (start, stop, some) => {
        const args = { upto, start, stop, columns: some, sort, filter };
        const { result, table } = await session.ask<Schemas['Window']>('window', args);
        return { window: result, table: await decode(table) };
      },
      filter.length > 0 ? null : rows,
      columns.map(({ name }) => name)
    );
    pages.arrived.connect((_, { grown }) => grown && this._changed.emit());
    pages.failed.connect((_, error) => {
      this._problem = error;
      this._changed.emit();
    });
    this._rows = pages;
    pages.start();
    this.find.restart();
    this._changed.emit();
  }

  private get _shown(): string[] {
    const { pinned, scrolled } = this.layout.apart(this.columns);
    return [...pinned, ...scrolled].map(({ name }) => name);
  }

  private get _live(): ISession {
    if (!this._session) {
      throw new Error('The kernel is not connected.');
    }
    return this._session;
  }

  private async _ask<T>(verb: string, args: object): Promise<T> {
    return (await this._live.ask<T>(verb, args)).result;
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _selected = new Signal<this, ISelection | null>(this);
  private readonly _profiles = new ProfileBook(
    (columns, tier) => this._ask('profile', { upto: this.upto, columns, tier }),
    () => this._changed.emit()
  );
  private _session: ISession | null = null;
  private _place: IPlace = { upto: 0, columns: [], rows: null };
  private _rows: Pages | null = null;
  private _problem: unknown = null;
  private _sort: readonly SortKey[] = [];
  private _filter: readonly Condition[] = [];
  private _selection: ISelection | null = null;
  private _writing: IWritten | null = null;
}

/** Read rows that came whole. */
export async function fixed(table: Uint8Array | null): Promise<FixedRows | null> {
  return table ? new FixedRows(await decode(table)) : null;
}
