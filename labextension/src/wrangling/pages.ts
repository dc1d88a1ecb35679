import { Signal, type ISignal } from '@lumino/signaling';
import type { Table } from 'apache-arrow';

import type { Schemas } from '../api';
import { Tile } from './pages-tile';

export { decode, FixedRows } from './pages-tile';

/** How many rows are fetched at a time. */
export const PAGE = 200;
/** How many columns of a wide table are fetched at a time. */
export const BLOCK = 32;
const KEPT = 48;
const AT_ONCE = 2;
const WISHES = 12;
const RECOUNT = 700;

/** Rows that came, and how many there are. */
export interface IRows {
  table: Table;
  window: Schemas['Window'];
}

/** Fetches some columns of the rows from `start` up to, but not with, `stop`; all columns if none are named. */
export type Fetch = (start: number, stop: number, columns: readonly string[]) => Promise<IRows>;

/** Rows that a grid can show, whether they are here already or not. */
export interface IRowSource {
  /** How many rows there are, as far as known. */
  readonly rows: number;
  /** Rows came. */
  readonly arrived: ISignal<IRowSource, IArrived>;
  /** Get a value, or `PENDING` while it is on its way. */
  value(row: number, column: string): unknown;
  /** Get a value if it is here, else `PENDING`; nothing is fetched for it. */
  peek(row: number, column: string): unknown;
  /** Tell which rows are looked at, so that those scrolled past need not come. */
  attend(view: View): void;
}

/** Says which rows are looked at now: the first, and the one after the last. */
export type View = () => readonly [number, number];

/** What stands in a cell whose page is still on its way. */
export const PENDING = Symbol('pending');

/** A page came, or the number of rows became known. */
export interface IArrived {
  start: number;
  stop: number;
  grown: boolean;
}

interface ITile {
  page: number;
  block: number;
}

/**
 * Rows of a table that are fetched when they are looked at, in tiles of some rows and some columns. Keeps the tiles used
 * last, fetches the next ones in the direction of scrolling beforehand, and forgets wishes for what was scrolled past.
 */
export class Pages implements IRowSource {
  /**
   * @param fetch - Gets rows.
   * @param rows - How many rows there are, if known.
   * @param columns - The columns, if there are so many that they come in blocks.
   */
  constructor(
    private readonly _fetch: Fetch,
    rows: number | null,
    columns: readonly string[] = []
  ) {
    this._rows = rows ?? 0;
    this._names = columns.length > BLOCK ? columns : [];
    this._blocks = Math.max(Math.ceil(this._names.length / BLOCK), 1);
    this._names.forEach((name, index) => this._blockOf.set(name, Math.floor(index / BLOCK)));
  }

  get rows(): number {
    return this._rows;
  }

  /** How many tiles are kept. */
  get kept(): number {
    return this._tiles.size;
  }

  /** Whether rows are on their way. */
  get isBusy(): boolean {
    return this._asked.size > 0;
  }

  get arrived(): ISignal<this, IArrived> {
    return this._arrived;
  }

  /** Rows could not be fetched. */
  get failed(): ISignal<this, unknown> {
    return this._failed;
  }

  attend(view: View): void {
    this._view = view;
  }

  value(row: number, column: string): unknown {
    const page = Math.floor(row / PAGE);
    const tile = this._key(page, this._blockOf.get(column) ?? 0);
    const found = this._tiles.get(tile);
    if (!found) {
      this._used = tile;
      this._want(tile);
      return PENDING;
    }
    if (tile !== this._used) {
      this._used = tile;
      this._touch(tile, found);
      this._ahead(page);
    }
    return found.value(row - page * PAGE, column);
  }

  peek(row: number, column: string): unknown {
    const page = Math.floor(row / PAGE);
    const found = this._tiles.get(this._key(page, this._blockOf.get(column) ?? 0));
    return found ? found.value(row - page * PAGE, column) : PENDING;
  }

  /** Fetch the first page. */
  start(): void {
    this._want(0);
  }

