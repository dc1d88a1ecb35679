import type { TranslationBundle } from '@jupyterlab/translation';

import { columnTitle } from './column-choice';
import type { RunsModel } from './model';
import { runCell } from './table-cell';
import { HeadView } from './table-head';
import { fittingWidth, HEAD, Layout, NAME, ROW, withValues } from './table-layout';
import { GridMouse } from './table-mouse';
import { kindsOf, RowView, type IRowContext } from './table-row';
import { Ticks } from './table-ticks';

/** What the table asks of the view around it. */
export interface IGridActions {
  /** Open a run. */
  open: (id: string) => void;
  /** Show what can be done with a cell, or with a column if no line is named. */
  menu: (place: IPlace, x: number, y: number) => void;
  /** Change the value of a cell in place. */
  edit: (place: IPlace) => void;
}

/** A cell of the table: its line, below zero for a title, and the key of its column. */
export interface IPlace {
  readonly line: number;
  readonly key: string;
}

const SPARE = 4;
const TICK = 1000;
const TIMES = new Set(['started', 'ended', 'duration']);
let count = 0;

/** The runs as a table of which only what is in sight is in the page: thousands of rows and columns scroll as a few do. */
export class Grid {
  constructor(
    readonly model: RunsModel,
    private readonly _trans: TranslationBundle,
    actions: IGridActions
  ) {
    const { node } = this;
    node.className = 'jp-mlstudio-RunsTable';
    node.tabIndex = 0;
    node.setAttribute('aria-label', _trans.__('Runs'));
    node.setAttribute('aria-multiselectable', 'true');
    this._body.className = 'jp-mlstudio-RunsTable-body';
    this._body.setAttribute('role', 'rowgroup');
    this._pins.className = 'jp-mlstudio-RunsTable-pins';
    this._pins.setAttribute('role', 'none');
    this._body.append(this._pins);
    const menu = (key: string, x: number, y: number): void => actions.menu({ line: -1, key }, x, y);
    this._head = new HeadView(model, _trans, { menu });
    node.append(this._head.node, this._body);
    node.addEventListener('scroll', () => this._schedule(), { passive: true });
    this.ticks = new Ticks(model);
    this._mouse = new GridMouse(this, this._body, actions, _trans);
    this._observer = new ResizeObserver(() => this._schedule());
    this._observer.observe(node);
    this._timer = setInterval(() => this._tick(), TICK);
    model.stateChanged.connect(this._onChanged, this);
    model.colours.changed.connect(this._onChanged, this);
  }

  readonly node = document.createElement('div');
  /** What selects lines and folds them. */
  readonly ticks: Ticks;

  dispose(): void {
    this.model.stateChanged.disconnect(this._onChanged, this);
    this.model.colours.changed.disconnect(this._onChanged, this);
    this._observer.disconnect();
    clearInterval(this._timer);
    this._mouse.dispose();
    cancelAnimationFrame(this._frame);
    this.node.remove();
  }

  /** Where the cursor is. */
  get cursor(): IPlace {
    return { line: this._line, key: this._keys[this._column] ?? NAME };
  }

  /** How many lines fit into the window. */
  get page(): number {
    return Math.max(1, Math.floor((this._room()[1] - HEAD) / ROW) - 1);
  }

  /** The columns from left to right, the name first. */
  get keys(): readonly string[] {
    return this._keys;
  }

  /** Put the cursor somewhere, and show it. */
  go(line: number, column: number): void {
    const { model } = this;
    this._line = Math.max(0, Math.min(model.lines.length - 1, line));
    this._column = Math.max(0, Math.min(this._keys.length - 1, column));
    const row = model.lines.rowAt(this._line);
    this._reveal();
    this._version += 1;
    model.current = row < 0 ? null : model.table.idAt(row);
    this._schedule();
  }

  /** Move the cursor. */
  move(lines: number, columns: number): void {
    this.go(this._line < 0 ? Math.max(0, lines - 1) : this._line + lines, this._column + columns);
  }

  /** Show that a line is pointed at, and no other. */
  point(line: number): void {
    this._views.forEach(view => view.point(line >= 0 && view.line === line));
  }

  /** Where a cell is on the screen; null if it is not in sight. */
  boxOf({ line, key }: IPlace): DOMRect | null {
    return this._cell(line, key)?.getBoundingClientRect() ?? null;
  }

  /** Let something stand over a cell, until it is removed. */
  cover({ line, key }: IPlace, node: HTMLElement): void {
    this._cell(line, key)?.append(node);
  }

  /** Draw what is in sight. */
  render(): void {
    cancelAnimationFrame(this._frame);
    this._frame = 0;
    const { model, node } = this;
    const [width, height] = this._room();
    const isNew = this._drawn !== this._version || this._width !== width;
    const layout = isNew || !this._layout ? this._arrange(width) : this._layout;
    const columns = layout.window(node.scrollLeft);
    const first = Math.max(0, Math.floor(node.scrollTop / ROW) - SPARE);
    const last = Math.min(model.lines.length, Math.ceil((node.scrollTop + height) / ROW) + SPARE);
    if (isNew) {
      this._kinds = kindsOf(model, this._keys);
      this._describe();
    }
    if (isNew || columns.join() !== this._columns) {
      this._head.show(layout, columns, this._kinds);
    }
    [this._drawn, this._width, this._columns] = [this._version, width, columns.join()];
    this._rows(first, last, columns, layout);
  }

