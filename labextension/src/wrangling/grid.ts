import { BasicSelectionModel, type DataGrid } from '@lumino/datagrid';
import { MessageLoop } from '@lumino/messaging';
import { Signal, type ISignal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';

import type { ICell, IRowChange, Mark } from './grid-cells';
import { GridData } from './grid-data';
import { HEAD_HEIGHT, type HeadPart, type IHeads } from './grid-head';
import { GridKeys } from './grid-keys';
import { gridStyle, lookOf, type ILook } from './grid-look';
import { GridMouse, type IPointed } from './grid-mouse';
import { PaintedGrid, ROW_HEIGHT } from './grid-paint';
import { EMPTY, orderOf, pickOf, sameColumns, type IPick } from './grid-parts';
import { Widths } from './grid-widths';
import type { IRowSource } from './pages';
import type { Column, Condition, Profile, SortKey } from './table';

export type { IPick } from './grid-parts';

/** What the grid shows. */
export interface IGridContent {
  /** The columns that scroll, in their order. */
  columns: readonly Column[];
  /** The columns that stay where they are, beside the rows' numbers. */
  pinned: readonly Column[];
  rows: IRowSource | null;
  sort: readonly SortKey[];
  filter: readonly Condition[];
  chosen: string | null;
  marks: ReadonlyMap<string, Mark>;
  profile: (column: string) => Profile | null;
  change: (row: number) => IRowChange | null;
  sought: string | null;
  match: ICell | null;
  tip: (column: Column, part: HeadPart) => string;
}

/** What somebody wants done, by key or mouse. */
export type GridRequest =
  | { kind: 'detail' | 'edit'; cell: ICell }
  | { kind: 'copy'; header: boolean }
  | { kind: 'sort'; column: string; also: boolean }
  | { kind: 'narrow'; column: string; part: HeadPart }
  | { kind: 'menu'; pointed: IPointed };

/** A table of any length: rows come when they are looked at; the heads show what is in the columns. */
export class WrangleGrid extends Panel {
  constructor() {
    super();
    this.addClass('jp-mlstudio-Wrangling-grid');
    this._look = lookOf(document.body);
    const sizes = { rowHeight: ROW_HEIGHT, columnHeaderHeight: HEAD_HEIGHT };
    this._grid = new PaintedGrid(
      {
        defaultSizes: { ...sizes, columnWidth: 120, rowHeaderWidth: 68 },
        minimumSizes: { ...sizes, columnWidth: 56, rowHeaderWidth: 40 },
        headerVisibility: 'all'
      },
      () => this._heads
    );
    this._widths = new Widths(this._grid);
    this._grid.keyHandler = new GridKeys({
      onOpen: () => this._askAtCursor('detail'),
      onEdit: () => this._askAtCursor('edit'),
      onCopy: header => this._asked.emit({ kind: 'copy', header })
    });
    this._grid.mouseHandler = this._mouse();
    this._grid.style = gridStyle(this._look);
    this.addWidget(this._grid);
  }

  /** Cells or columns were selected. */
  get picked(): ISignal<this, IPick> {
    return this._picked;
  }

  /** Somebody wants something done. */
  get asked(): ISignal<this, GridRequest> {
    return this._asked;
  }

  /** Rows came. */
  get viewed(): ISignal<this, void> {
    return this._viewed;
  }

  /** The rows that are shown. */
  get rows(): IRowSource | null {
    return this._content.rows;
  }

  /** The columns that are shown. */
  get columns(): readonly Column[] {
    return [...this._content.pinned, ...this._content.columns];
  }

  /** What is selected. */
  get pick(): IPick {
    return this._pick;
  }

  /** The rows that can be seen, from and up to. */
  get visible(): readonly [number, number] {
    const { currentViewport: view } = this._grid;
    if (!view) {
      return [0, 0];
    }
    const last = view.lastRow < 0 ? this._grid.rowCount('body') - 1 : view.lastRow;
    return [Math.max(view.firstRow, 0), last + 1];
  }

  /** Show a table; where the columns are the same as before, widths and sideways scrolling stay. */
  present(content: IGridContent): void {
    const before = this._content;
    this._content = content;
    const same =
      sameColumns(before.columns, content.columns) && sameColumns(before.pinned, content.pinned);
    content.rows?.attend(() => this.visible);
    if (!this._data || !same) {
      this._reset(content);
    } else if (content.rows !== before.rows) {
      this._data.swap(content.rows);
      this._grid.scrollTo(this._grid.scrollX, 0);
    }
    const wholly =
      before.marks !== content.marks ||
      before.sought !== content.sought ||
      before.match !== content.match;
    if (wholly) {
      this._data?.repaint();
    } else {
      this._data?.repaintHeads();
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

  /** Bring a cell into view and select it. */
  goTo({ row, column }: ICell): void {
    const index = Math.max(
      this._content.columns.findIndex(({ name }) => name === column),
      0
    );
    this._grid.selectionModel?.select({
      r1: row,
      r2: row,
      c1: index,
      c2: index,
      cursorRow: row,
      cursorColumn: index,
      clear: 'all'
    });
    this._grid.scrollToCell(row, index);
  }

  /** Make a column as wide as what is to be seen of it. */
  widen(column: string): void {
    this._widths.fit(column, this._content, this.visible, this._look);
  }

  /** Give the keyboard to the cells. */
  focus(): void {
    this._grid.viewport.node.focus({ preventScroll: true });
  }

  override dispose(): void {
    if (this.isAttached && !this.node.isConnected) {
      // React or a closing tab has taken the node away without a word to Lumino.
      MessageLoop.sendMessage(this, Widget.Msg.AfterDetach);
    }
    this._data?.release();
    Signal.clearData(this);
    super.dispose();
  }

  private _mouse(): GridMouse {
    return new GridMouse({
      columnAt: (region, index) => this._data?.columnAt(region, index) ?? null,
      profile: name => this._content.profile(name),
      tip: (column, part) => this._content.tip(column, part),
      onHead: (column, part, event) => this._onHead(column.name, part, event.shiftKey),
      onPinned: cell => this._pickOne(cell),
      onOpen: cell => this._asked.emit({ kind: 'detail', cell }),
      onFit: (pinned, index) => {
        const { columns, pinned: still } = this._content;
        this.widen((pinned ? still[index - 1] : columns[index])?.name ?? '');
      },
      onMenu: pointed => this._onMenu(pointed)
    });
  }

  private _onHead(column: string, part: HeadPart, also: boolean): void {
    if (part.kind === 'sort') {
      this._asked.emit({ kind: 'sort', column, also });
    } else if (part.kind === 'name') {
      if (this._content.pinned.some(({ name }) => name === column)) {
        this._pickOnly({ columns: [column], cell: null, rows: null });
      }
    } else {
      this._asked.emit({ kind: 'narrow', column, part });
    }
  }

  private _onMenu(pointed: IPointed): void {
    const { column, row } = pointed;
    const inside = this._pick.columns.includes(column?.name ?? '') && isWithin(this._pick, row);
    if (column && !inside) {
      if (row === null) {
        this._pickOnly({ columns: [column.name], cell: null, rows: null });
      } else if (this._content.columns.includes(column)) {
        this.goTo({ row, column: column.name });
      } else {
        this._pickOne({ row, column: column.name });
      }
    }
    this._asked.emit({ kind: 'menu', pointed });
  }

  private _askAtCursor(kind: 'detail' | 'edit'): void {
    if (this._pick.cell) {
      this._asked.emit({ kind, cell: this._pick.cell });
    }
  }

  private _pickOne(cell: ICell): void {
    this._pickOnly({ columns: [cell.column], cell, rows: [cell.row, cell.row + 1] });
  }

  private _pickOnly(pick: IPick): void {
    this._grid.selectionModel?.clear();
    this._pick = pick;
    this._picked.emit(pick);
  }

  private get _heads(): IHeads {
    const { marks, profile, sort, filter, chosen, change, sought, match } = this._content;
    return {
      look: this._look,
      profile,
      chosen,
      change,
      sought,
      match,
      mark: name => marks.get(name) ?? null,
      isFiltered: name => filter.some(({ column }) => column === name),
      ordered: name => orderOf(sort, name)
    };
  }

  private _reset(content: IGridContent): void {
    const { columns, pinned, rows } = content;
    this._widths.keep(this._data);
    this._data?.release();
    const data = new GridData(columns, pinned, rows);
    data.changed.connect(() => {
      this._widths.fitAtFirst(this._content, this.visible, this._look);
      this._viewed.emit();
    });
    const selection = new BasicSelectionModel({ dataModel: data, selectionMode: 'cell' });
    selection.changed.connect(() => {
      const pick = pickOf(selection, columns, data.rowCount('body'));
      if (pick) {
        this._pick = pick;
        this._picked.emit(pick);
      }
    });
    this._data = data;
    this._grid.dataModel = data;
    this._grid.selectionModel = selection;
    this._widths.lay(content);
  }

  private readonly _grid: PaintedGrid & DataGrid;
  private readonly _picked = new Signal<this, IPick>(this);
  private readonly _asked = new Signal<this, GridRequest>(this);
  private readonly _viewed = new Signal<this, void>(this);
  private readonly _widths: Widths;
  private _content: IGridContent = EMPTY;
  private _pick: IPick = { columns: [], cell: null, rows: null };
  private _data: GridData | null = null;
  private _look: ILook;
}

function isWithin({ rows }: IPick, row: number | null): boolean {
  return row === null || rows === null || (row >= rows[0] && row < rows[1]);
}
