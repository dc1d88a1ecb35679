import { Signal, type ISignal } from '@lumino/signaling';
import type { Table, Vector } from 'apache-arrow';

import type { IArrived, IRowSource } from './pages';

/** Rows that are all here. */
export class FixedRows implements IRowSource {
  constructor(table: Table) {
    this._tile = new Tile(table);
    this.rows = table.numRows;
  }

  readonly rows: number;
  readonly arrived: ISignal<this, IArrived> = new Signal<this, IArrived>(this);

  value(row: number, column: string): unknown {
    return this._tile.value(row, column);
  }

  peek(row: number, column: string): unknown {
    return this._tile.value(row, column);
  }

  attend(): void {
    // all rows are here
  }

  private readonly _tile: Tile;
}

/** Some rows of some columns. */
export class Tile {
  constructor(private readonly _table: Table) {}

  value(row: number, name: string): unknown {
    let found = this._columns.get(name);
    if (found === undefined) {
      found = this._table.getChild(name);
      this._columns.set(name, found);
    }
    return found?.get(row) ?? null;
  }

  private readonly _columns = new Map<string, Vector | null>();
}

/** Read an Arrow IPC stream. */
export async function decode(table: Uint8Array | null): Promise<Table> {
  const { tableFromIPC } = await import('apache-arrow');
  return tableFromIPC(table);
}