  /** Find out where the columns are. */
  private _arrange(width: number): Layout {
    const { model } = this;
    this._keys = [NAME, ...model.visible];
    const { pins, widths } = model.look;
    this._fit();
    const layout = new Layout(this._keys, pins.length, widths, this._fitting, width);
    this._body.style.height = `${model.lines.length * ROW}px`;
    this._body.style.width = `${layout.width}px`;
    this._pins.style.width = `${layout.pinnedWidth}px`;
    this._layout = layout;
    return layout;
  }

  /** Find out how wide new columns have to be; later they stay as they are, so that nothing moves. */
  private _fit(): void {
    const { model } = this;
    for (const key of this._keys) {
      const column = this._fitting.has(key) ? null : model.table.column(key);
      const sample = column ? withValues(column, model.order) : [];
      if (sample.length > 0) {
        const texts = sample.map(row => runCell(model, row, key, this._trans).text);
        const width = fittingWidth(key, columnTitle(key, this._trans), texts);
        if (width !== null) {
          this._fitting.set(key, width);
        }
      }
    }
  }

  private _rows(first: number, last: number, columns: [number, number], layout: Layout): void {
    const needed = Math.max(this._views.length, last - first);
    while (this._views.length < needed) {
      const view = new RowView();
      this._views.push(view);
      this._body.append(view.node);
      this._pins.append(view.side);
    }
    const context: IRowContext = {
      model: this.model,
      layout,
      trans: this._trans,
      id: this._id,
      kinds: this._kinds,
      version: this._version,
      cursor: this._line,
      cursorColumn: this._column,
      columns
    };
    const begin = first - (first % needed);
    this._views.forEach((view, place) => {
      const line = begin + place < first ? begin + place + needed : begin + place;
      if (line < last) {
        view.show(line, context);
      } else {
        view.hide();
      }
    });
  }

  /** Tell screen readers how large it is, and where the cursor is. */
  private _describe(): void {
    const { node, model } = this;
    node.setAttribute('role', model.lines.isTree ? 'treegrid' : 'grid');
    node.setAttribute('aria-rowcount', String(model.lines.length + 1));
    node.setAttribute('aria-colcount', String(this._keys.length));
    if (this._line >= 0) {
      node.setAttribute('aria-activedescendant', `${this._id}-${this._line}`);
    }
  }

  private _onChanged(): void {
    const { current, table, lines } = this.model;
    if (current !== null) {
      const line = lines.lineOf(table.rowOf(current));
      this._line = line >= 0 ? line : Math.min(this._line, lines.length - 1);
    }
    this._version += 1;
    this._schedule();
  }

  private _schedule(): void {
    this._frame ||= requestAnimationFrame(() => this.render());
  }

  /** Let times go on: those of running runs each second, the others twice a minute. */
  private _tick(): void {
    this._ticks += 1;
    const isSeen = this.node.offsetParent !== null;
    const { table, lines } = this.model;
    const isLive = this._views.some(
      ({ line }) => line >= 0 && table.textAt('state', lines.rowAt(line)) === 'running'
    );
    if (isSeen && (isLive || this._ticks % 30 === 0) && this._keys.some(key => TIMES.has(key))) {
      this._version += 1;
      this._drawn = this._version; // the titles stay
      this._schedule();
    }
  }

  private _room(): [number, number] {
    return [this.node.clientWidth || 1000, this.node.clientHeight || 600];
  }

  private _reveal(): void {
    const { node, _layout: layout } = this;
    const [width, height] = this._room();
    const [above, below] = [this._line * ROW, (this._line + 1) * ROW + HEAD - height];
    node.scrollTop = Math.min(Math.max(node.scrollTop, below), above);
    if (layout && this._column >= layout.pinned) {
      const least = layout.left(this._column + 1) - width;
      const most = layout.left(this._column) - layout.pinnedWidth;
      node.scrollLeft = Math.min(Math.max(node.scrollLeft, least), most);
    }
  }

  /** The cell that a node is in. */
  placeOf(node: HTMLElement): IPlace | null {
    const row = node.closest<HTMLElement>('[data-line]');
    const cell = node.closest<HTMLElement>('[aria-colindex]');
    if (!row) {
      return null;
    }
    const column = Number(cell?.getAttribute('aria-colindex') ?? 1) - 1;
    return { line: Number(row.dataset['line']), key: this._keys[column] ?? NAME };
  }

  private _cell(line: number, key: string): HTMLElement | null {
    const place = this._keys.indexOf(key) + 1;
    return this._body.querySelector(`[data-line="${line}"] > [aria-colindex="${place}"]`);
  }

  private readonly _id = `jp-mlstudio-runs-${(count += 1)}`;
  private readonly _body = document.createElement('div');
  private readonly _pins = document.createElement('div');
  private readonly _mouse: GridMouse;
  private readonly _head: HeadView;
  private readonly _views: RowView[] = [];
  private readonly _observer: ResizeObserver;
  private readonly _timer: ReturnType<typeof setInterval>;
  private readonly _fitting = new Map<string, number>();
  private _layout: Layout | null = null;
  private _keys: readonly string[] = [NAME];
  private _kinds: readonly string[] = [];
  private _frame = 0;
  private _ticks = 0;
  private _version = 0;
  private _drawn = -1;
  private _width = -1;
  private _columns = '';
  private _line = -1;
  private _column = 0;
}
