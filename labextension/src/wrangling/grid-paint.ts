import { DataGrid } from '@lumino/datagrid';

import { paintCell, paintStruck, type IBox } from './grid-cells';
import type { GridData } from './grid-data';
import { paintHead, type IHeads } from './grid-head';
import type { IRowSource } from './pages';
import type { Column } from './table';

export const ROW_HEIGHT = 24;

type Canvas = CanvasRenderingContext2D;

/**
 * Lumino's grid with a painter of our own. Its own one draws every cell on a second canvas and copies it from there,
 * which takes many times as long where the processor does the drawing. All rows are equally high here.
 */
export class PaintedGrid extends DataGrid {
  constructor(
    options: DataGrid.IOptions,
    private readonly _painted: () => IHeads
  ) {
    super(options);
  }

  /** Rows are not made higher or lower by hand. */
  override resizeRow(): void {
    // all rows are equally high
  }

  protected override paintContent(x: number, y: number, width: number, height: number): void {
    const data = this.dataModel as GridData | null;
    const gc = this.canvasGC;
    const scale = Math.ceil(window.devicePixelRatio);
    const painted = this._painted();
    gc.save();
    gc.setTransform(scale, 0, 0, scale, 0, 0);
    gc.beginPath();
    gc.rect(x, y, width, height);
    gc.clip();
    gc.fillStyle = painted.look.paper;
    gc.fillRect(x, y, width, height);
    if (data) {
      gc.textBaseline = 'middle';
      const [left, top] = [this.headerWidth, this.headerHeight];
      const right = Math.min(x + width, left + this.bodyWidth - this.scrollX);
      const bottom = Math.min(y + height, top + this.bodyHeight - this.scrollY);
      this._paintPart(gc, data, painted, 'body', {
        x: Math.max(x, left),
        y: Math.max(y, top),
        right,
        bottom
      });
      this._paintPart(gc, data, painted, 'row-header', {
        x,
        y: Math.max(y, top),
        right: Math.min(x + width, left),
        bottom
      });
      this._paintPart(gc, data, painted, 'column-header', {
        x: Math.max(x, left),
        y,
        right,
        bottom: Math.min(y + height, top)
      });
      this._paintPart(gc, data, painted, 'corner-header', {
        x,
        y,
        right: Math.min(x + width, left),
        bottom: Math.min(y + height, top)
      });
    }
    gc.restore();
  }

  /** Paint what lies of one of the four parts of the grid inside a dirty area. */
  private _paintPart(gc: Canvas, data: GridData, painted: IHeads, part: Part, dirty: IDirty): void {
    if (dirty.right <= dirty.x || dirty.bottom <= dirty.y) {
      return;
    }
    const scrolls = part === 'body' || part === 'column-header';
    const isHead = part === 'column-header' || part === 'corner-header';
    const side = scrolls ? 'body' : 'row-header';
    const offset = scrolls ? this.headerWidth - this.scrollX : 0;
    const first = this.columnAt(side, dirty.x - offset);
    gc.save();
    gc.beginPath();
    gc.rect(dirty.x, dirty.y, dirty.right - dirty.x, dirty.bottom - dirty.y);
    gc.clip();
    if (part !== 'body') {
      gc.fillStyle = painted.look.raised;
      gc.fillRect(dirty.x, dirty.y, dirty.right - dirty.x, dirty.bottom - dirty.y);
    }
    for (let index = Math.max(first, 0); index < this.columnCount(side); index++) {
      const x = this.columnOffset(side, index) + offset;
      const width = this.columnSize(side, index);
      if (x >= dirty.right) {
        break;
      }
      const column = data.columnAt(part, index);
      if (isHead) {
        this._paintOneHead(gc, painted, column, { x, y: 0, width, height: this.headerHeight });
      } else {
        this._paintColumn(gc, data.source, painted, column, x, width, dirty);
      }
    }
    gc.restore();
  }

  private _paintOneHead(gc: Canvas, painted: IHeads, column: Column | null, box: IBox): void {
    gc.save();
    gc.beginPath();
    gc.rect(box.x, box.y, box.width, box.height);
    gc.clip();
    if (column) {
      paintHead(gc, box, column, painted);
    }
    paintLines(gc, box, painted);
    gc.restore();
  }

  private _paintColumn(
    gc: Canvas,
    source: IRowSource | null,
    painted: IHeads,
    column: Column | null,
    x: number,
    width: number,
    dirty: IDirty
  ): void {
    const top = this.headerHeight - this.scrollY;
    const first = Math.max(Math.floor((dirty.y - top) / ROW_HEIGHT), 0);
    const last = Math.min(Math.ceil((dirty.bottom - top) / ROW_HEIGHT), this.rowCount('body'));
    gc.save();
    gc.beginPath();
    gc.rect(x, dirty.y, width, dirty.bottom - dirty.y);
    gc.clip();
    gc.font = column ? painted.look.font : painted.look.small;
    for (let row = first; row < last; row++) {
      const box = { x, y: row * ROW_HEIGHT + top, width, height: ROW_HEIGHT };
      if (column && source) {
        paintCell(gc, box, source.value(row, column.name), column, row, painted);
      } else {
        paintNumber(gc, box, row, painted);
      }
      if (painted.change(row)?.kind === 'removed') {
        paintStruck(gc, box, painted.look);
      }
      paintLines(gc, box, painted);
    }
    gc.restore();
  }
}

type Part = 'body' | 'row-header' | 'column-header' | 'corner-header';

interface IDirty {
  x: number;
  y: number;
  right: number;
  bottom: number;
}

const SIGNS = { same: '', changed: '~ ', removed: '− ', added: '+ ' };

function paintNumber(gc: Canvas, box: IBox, row: number, painted: IHeads): void {
  const change = painted.change(row)?.kind ?? 'same';
  gc.fillStyle = change === 'same' ? painted.look.faint : painted.look.text;
  gc.textAlign = 'right';
  gc.fillText(SIGNS[change] + grouped(row + 1), box.x + box.width - 8, box.y + box.height / 2);
}

function paintLines(gc: Canvas, box: IBox, { look }: IHeads): void {
  gc.fillStyle = look.line;
  gc.fillRect(box.x, box.y + box.height - 1, box.width, 1);
  gc.fillRect(box.x + box.width - 1, box.y, 1, box.height);
}

const figures = new Intl.NumberFormat();

function grouped(value: number): string {
  return figures.format(value);
}
