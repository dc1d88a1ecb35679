import type { TranslationBundle } from '@jupyterlab/translation';

import { columnTitle } from './column-choice';
import type { IGroup } from './group';
import type { RunsModel } from './model';
import { cellKind, CellView, groupCell, runCell, type ICellLook } from './table-cell';
import { ROW, type Layout } from './table-layout';
import { inCell } from './table-text';

/** What rows need to know to draw themselves. */
export interface IRowContext {
  readonly model: RunsModel;
  readonly layout: Layout;
  readonly trans: TranslationBundle;
  /** The beginning of the ids of rows, for the cursor. */
  readonly id: string;
  /** How each column stands, by its place. */
  readonly kinds: readonly string[];
  /** Grows with everything that was drawn before and is old now. */
  readonly version: number;
  readonly cursor: number;
  readonly cursorColumn: number;
  readonly columns: readonly [first: number, last: number];
}

/** One line in sight, which shows one run or group after the other as the table scrolls. */
export class RowView {
  constructor() {
    this.node.className = 'jp-mlstudio-RunsTable-row';
    this.node.setAttribute('role', 'row');
    this.side.className = 'jp-mlstudio-RunsTable-row';
    this.side.setAttribute('role', 'none');
    this.side.append(this._name.node);
  }

  readonly node = document.createElement('div');
  /** Its pinned cells: apart, since one thing that stays at the left is drawn sooner than forty. */
  readonly side = document.createElement('div');

  get line(): number {
    return this._line;
  }

  /** Show a line; what it shows already is left alone. */
  show(line: number, context: IRowContext): void {
    const { version, columns, cursor } = context;
    const isSame = line === this._line && version === this._version;
    const isHere = line === cursor ? context.cursorColumn : -1;
    if (isSame && isHere === this._cursor && columns.join() === this._columns) {
      return;
    }
    if (!isSame || isHere !== this._cursor) {
      this._frame(line, context);
    }
    this._cursor = isHere;
    this._cells(context);
    [this._line, this._version, this._columns] = [line, version, columns.join()];
  }

  hide(): void {
    this.node.hidden = this.side.hidden = true;
    this._line = -1;
  }

  /** Show that it is pointed at, or no longer. */
  point(isPointed: boolean): void {
    for (const half of [this.node, this.side]) {
      half.classList.toggle('jp-mod-hover', isPointed);
    }
  }

  private _frame(line: number, { model, layout, id, cursor, trans }: IRowContext): void {
    const { lines, table } = model;
    const { node, side } = this;
    this._group = lines.groupAt(line);
    this._row = lines.rowAt(line);
    const run = this._group ? null : table.idAt(this._row);
    const isSelected = run !== null && model.isSelected(run);
    const kinds = [
      ['jp-mod-group', this._group !== null],
      ['jp-mod-current', line === cursor],
      ['jp-mod-selected', isSelected],
      ['jp-mod-highlighted', run !== null && run === model.highlighted]
    ] as const;
    const names = kinds.filter(([, isOn]) => isOn).map(([name]) => ` ${name}`);
    for (const half of [node, side]) {
      half.hidden = false;
      half.className = `jp-mlstudio-RunsTable-row${names.join('')}`;
      half.style.top = `${line * ROW}px`;
      half.dataset['line'] = String(line);
    }
    node.id = `${id}-${line}`;
    side.id = `${id}-${line}-side`;
    node.setAttribute('aria-owns', side.id);
    node.setAttribute('aria-rowindex', String(line + 2));
    const isOpen = lines.isOpenAt(line);
    setAttribute(node, 'aria-expanded', isOpen === null ? null : String(isOpen));
    setAttribute(node, 'aria-level', lines.isTree ? String(lines.depthAt(line) + 1) : null);
    setAttribute(node, 'aria-selected', run === null ? null : String(isSelected));
    this._name.show(line, layout.widthOf(0), model, trans);
  }

  private _cells(context: IRowContext): void {
    const { layout, columns } = context;
    const [first, last] = columns;
    this._fill(this._fixed, layout.pinned - 1, this.side);
    this._fill(this._free, last - first, this.node);
    this._name.node.classList.toggle('jp-mod-cursor', this._cursor === 0);
    this._fixed.forEach((cell, place) => this._cell(cell, place + 1, context));
    this._free.forEach((cell, place) => this._cell(cell, first + place, context));
  }

