import { DataModel } from '@lumino/datagrid';

import type { IArrived, IRowSource } from './pages';
import type { Column } from './table';

/** Rows and columns as Lumino's grid asks for them. */
export class GridData extends DataModel {
  constructor(
    readonly columns: readonly Column[],
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
    return region === 'body' ? this.columns.length : 1;
  }

  override data(region: DataModel.CellRegion, row: number, index: number): unknown {
    const column = this.columns[index];
    switch (region) {
      case 'body':
        return column ? this._source?.value(row, column.name) : null;
      case 'column-header':
        return column?.name ?? '';
      case 'row-header':
        return row + 1;
      case 'corner-header':
        return '';
    }
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
    const span = { row: 0, column: 0, rowSpan: 1, columnSpan: this.columns.length };
    this.emitChanged({ type: 'cells-changed', region: 'column-header', ...span });
  }

  /** Draw everything anew. */
  repaint(): void {
    this._repaint(0, this._count);
    this.repaintHeads();
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
    if (stop > start && this.columns.length > 0) {
      const span = { rowSpan: stop - start, columnSpan: this.columns.length };
      this.emitChanged({ type: 'cells-changed', region: 'body', row: start, column: 0, ...span });
    }
  }

  private _count: number;
}
