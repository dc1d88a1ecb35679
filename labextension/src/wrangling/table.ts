import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';
import { FixedRows, Pages, type IRowSource } from './pages';
import type { ISession } from './transport';

export type Column = Schemas['Column'];
export type Profile = Schemas['ColumnProfile'];
export type SortKey = Schemas['SortKey'];
export type Condition = Schemas['Condition'];

const PROFILED_AT_ONCE = 8;
// Up to here every row is looked at without being asked for; beyond it, on a button.
const EXACT_ROWS = 2_000_000;

/** Which table is looked at: the source after so many steps. */
export interface IPlace {
  upto: number;
  columns: readonly Column[];
  rows: number | null;
}

/**
 * The table that the grid shows: its rows, their order and choice, and the statistics of its columns. Statistics
 * come a few columns at a time, those that are looked at first.
 */
export class TableModel {
  /** Something of the table changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The rows could not be fetched. */
  get failed(): ISignal<this, unknown> {
    return this._failed;
  }

  get columns(): readonly Column[] {
    return this._place.columns;
  }

  get rows(): IRowSource | null {
    return this._rows;
  }

  /** How many rows there are before filtering, if known. */
  get total(): number | null {
    return this._place.rows;
  }

  /** Whether every row is looked at without being asked for. */
  get isExact(): boolean {
    return this._place.rows !== null && this._place.rows <= EXACT_ROWS;
  }

  get sort(): readonly SortKey[] {
    return this._sort;
  }

  get filter(): readonly Condition[] {
    return this._filter;
  }

  profile(column: string): Profile | null {
    return this._profiles.get(column) ?? null;
  }

  /** How many columns have their statistics. */
  get profiled(): number {
    return this._profiles.size;
  }

  /** Look at a table; what is not known of it any more is asked for again. */
  show(session: ISession, place: IPlace): void {
    this._session = session;
    this._place = place;
    const names = new Set(place.columns.map(({ name }) => name));
    this._sort = this._sort.filter(({ column }) => names.has(column));
    this._filter = this._filter.filter(({ column }) => names.has(column));
    this._fetchRows();
    void this._fetchProfiles();
  }

  /** Forget what is shown, when there is nothing to show it from. */
  clear(): void {
    this._rows?.close();
    this._rows = null;
    this._asked++;
    this._profiles.clear();
    this._changed.emit();
  }

  /** Sort by a column: smallest first, then largest first, then as it was. */
  cycleSort(column: string): void {
    const now = this._sort.find(key => key.column === column);
    const next = !now
      ? [{ column, descending: false }]
      : now.descending
        ? []
        : [{ column, descending: true }];
    this.sortBy(next);
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

  dispose(): void {
    this._rows?.close();
    this._asked++;
    Signal.clearData(this);
  }

  private _fetchRows(): void {
    const session = this._session;
    if (!session) {
      return;
    }
    this._rows?.close();
    const { upto, rows } = this._place;
    const { _sort: sort, _filter: filter } = this;
    const pages = new Pages(
      async (start, stop) => {
        const args = { upto, start, stop, sort, filter };
        const { result, table } = await session.ask<Schemas['Window']>('window', args);
        return { window: result, table: await decode(table) };
      },
      filter.length > 0 ? null : rows
    );
    pages.arrived.connect((_, { grown }) => grown && this._changed.emit());
    pages.failed.connect((_, error) => this._failed.emit(error));
    this._rows = pages;
    pages.start();
    this._changed.emit();
  }

  /** Look at every row for the statistics of a column. */
  async exactly(column: string): Promise<void> {
    await this._fetchSome([column], true, this._asked);
  }

  private async _fetchProfiles(): Promise<void> {
    const asked = ++this._asked;
    const names = this._place.columns.map(({ name }) => name);
    this._profiles = new Map();
    await this._fetchInTurn(names, false, asked);
    if (this.isExact) {
      const sampled = names.filter(name => this._profiles.get(name)?.exactness === 'sampled');
      await this._fetchInTurn(sampled, true, asked);
    }
  }

  private async _fetchInTurn(
    names: readonly string[],
    exact: boolean,
    asked: number
  ): Promise<void> {
    for (let start = 0; start < names.length; start += PROFILED_AT_ONCE) {
      const some = names.slice(start, start + PROFILED_AT_ONCE);
      if (!(await this._fetchSome(some, exact, asked))) {
        return;
      }
    }
  }

  /** Answers whether somebody still wants to know. */
  private async _fetchSome(
    columns: readonly string[],
    exact: boolean,
    asked: number
  ): Promise<boolean> {
    try {
      const args = { upto: this._place.upto, columns, exact };
      const answer = await this._session?.ask<Schemas['Profiles']>('profile', args);
      if (asked !== this._asked || !answer) {
        return false;
      }
      answer.result.items.forEach(profile => this._profiles.set(profile.name, profile));
      this._changed.emit();
      return true;
    } catch {
      return false; // the rows of the same table fail with the same reason, and say so
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _failed = new Signal<this, unknown>(this);
  private _session: ISession | null = null;
  private _place: IPlace = { upto: 0, columns: [], rows: null };
  private _rows: Pages | null = null;
  private _profiles = new Map<string, Profile>();
  private _sort: readonly SortKey[] = [];
  private _filter: readonly Condition[] = [];
  private _asked = 0;
}

/** Read rows that came whole. */
export async function fixed(table: Uint8Array | null): Promise<FixedRows | null> {
  return table ? new FixedRows(await decode(table)) : null;
}

async function decode(table: Uint8Array | null): Promise<import('apache-arrow').Table> {
  const { tableFromIPC } = await import('apache-arrow');
  return tableFromIPC(table);
}