  private _cell(cell: CellView, place: number, context: IRowContext): void {
    const { layout, kinds, model, trans } = context;
    const key = layout.keys[place] ?? '';
    cell.place(place, kinds[place] ?? '', layout.left(place), layout.widthOf(place));
    cell.show(this._look(key, model, trans), layout.widthOf(place));
    cell.mark(place === this._cursor);
  }

  private _look(key: string, model: RunsModel, trans: TranslationBundle): ICellLook {
    return this._group
      ? groupCell(model, this._group, key, trans)
      : runCell(model, this._row, key, trans);
  }

  /** Have as many cells as are needed. */
  private _fill(cells: CellView[], count: number, into: HTMLElement): void {
    while (cells.length < count) {
      const cell = new CellView();
      cells.push(cell);
      into.append(cell.node);
    }
    while (cells.length > Math.max(0, count)) {
      cells.pop()?.node.remove();
    }
  }

  private readonly _name = new NameCell();
  private readonly _fixed: CellView[] = [];
  private readonly _free: CellView[] = [];
  private _group: IGroup | null = null;
  private _row = -1;
  private _line = -1;
  private _version = -1;
  private _columns = '';
  /** The column that the cursor is on; below zero if it is on another line. */
  private _cursor = -1;
}

const INDENT = 16;

/** The first cell: what opens, ticks and names a line. */
class NameCell {
  constructor() {
    const { node, _twist: twist, _check: check, _dot: dot, _label: label, _count: count } = this;
    node.className = 'jp-mlstudio-RunsTable-cell jp-mod-name';
    node.setAttribute('role', 'rowheader');
    node.setAttribute('aria-colindex', '1');
    twist.className = 'jp-mlstudio-RunsTable-twist';
    twist.type = 'button';
    twist.tabIndex = -1;
    check.type = 'checkbox';
    check.tabIndex = -1;
    dot.className = 'jp-mlstudio-RunsTable-dot';
    label.className = 'jp-mlstudio-RunsTable-name';
    count.className = 'jp-mlstudio-RunsTable-count';
    node.append(check, dot, twist, label, count);
  }

  readonly node = document.createElement('div');

  show(line: number, width: number, model: RunsModel, trans: TranslationBundle): void {
    const { lines, table } = model;
    const group = lines.groupAt(line);
    const isOpen = lines.isOpenAt(line);
    this.node.style.width = `${width}px`;
    this._twist.hidden = !lines.isTree;
    this._twist.style.marginInlineStart = `${lines.depthAt(line) * INDENT}px`;
    this._twist.style.visibility = isOpen === null ? 'hidden' : '';
    this._twist.classList.toggle('jp-mod-open', isOpen === true);
    this._twist.setAttribute('aria-label', isOpen ? trans.__('Fold') : trans.__('Unfold'));
    if (group) {
      this._group(group, model, trans);
    } else {
      const row = lines.rowAt(line);
      this._run(table.idAt(row), table.nameAt(row), model, trans);
    }
  }

  private _run(id: string, name: string, model: RunsModel, trans: TranslationBundle): void {
    const colour = model.colours.of(id);
    this._dot.style.background = colour ?? 'transparent';
    this._label.textContent = inCell(name) || id.slice(0, 8);
    this._count.textContent = '';
    this._check.setAttribute('aria-label', trans.__('Select %1', name));
    this._check.indeterminate = false;
    this._check.checked = model.isSelected(id);
  }

  private _group(group: IGroup, model: RunsModel, trans: TranslationBundle): void {
    const title = columnTitle(group.key, trans);
    const value = group.value === null ? trans.__('none') : inCell(group.value);
    const ticked = group.rows.reduce(
      (sum, row) => sum + (model.isSelected(model.table.idAt(row)) ? 1 : 0),
      0
    );
    this._dot.style.background = 'transparent';
    this._label.textContent = `${title}: ${value}`;
    this._count.textContent = group.rows.length.toLocaleString();
    this._check.setAttribute('aria-label', trans.__('Select the runs of %1', `${title}: ${value}`));
    this._check.checked = ticked === group.rows.length;
    this._check.indeterminate = ticked > 0 && ticked < group.rows.length;
  }

  private readonly _twist = document.createElement('button');
  private readonly _check = document.createElement('input');
  private readonly _dot = document.createElement('span');
  private readonly _label = document.createElement('span');
  private readonly _count = document.createElement('span');
}

/** How each column stands, by its place. */
export function kindsOf(model: RunsModel, keys: readonly string[]): readonly string[] {
  return keys.map(key => cellKind(model, key));
}

function setAttribute(node: HTMLElement, name: string, value: string | null): void {
  if (value === null) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== value) {
    node.setAttribute(name, value);
  }
}
