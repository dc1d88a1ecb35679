import { BasicMouseHandler, type DataGrid, type ResizeHandle } from '@lumino/datagrid';

import type { ICell } from './grid-cells';
import { headPart, type HeadPart } from './grid-head';
import type { Column, Profile } from './table';

/** What somebody pointed at. */
export interface IPointed {
  column: Column | null;
  row: number | null;
  isHead: boolean;
  /** Where on the screen. */
  x: number;
  y: number;
}

/** What the mouse handler tells the grid. */
export interface IPointing {
  columnAt: (region: DataGrid.HitTestResult['region'], index: number) => Column | null;
  profile: (column: string) => Profile | null;
  tip: (column: Column, part: HeadPart) => string;
  onHead: (column: Column, part: HeadPart, event: MouseEvent) => void;
  onPinned: (cell: ICell) => void;
  onOpen: (cell: ICell) => void;
  onFit: (pinned: boolean, index: number) => void;
  onMenu: (pointed: IPointed) => void;
}

const EDGE = 6;

/**
 * A click on a head sorts by the arrows, narrows the rows by a bar or a value, and selects the column elsewhere; a double
 * click shows a cell whole, or fits the width of a column.
 */
export class GridMouse extends BasicMouseHandler {
  constructor(private readonly _pointing: IPointing) {
    super();
  }

  override onMouseDown(grid: DataGrid, event: MouseEvent): void {
    const hit = grid.hitTest(event.clientX, event.clientY);
    const column = this._pointing.columnAt(hit.region, hit.column);
    const part = column ? this._part(hit, column) : null;
    if (event.button !== 0) {
      return;
    }
    if (column && part) {
      if (part.kind === 'name' && hit.region === 'column-header') {
        super.onMouseDown(grid, event);
      }
      this._pointing.onHead(column, part, event);
    } else if (column && hit.region === 'row-header' && !isEdge(hit)) {
      this._pointing.onPinned({ row: hit.row, column: column.name });
    } else {
      super.onMouseDown(grid, event);
    }
  }

  override onMouseHover(grid: DataGrid, event: MouseEvent): void {
    super.onMouseHover(grid, event);
    const hit = grid.hitTest(event.clientX, event.clientY);
    const column = this._pointing.columnAt(hit.region, hit.column);
    const part = column ? this._part(hit, column) : null;
    const { node } = grid.viewport;
    node.title = column && part ? this._pointing.tip(column, part) : '';
    if (part && part.kind !== 'name') {
      node.style.cursor = 'pointer';
    }
  }

  override onMouseDoubleClick(grid: DataGrid, event: MouseEvent): void {
    const hit = grid.hitTest(event.clientX, event.clientY);
    const column = this._pointing.columnAt(hit.region, hit.column);
    if (isHead(hit) && isEdge(hit)) {
      const left = hit.x <= EDGE ? 1 : 0;
      this._pointing.onFit(hit.region === 'corner-header', hit.column - left);
    } else if (column && !isHead(hit)) {
      this._pointing.onOpen({ row: hit.row, column: column.name });
    }
    this.release();
  }

  override onContextMenu(grid: DataGrid, event: MouseEvent): void {
    const hit = grid.hitTest(event.clientX, event.clientY);
    event.preventDefault();
    event.stopPropagation();
    this._pointing.onMenu({
      column: this._pointing.columnAt(hit.region, hit.column),
      row: isHead(hit) || hit.region === 'void' ? null : hit.row,
      isHead: isHead(hit),
      x: event.clientX,
      y: event.clientY
    });
  }

  override cursorForHandle(handle: ResizeHandle): string {
    return handle === 'top' || handle === 'bottom' ? 'default' : super.cursorForHandle(handle);
  }

  private _part(hit: DataGrid.HitTestResult, column: Column): HeadPart | null {
    return isHead(hit) && !isEdge(hit)
      ? headPart(hit.x, hit.y, hit.width, this._pointing.profile(column.name))
      : null;
  }
}

function isHead({ region }: DataGrid.HitTestResult): boolean {
  return region === 'column-header' || region === 'corner-header';
}

function isEdge({ x, width }: DataGrid.HitTestResult): boolean {
  return x <= EDGE || x >= width - EDGE;
}