  /** Fetch again what failed. */
  retry(): void {
    const [first, stop] = this._view();
    this._arrived.emit({ start: first, stop: Math.max(stop, first + 1), grown: false });
    this._want(this._key(Math.floor(first / PAGE), 0));
  }

  /** Stop: what still comes is not kept. */
  close(): void {
    this._closed = true;
    this._wanted = [];
    clearTimeout(this._recount);
    Signal.clearData(this);
  }

  private _key(page: number, block: number): number {
    return page * this._blocks + block;
  }

  private _want(tile: number): void {
    if (this._closed || this._asked.has(tile) || this._wanted[0] === tile) {
      return;
    }
    // What is asked for last is what is looked at now.
    this._wanted = [tile, ...this._wanted.filter(other => other !== tile)].slice(0, WISHES);
    queueMicrotask(() => this._next());
  }

  private _next(): void {
    while (this._asked.size < AT_ONCE && this._wanted.length > 0) {
      const tile = this._wanted.shift();
      if (tile !== undefined && !this._tiles.has(tile) && this._isNear(tile)) {
        void this._load(tile);
      }
    }
  }

  private _isNear(tile: number): boolean {
    const [first, stop] = this._view();
    const page = Math.floor(tile / this._blocks);
    return stop <= first || (page >= Math.floor(first / PAGE) - 1 && page <= stop / PAGE + 1);
  }

  private async _load(tile: number): Promise<void> {
    this._asked.add(tile);
    const { page, block } = this._place(tile);
    try {
      const columns = this._names.slice(block * BLOCK, (block + 1) * BLOCK);
      const { table, window } = await this._fetch(page * PAGE, (page + 1) * PAGE, columns);
      if (!this._closed) {
        this._keep(tile, new Tile(table), window);
      }
    } catch (error) {
      this._wanted = [];
      if (!this._closed) {
        this._failed.emit(error);
      }
    } finally {
      this._asked.delete(tile);
      this._next();
    }
  }

  private _place(tile: number): ITile {
    return { page: Math.floor(tile / this._blocks), block: tile % this._blocks };
  }

  private _keep(tile: number, loaded: Tile, window: Schemas['Window']): void {
    this._touch(tile, loaded);
    for (const old of this._tiles.keys()) {
      if (this._tiles.size <= KEPT) {
        break;
      }
      this._tiles.delete(old);
    }
    const grown = window.rows_total !== this._rows;
    this._rows = window.rows_total;
    this._arrived.emit({ start: window.start, stop: window.start + window.rows, grown });
    if (window.exact) {
      // Only from what is looked at: else each page that comes would fetch the next, to the end of the table.
      if (tile === this._used) {
        this._ahead(this._place(tile).page);
      }
    } else {
      clearTimeout(this._recount);
      this._recount = setTimeout(() => void this._load(tile), RECOUNT);
    }
  }

  /** Fetch the page after, or before, the one that is looked at now. */
  private _ahead(page: number): void {
    const back = page < this._looked;
    const next = back ? page - 1 : page + 1;
    this._looked = page;
    if (next < 0 || next * PAGE >= this._rows || this._asked.size >= AT_ONCE) {
      return;
    }
    const tile = this._key(next, this._used % this._blocks);
    if (!this._tiles.has(tile) && !this._asked.has(tile) && this._fetchedAhead !== tile) {
      this._fetchedAhead = tile;
      void this._load(tile);
    }
  }

  private _touch(tile: number, loaded: Tile): void {
    this._tiles.delete(tile);
    this._tiles.set(tile, loaded);
  }

  private readonly _tiles = new Map<number, Tile>();
  private readonly _asked = new Set<number>();
  private readonly _arrived = new Signal<this, IArrived>(this);
  private readonly _failed = new Signal<this, unknown>(this);
  private readonly _names: readonly string[];
  private readonly _blocks: number;
  private readonly _blockOf = new Map<string, number>();
  private _view: View = () => [0, 0];
  private _wanted: number[] = [];
  private _looked = 0;
  private _used = 0;
  private _fetchedAhead = -1;
  private _rows: number;
  private _recount: ReturnType<typeof setTimeout> | undefined;
  private _closed = false;
}
