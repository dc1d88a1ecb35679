import { Signal, type ISignal } from '@lumino/signaling';
import type { Table, Vector } from 'apache-arrow';

import type { Schemas } from '../api';

/** How many rows are fetched at a time. */
export const PAGE = 200;
const KEPT = 24;
const AT_ONCE = 2;

/** Rows that came, and how many there are. */
export interface IRows {
  table: Table;
  window: Schemas['Window'];
}

/** Fetches the rows from `start` up to, but not with, `stop`. */
export type Fetch = (start: number, stop: number) => Promise<IRows>;

/** Rows that a grid can show, whether they are here already or not. */
export interface IRowSource {
  /** How many rows there are, as far as known. */
  readonly rows: number;
  /** Rows came. */
  readonly arrived: ISignal<IRowSource, IArrived>;
  /** Get a value, or `PENDING` while it is on its way. */
  value(row: number, column: string): unknown;
}

/** What stands in a cell whose page is still on its way. */
export const PENDING = Symbol('pending');

/** A page came, or the number of rows became known. */
export interface IArrived {
  start: number;
  stop: number;
  grown: boolean;
}

/**
 * Rows of a table that are fetched when they are looked at. Keeps the pages used last, fetches the next page in the
 * direction of scrolling beforehand, and forgets requests for pages that have been scrolled past.
 */
export class Pages implements IRowSource {
  /**
   * @param fetch - Gets rows.
   * @param rows - How many rows there are, if known.
   */
  constructor(
    private readonly _fetch: Fetch,
    rows: number | null
  ) {
    this._rows = rows ?? 0;
  }

  /** How many rows there are, as far as known. */
  get rows(): number {
    return this._rows;
  }

  /** How many pages are kept. */
  get kept(): number {
    return this._pages.size;
  }

  /** Rows came. */
  get arrived(): ISignal<this, IArrived> {
    return this._arrived;
  }

  /** Rows could not be fetched. */
  get failed(): ISignal<this, unknown> {
    return this._failed;
  }

  /** Get a value, or `PENDING` while its page is fetched. */
  value(row: number, column: string): unknown {
    const page = Math.floor(row / PAGE);
    const found = this._pages.get(page);
    if (!found) {
      this._want(page);
      return PENDING;
    }
    this._touch(page, found);
    return found.column(column)?.get(row - page * PAGE) ?? null;
  }

  /** Fetch the first page, or again what failed. */
  start(): void {
    this._want(0);
  }

  /** Stop: what still comes is not kept. */
  close(): void {
    this._closed = true;
    this._wanted = [];
    Signal.clearData(this);
  }

  private _want(page: number): void {
    if (this._closed || this._asked.has(page) || this._wanted[0] === page) {
      return;
    }
    // The page asked for last is the one that is looked at now; the oldest wishes have been scrolled past.
    this._wanted = [page, ...this._wanted.filter(other => other !== page)].slice(0, AT_ONCE + 1);
    queueMicrotask(() => this._next());
  }

  private _next(): void {
    while (this._asked.size < AT_ONCE && this._wanted.length > 0) {
      const page = this._wanted.shift();
      if (page !== undefined && !this._pages.has(page)) {
        void this._load(page);
      }
    }
  }

  private async _load(page: number): Promise<void> {
    this._asked.add(page);
    try {
      const { table, window } = await this._fetch(page * PAGE, (page + 1) * PAGE);
      if (!this._closed) {
        this._keep(page, new Page(table), window);
      }
    } catch (error) {
      this._failed.emit(error);
      this._wanted = [];
    } finally {
      this._asked.delete(page);
      this._next();
    }
  }

  private _keep(page: number, loaded: Page, window: Schemas['Window']): void {
    this._touch(page, loaded);
    for (const old of this._pages.keys()) {
      if (this._pages.size <= KEPT) {
        break;
      }
      this._pages.delete(old);
    }
    const grown = window.rows_total !== this._rows;
    this._rows = window.rows_total;
    this._arrived.emit({ start: window.start, stop: window.start + window.rows, grown });
    this._ahead(page);
  }

  private _ahead(page: number): void {
    const next = page >= this._looked ? page + 1 : page - 1;
    this._looked = page;
    const exists = next >= 0 && next * PAGE < this._rows;
    if (exists && !this._pages.has(next) && this._asked.size < AT_ONCE && !this._prefetched) {
      this._prefetched = true;
      void this._load(next).finally(() => (this._prefetched = false));
    }
  }

  private _touch(page: number, loaded: Page): void {
    this._pages.delete(page);
    this._pages.set(page, loaded);
  }

  private readonly _pages = new Map<number, Page>();
  private readonly _asked = new Set<number>();
  private readonly _arrived = new Signal<this, IArrived>(this);
  private readonly _failed = new Signal<this, unknown>(this);
  private _wanted: number[] = [];
  private _prefetched = false;
  private _looked = 0;
  private _rows: number;
  private _closed = false;
}

/** Rows that are all here. */
export class FixedRows implements IRowSource {
  constructor(table: Table) {
    this._page = new Page(table);
    this.rows = table.numRows;
  }

  readonly rows: number;
  readonly arrived: ISignal<this, IArrived> = new Signal<this, IArrived>(this);

  value(row: number, column: string): unknown {
    return this._page.column(column)?.get(row) ?? null;
  }

  private readonly _page: Page;
}

class Page {
  constructor(private readonly _table: Table) {}

  column(name: string): Vector | null {
    let found = this._columns.get(name);
    if (found === undefined) {
      found = this._table.getChild(name);
      this._columns.set(name, found);
    }
    return found;
  }

  private readonly _columns = new Map<string, Vector | null>();
}
