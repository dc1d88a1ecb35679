import type { TranslationBundle } from '@jupyterlab/translation';

import { columnTitle, kindOf } from './column-choice';
import type { RunsModel } from './model';
import { allowed, type Layout } from './table-layout';

const DRAGGED = 5;

/** What the titles ask of the table. */
export interface IHeadActions {
  /** Show what can be done with a column. */
  menu: (key: string, x: number, y: number) => void;
}

/** The titles of the columns: they sort, are made wider, and are dragged to another place. */
export class HeadView {
  constructor(
    private readonly _model: RunsModel,
    private readonly _trans: TranslationBundle,
    private readonly _actions: IHeadActions
  ) {
    this.node.className = 'jp-mlstudio-RunsTable-head';
    this.node.setAttribute('role', 'row');
    this.node.setAttribute('aria-rowindex', '1');
    this._pinned.className = 'jp-mlstudio-RunsTable-pinned';
    this.node.append(this._pinned);
    this.node.addEventListener('click', event => this._onClick(event));
    this.node.addEventListener('contextmenu', event => this._onMenu(event));
    this.node.addEventListener('pointerdown', event => this._onDown(event));
    this.node.addEventListener('pointermove', event => this._onMove(event));
    this.node.addEventListener('pointerup', event => this._onUp(event));
    this.node.addEventListener('pointercancel', () => this._release());
  }

  readonly node = document.createElement('div');

  show(layout: Layout, [first, last]: readonly [number, number], kinds: readonly string[]): void {
    [this._layout, this._kinds] = [layout, kinds];
    this.node.style.width = `${layout.width}px`;
    this._pinned.style.width = `${layout.pinnedWidth}px`;
    const fixed = Array.from({ length: layout.pinned }, (_, place) => this._cell(place));
    const free = Array.from({ length: Math.max(0, last - first) }, (_, place) =>
      this._cell(first + place)
    );
    this._pinned.replaceChildren(...fixed);
    this.node.replaceChildren(this._pinned, ...free);
  }

  private _cell(place: number): HTMLElement {
    const { _layout: layout, _model: model, _trans: trans } = this;
    const key = layout?.keys[place] ?? '';
    const title = columnTitle(key, trans);
    const sort = model.look.sorts.findIndex(one => one.key === key);
    const order = model.look.sorts[sort]?.descending ? 'descending' : 'ascending';
    const cell = element('div', 'jp-mlstudio-RunsTable-title');
    cell.setAttribute('role', 'columnheader');
    cell.setAttribute('aria-colindex', String(place + 1));
    cell.setAttribute('aria-sort', sort === 0 ? order : 'none');
    cell.dataset['key'] = key;
    cell.dataset['kind'] = this._kinds[place] ?? '';
    cell.style.left = `${layout?.left(place) ?? 0}px`;
    cell.style.width = `${layout?.widthOf(place) ?? 0}px`;
    const button = element('button', 'jp-mlstudio-RunsTable-sort') as HTMLButtonElement;
    [button.type, button.tabIndex, button.title] = ['button', -1, title];
    const kind = element('small', '', kindLabel(key, trans));
    const label = element('span', '', title);
    button.append(kind, label);
    if (sort >= 0) {
      cell.classList.add(order === 'descending' ? 'jp-mod-descending' : 'jp-mod-ascending');
      cell.dataset['sort'] = model.look.sorts.length > 1 ? String(sort + 1) : '';
    }
    cell.append(...(place === 0 ? [this._all()] : []), button, menuButton(title, trans));
    cell.append(element('span', 'jp-mlstudio-RunsTable-edge'));
    return cell;
  }

  private _all(): HTMLElement {
    const { _model: model, _trans: trans } = this;
    const { selected, order } = model;
    const check = document.createElement('input');
    [check.type, check.tabIndex] = ['checkbox', -1];
    check.setAttribute('aria-label', trans.__('Select all runs'));
    check.checked = order.length > 0 && selected.length >= order.length;
    check.indeterminate = selected.length > 0 && !check.checked;
    return check;
  }

  private _onClick(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    const key = keyAt(target);
    if (target instanceof HTMLInputElement) {
      const { table, order } = this._model;
      this._model.select(target.checked ? Array.from(order, row => table.idAt(row)) : []);
    } else if (key && target.closest('.jp-mlstudio-RunsTable-more')) {
      const { left, bottom } = target.getBoundingClientRect();
      this._actions.menu(key, left, bottom);
    } else if (key && target.closest('.jp-mlstudio-RunsTable-sort') && !this._wasDragged) {
      this._model.sortBy(key, event.shiftKey);
    }
  }

