import { BasicKeyHandler, type DataGrid } from '@lumino/datagrid';

/** What the keys ask for beyond moving about. */
export interface IKeyed {
  onOpen: () => void;
  onEdit: () => void;
  onCopy: (withHeader: boolean) => void;
}

/** The arrows move, Home and End go to the ends, Enter shows a cell whole, F2 changes it. */
export class GridKeys extends BasicKeyHandler {
  constructor(private readonly _keyed: IKeyed) {
    super();
  }

  override onKeyDown(grid: DataGrid, event: KeyboardEvent): void {
    switch (event.key) {
      case 'Home':
      case 'End':
        this._toEnd(grid, event, event.key === 'End');
        break;
      case 'Enter':
        this._keyed.onOpen();
        break;
      case 'F2':
        this._keyed.onEdit();
        break;
      case 'Tab':
        return; // leaves the grid
      case 'a':
      case 'A':
        if (!accelerated(event)) {
          return;
        }
        selectAll(grid);
        break;
      default:
        super.onKeyDown(grid, event);
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  protected override onKeyC(_: DataGrid, event: KeyboardEvent): void {
    if (accelerated(event)) {
      event.preventDefault();
      event.stopPropagation();
      this._keyed.onCopy(event.shiftKey);
    }
  }

  /** Go to the first or last column; with Ctrl to the first or last cell; with Shift select up to there. */
  private _toEnd(grid: DataGrid, event: KeyboardEvent, end: boolean): void {
    const model = grid.selectionModel;
    const [rows, columns] = [grid.rowCount('body'), grid.columnCount('body')];
    if (!model || rows === 0 || columns === 0) {
      return;
    }
    const last = accelerated(event);
    const row = last ? (end ? rows - 1 : 0) : Math.max(model.cursorRow, 0);
    const column = end ? columns - 1 : 0;
    const from = event.shiftKey && model.cursorRow >= 0;
    model.select({
      r1: from ? model.cursorRow : row,
      c1: from ? model.cursorColumn : column,
      r2: row,
      c2: column,
      cursorRow: from ? model.cursorRow : row,
      cursorColumn: from ? model.cursorColumn : column,
      clear: 'all'
    });
    grid.scrollToCell(row, column);
  }
}

function selectAll(grid: DataGrid): void {
  grid.selectionModel?.select({
    r1: 0,
    c1: 0,
    r2: grid.rowCount('body') - 1,
    c2: grid.columnCount('body') - 1,
    cursorRow: Math.max(grid.selectionModel.cursorRow, 0),
    cursorColumn: Math.max(grid.selectionModel.cursorColumn, 0),
    clear: 'all'
  });
}

/** Whether the key of the platform for commands is held: Command on a Mac, Control elsewhere. */
function accelerated(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey;
}
