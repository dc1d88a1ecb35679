import { DataModel } from '@lumino/datagrid';

import type { IArrived, IRowSource } from './pages';
import type { Column } from './table';

/** Rows and columns as Lumino's grid asks for them. Pinned columns stand beside the rows' numbers. */
export class GridData extends DataModel {
  constructor(
    readonly columns: readonly Column[],
    readonly pinned: readonly Column[],
    private _source: IRowSource | null
  ) {
    super();
    this._count = _source?.rows ?? 0;
    _source?.arrived.connect(this._arrive, this);
  }

  get source(): IRowSource | null {
    return this._source;
  }

  override rowCount(region: DataModel.RowRegion): number {
    return region === 'body' ? this._count : 1;
  }

  override columnCount(region: DataModel.ColumnRegion): number {
    return region === 'body' ? this.columns.length : 1 + this.pinned.length;
  }

  override data(region: DataModel.CellRegion, row: number, index: number): unknown {
    const column = this.columnAt(region, index);
    const head = region === 'column-header' || region === 'corner-header';
    if (head) {
      return column?.name ?? '';
    }
    return column ? this._source?.value(row, column.name) : row + 1;
  }

  /** Get the column at a place; null where the rows' numbers stand. */
  columnAt(region: DataModel.CellRegion | 'void', index: number): Column | null {
    const scrolled = region === 'body' || region === 'column-header';
    return (scrolled ? this.columns[index] : this.pinned[index - 1]) ?? null;
  }

  /** Show other rows of the same columns. */
  swap(source: IRowSource | null): void {
    if (source === this._source) {
      return;
    }
    this._source?.arrived.disconnect(this._arrive, this);
    this._source = source;
    source?.arrived.connect(this._arrive, this);
    this._grow();
    this._repaint(0, this._count);
  }

  /** Draw the heads anew. */
  repaintHeads(): void {
    const span = { row: 0, column: 0, rowSpan: 1 };
    if (this.columns.length > 0) {
      const columnSpan = this.columns.length;
      this.emitChanged({ type: 'cells-changed', region: 'column-header', ...span, columnSpan });
    }
    if (this.pinned.length > 0) {
      const columnSpan = this.pinned.length + 1;
      this.emitChanged({ type: 'cells-changed', region: 'corner-header', ...span, columnSpan });
    }
  }

  /** Draw everything anew. */
  repaint(): void {
    this._repaint(0, this._count);
    this.repaintHeads();
  }

  /** Let go of the rows. */
  release(): void {
    this._source?.arrived.disconnect(this._arrive, this);
  }

  private _arrive(_: IRowSource, { start, stop, grown }: IArrived): void {
    if (grown) {
      this._grow();
    }
    this._repaint(start, Math.min(stop, this._count));
  }

  private _grow(): void {
    const before = this._count;
    this._count = this._source?.rows ?? 0;
    const span = Math.abs(this._count - before);
    if (this._count > before) {
      this.emitChanged({ type: 'rows-inserted', region: 'body', index: before, span });
    } else if (this._count < before) {
      this.emitChanged({ type: 'rows-removed', region: 'body', index: this._count, span });
    }
  }

  private _repaint(start: number, stop: number): void {
    if (stop <= start) {
      return;
    }
    const span = { row: start, column: 0, rowSpan: stop - start };
    if (this.columns.length > 0) {
      const columnSpan = this.columns.length;
      this.emitChanged({ type: 'cells-changed', region: 'body', ...span, columnSpan });
    }
    const columnSpan = this.pinned.length + 1;
    this.emitChanged({ type: 'cells-changed', region: 'row-header', ...span, columnSpan });
  }

  private _count: number;
}