  private _onMenu(event: MouseEvent): void {
    const key = keyAt(event.target as HTMLElement);
    if (key) {
      event.preventDefault();
      event.stopPropagation();
      this._actions.menu(key, event.clientX, event.clientY);
    }
  }

  private _onDown(event: PointerEvent): void {
    const target = event.target as HTMLElement;
    const key = keyAt(target);
    this._wasDragged = false;
    if (event.button !== 0 || !key || !this._layout || target instanceof HTMLInputElement) {
      return;
    }
    const place = this._layout.keys.indexOf(key);
    const resizes = target.classList.contains('jp-mlstudio-RunsTable-edge');
    this._held = {
      key,
      resizes,
      x: event.clientX,
      width: this._layout.widthOf(place),
      id: event.pointerId
    };
  }

  private _onMove(event: PointerEvent): void {
    const held = this._held;
    if (!held || (!this._wasDragged && Math.abs(event.clientX - held.x) < DRAGGED)) {
      return;
    }
    if (!this._wasDragged) {
      this.node.setPointerCapture(held.id);
      this._wasDragged = true;
    }
    if (held.resizes) {
      const width = allowed(held.width + event.clientX - held.x);
      this._model.change({ widths: { ...this._model.look.widths, [held.key]: width } });
    } else {
      this.node.classList.add('jp-mod-dragging');
      this._target = this._keyBelow(event.clientX);
      for (const title of this.node.querySelectorAll<HTMLElement>('[data-key]')) {
        title.classList.toggle('jp-mod-target', title.dataset['key'] === this._target);
      }
    }
  }

  private _onUp(event: PointerEvent): void {
    const held = this._held;
    if (held && this._wasDragged && !held.resizes) {
      const target = this._keyBelow(event.clientX);
      if (target && target !== held.key && held.key !== 'name') {
        this._model.change(moved(this._model, held.key, target));
      }
    }
    this._release();
  }

  private _release(): void {
    this._held = null;
    this.node.classList.remove('jp-mod-dragging');
    this.node.querySelector('.jp-mod-target')?.classList.remove('jp-mod-target');
  }

  private _keyBelow(x: number): string | null {
    for (const title of this.node.querySelectorAll<HTMLElement>('[data-key]')) {
      const { left, right } = title.getBoundingClientRect();
      if (x >= left && x < right) {
        return title.dataset['key'] ?? null;
      }
    }
    return null;
  }

  private readonly _pinned = document.createElement('div');
  private _layout: Layout | null = null;
  private _kinds: readonly string[] = [];
  private _held: { key: string; resizes: boolean; x: number; width: number; id: number } | null =
    null;
  private _target: string | null = null;
  private _wasDragged = false;
}

/** Put a column where another one is; among the pinned ones it becomes one of them. */
export function moved(
  model: RunsModel,
  key: string,
  target: string
): { columns: readonly string[]; pins: readonly string[] } {
  const { look, visible } = model;
  const isPin = look.pins.includes(target);
  const into = (keys: readonly string[]): readonly string[] => {
    const [from, to] = [keys.indexOf(key), keys.indexOf(target)];
    const others = keys.filter(one => one !== key);
    const place = others.indexOf(target) + (from >= 0 && from < to ? 1 : 0);
    return [...others.slice(0, place), key, ...others.slice(place)];
  };
  const without = (keys: readonly string[]): readonly string[] => keys.filter(one => one !== key);
  const columns = visible.filter(one => !look.pins.includes(one));
  if (target === 'name') {
    return { columns: [key, ...without(columns)], pins: without(look.pins) };
  }
  return isPin
    ? { columns: without(columns), pins: into(look.pins) }
    : { columns: into(columns), pins: without(look.pins) };
}

function kindLabel(key: string, trans: TranslationBundle): string {
  const kinds: Record<string, string> = {
    metric: trans.__('metric'),
    param: trans.__('param'),
    tag: trans.__('tag')
  };
  return kinds[kindOf(key)] ?? '';
}

function menuButton(title: string, trans: TranslationBundle): HTMLElement {
  const button = element('button', 'jp-mlstudio-RunsTable-more', '⋮') as HTMLButtonElement;
  [button.type, button.tabIndex] = ['button', -1];
  button.setAttribute('aria-label', trans.__('What can be done with %1', title));
  return button;
}

function keyAt(target: HTMLElement): string | null {
  return target.closest<HTMLElement>('[data-key]')?.dataset['key'] ?? null;
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const node = document.createElement(tag);
  if (className) {
    node.className = className;
  }
  node.textContent = text;
  return node;
}
