import type { DataGrid } from '@lumino/datagrid';

import type { IGridContent } from './grid';
import type { GridData } from './grid-data';
import type { ILook } from './grid-look';
import { visible } from './grid-text';
import { PENDING } from './pages';
import type { Column } from './table';
import { written } from './values';

type Span = readonly [number, number];

const PADDING = 18;
const NARROWEST = 56;
const WIDEST = 480;
const MEASURED = 200;
const FITTED = 40;
const ROOM = 210;
const DIGIT = 6.2;

/** How wide the columns are: as somebody made them, else wide enough for their first values. */
export class Widths {
  constructor(private readonly _grid: DataGrid) {}

  /** Give the columns of a table their widths. */
  lay({ columns, pinned, rows }: IGridContent): void {
    this._fitted = false;
    const width = (column: Column): number => this._kept.get(column.name) ?? widthOf(column);
    columns.forEach((column, index) => this._grid.resizeColumn('body', index, width(column)));
    pinned.forEach((column, index) =>
      this._grid.resizeColumn('row-header', index + 1, width(column))
    );
    const digits = (rows?.rows ?? 0).toLocaleString().length;
    this._grid.resizeColumn('row-header', 0, Math.max(24 + digits * DIGIT, 48));
  }

  /** Remember how wide the columns are. */
  keep(data: GridData | null): void {
    data?.columns.forEach(({ name }, index) =>
      this._kept.set(name, this._grid.columnSize('body', index))
    );
    data?.pinned.forEach(({ name }, index) =>
      this._kept.set(name, this._grid.columnSize('row-header', index + 1))
    );
  }

  /** Make a column as wide as what is to be seen of it. */
  fit(name: string, content: IGridContent, seen: Span, look: ILook): void {
    const pinned = content.pinned.findIndex(column => column.name === name);
    const index = content.columns.findIndex(column => column.name === name);
    const found = content.pinned[pinned] ?? content.columns[index];
    if (found) {
      const side = pinned >= 0 ? 'row-header' : 'body';
      const width = widestOf(found, content, seen, look);
      this._grid.resizeColumn(side, pinned >= 0 ? pinned + 1 : index, width);
    }
  }

  /** Make columns wide enough for their first values, once these have come. */
  fitAtFirst(content: IGridContent, seen: Span, look: ILook): void {
    const { columns, rows } = content;
    const first = columns[0];
    if (this._fitted || !first || !rows?.rows || rows.peek(seen[0], first.name) === PENDING) {
      return;
    }
    this._fitted = true;
    columns.slice(0, FITTED).forEach((column, index) => {
      const width = Math.min(widestOf(column, content, seen, look), ROOM);
      if (!this._kept.has(column.name) && width > widthOf(column)) {
        this._grid.resizeColumn('body', index, width);
      }
    });
  }

  private readonly _kept = new Map<string, number>();
  private _fitted = false;
}

/** Say how wide a column is at first. */
function widthOf({ name, role }: Column): number {
  const wide = role === 'datetime' ? 160 : role === 'text' || role === 'nested' ? 140 : 112;
  return Math.min(Math.max(wide, name.length * 7.5 + 44), 240);
}

/** Measure the widest of the values of a column that can be seen. */
function widestOf(
  column: Column,
  { rows }: IGridContent,
  [first, stop]: readonly [number, number],
  look: ILook
): number {
  const gc = document.createElement('canvas').getContext('2d');
  if (!gc) {
    return widthOf(column);
  }
  gc.font = look.strong;
  let widest = gc.measureText(column.name).width + PADDING;
  gc.font = look.font;
  for (let row = first; row < Math.min(stop, first + MEASURED, rows?.rows ?? 0); row++) {
    const value = rows?.peek(row, column.name);
    if (value !== PENDING) {
      widest = Math.max(widest, gc.measureText(visible(written(value, column))).width);
    }
  }
  return Math.min(Math.max(Math.ceil(widest) + PADDING, NARROWEST), WIDEST);
}
