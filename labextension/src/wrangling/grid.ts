import {
  BasicKeyHandler,
  BasicMouseHandler,
  BasicSelectionModel,
  DataGrid,
  TextRenderer
} from '@lumino/datagrid';
import { MessageLoop } from '@lumino/messaging';
import { Signal, type ISignal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';

import { BodyRenderer, type Mark } from './grid-cells';
import { GridData } from './grid-data';
import { HEAD_HEIGHT, HeadRenderer, SORT_WIDTH, type IHeads } from './grid-head';
import { gridStyle, lookOf, type ILook } from './grid-look';
import type { IRowSource } from './pages';
import type { Column, Profile, SortKey } from './table';

/** What the grid shows. */
export interface IGridContent {
  columns: readonly Column[];
  rows: IRowSource | null;
  sort: readonly SortKey[];
  chosen: string | null;
  marks: ReadonlyMap<string, Mark>;
  profile: (column: string) => Profile | null;
}

const EMPTY: IGridContent = {
  columns: [],
  rows: null,
  sort: [],
  chosen: null,
  marks: new Map(),
  profile: () => null
};

/** A table of any length: rows come when they are looked at; the heads show what is in the columns. */
export class WrangleGrid extends Panel {
  constructor() {
    super();
    this.addClass('jp-mlstudio-Wrangling-grid');
    this._look = lookOf(document.body);
    this._grid = new DataGrid({
      defaultSizes: {
        rowHeight: 24,
        columnWidth: 120,
        rowHeaderWidth: 68,
        columnHeaderHeight: HEAD_HEIGHT
      },
      minimumSizes: {
        rowHeight: 24,
        columnWidth: 56,
        rowHeaderWidth: 48,
        columnHeaderHeight: HEAD_HEIGHT
      },
      headerVisibility: 'all'
    });
    this._grid.cellRenderers.update({
      body: new BodyRenderer(() => this._heads),
      'column-header': new HeadRenderer(() => this._heads),
      'row-header': new TextRenderer({
        font: () => this._look.small,
        textColor: () => this._look.faint,
        horizontalAlignment: 'right',
        horizontalPadding: 8,
        format: ({ value }) => Number(value).toLocaleString()
      })
    });
    this._grid.keyHandler = new BasicKeyHandler();
    this._grid.mouseHandler = new HeadClicks(this);
    this._grid.style = gridStyle(this._look);
    this.addWidget(this._grid);
  }

  /** Somebody chose a column. */
  get chosen(): ISignal<this, string> {
    return this._chosen;
  }

  /** Somebody asked for another order by a column. */
  get sorted(): ISignal<this, string> {
    return this._sorted;
  }

  /** Rows were scrolled, or came. */
  get viewed(): ISignal<this, void> {
    return this._viewed;
  }

  /** The rows that can be seen, from and up to. */
  get visible(): readonly [number, number] {
    const { currentViewport: view } = this._grid;
    return view ? [Math.max(view.firstRow, 0), view.lastRow + 1] : [0, 0];
  }

  /** Show a table; where the columns are the same as before, widths and sideways scrolling stay. */
  present(content: IGridContent): void {
    const same = sameColumns(this._content.columns, content.columns);
    const swapped = content.rows !== this._content.rows;
    this._content = content;
    if (!this._data || !same) {
      this._reset(content);
    } else if (swapped) {
      this._data.swap(content.rows);
      this._grid.scrollTo(this._grid.scrollX, 0);
    }
    this._data?.repaintHeads();
    if (this._marks !== content.marks) {
      this._marks = content.marks;
      this._data?.repaint();
    }
  }

  /** Take over the colours of the theme. */
  dress(): void {
    this._look = lookOf(this.node);
    this._grid.style = gridStyle(this._look);
    this._data?.repaint();
  }

  /** Bring a column into view. */
  reveal(column: string): void {
    const index = this._content.columns.findIndex(({ name }) => name === column);
    if (index >= 0) {
      this._grid.scrollToColumn(index);
    }
  }

  choose(index: number): void {
    const column = this._content.columns[index];
    if (column) {
      this._chosen.emit(column.name);
    }
  }

  sortBy(index: number): void {
    const column = this._content.columns[index];
    if (column) {
      this._sorted.emit(column.name);
    }
  }

  override dispose(): void {
    if (this.isAttached && !this.node.isConnected) {
      // React or a closing tab has taken the node away without a word to Lumino.
      MessageLoop.sendMessage(this, Widget.Msg.AfterDetach);
    }
    Signal.clearData(this);
    super.dispose();
  }

  private get _heads(): IHeads {
    const { columns, marks, profile, sort, chosen } = this._content;
    return {
      look: this._look,
      columns,
      profile,
      chosen,
      mark: name => marks.get(name) ?? null,
      descending: name => {
        const key = sort.find(({ column }) => column === name);
        return key ? key.descending === true : null;
      }
    };
  }

  private _reset({ columns, rows }: IGridContent): void {
    const data = new GridData(columns, rows);
    data.changed.connect(() => this._viewed.emit());
    const selection = new BasicSelectionModel({ dataModel: data, selectionMode: 'cell' });
    selection.changed.connect(() => {
      if (selection.cursorColumn >= 0) {
        this.choose(selection.cursorColumn);
      }
    });
    this._data = data;
    this._grid.dataModel = data;
    this._grid.selectionModel = selection;
    columns.forEach((column, index) => this._grid.resizeColumn('body', index, widthOf(column)));
  }

  private readonly _grid: DataGrid;
  private readonly _chosen = new Signal<this, string>(this);
  private readonly _sorted = new Signal<this, string>(this);
  private readonly _viewed = new Signal<this, void>(this);
  private _content: IGridContent = EMPTY;
  private _marks: ReadonlyMap<string, Mark> = EMPTY.marks;
  private _data: GridData | null = null;
  private _look: ILook;
}

/** A click on a head chooses the column, or sorts by it where the arrows stand. */
class HeadClicks extends BasicMouseHandler {
  constructor(private readonly _owner: WrangleGrid) {
    super();
  }

  override onMouseDown(grid: DataGrid, event: MouseEvent): void {
    const hit = grid.hitTest(event.clientX, event.clientY);
    const inside = hit.region === 'column-header' && hit.x > EDGE && hit.x < hit.width - EDGE;
    if (!inside || event.button !== 0) {
      super.onMouseDown(grid, event);
    } else if (hit.x > hit.width - SORT_WIDTH && hit.y < SORT_WIDTH) {
      this._owner.sortBy(hit.column);
    } else {
      this._owner.choose(hit.column);
    }
  }
}

const EDGE = 5;

function widthOf({ name, role }: Column): number {
  const wide = role === 'datetime' ? 160 : role === 'text' || role === 'nested' ? 130 : 104;
  return Math.min(Math.max(wide, name.length * 7.5 + 40), 240);
}

function sameColumns(one: readonly Column[], other: readonly Column[]): boolean {
  return (
    one.length === other.length &&
    one.every(
      ({ name, dtype }, index) => name === other[index]?.name && dtype === other[index]?.dtype
    )
  );
}
