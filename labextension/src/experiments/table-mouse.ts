import type { TranslationBundle } from '@jupyterlab/translation';

import { columnTitle } from './column-choice';
import { wholeValue } from './table-cell';
import type { Grid, IGridActions } from './table-grid';
import { NAME } from './table-layout';

const REST = 120;
const LONGEST = 2000;

/** What the mouse does in the lines of the table. */
export class GridMouse {
  constructor(
    private readonly _grid: Grid,
    body: HTMLElement,
    private readonly _actions: IGridActions,
    private readonly _trans: TranslationBundle
  ) {
    body.addEventListener('click', event => this._onClick(event));
    body.addEventListener('dblclick', event => this._onDoubleClick(event));
    body.addEventListener('contextmenu', event => this._onMenu(event));
    body.addEventListener('mouseover', event => this._onHover(event));
    body.addEventListener('mouseleave', () => this._point(-1));
  }

  dispose(): void {
    clearTimeout(this._resting);
  }

  private _onClick(event: MouseEvent): void {
    const { model, ticks } = this._grid;
    const target = event.target as HTMLElement;
    const place = this._grid.placeOf(target);
    const group = place && model.lines.groupAt(place.line);
    if (!place) {
      return;
    }
    if (target instanceof HTMLInputElement && target.type === 'checkbox') {
      this._tick(place.line, target.checked, event.shiftKey);
    } else if (target.closest('.jp-mlstudio-RunsTable-twist') || group) {
      ticks.fold(place.line);
    } else if (event.ctrlKey || event.metaKey || event.shiftKey) {
      this._tick(place.line, !ticks.isTicked(place.line), event.shiftKey);
    } else if (target.closest('.jp-mlstudio-RunsTable-name')) {
      this._actions.open(model.table.idAt(model.lines.rowAt(place.line)));
    }
    this._grid.go(place.line, this._grid.keys.indexOf(place.key));
  }

  private _onDoubleClick(event: MouseEvent): void {
    const place = this._grid.placeOf(event.target as HTMLElement);
    const row = place ? this._grid.model.lines.rowAt(place.line) : -1;
    if (row >= 0 && !(event.target instanceof HTMLInputElement)) {
      this._actions.open(this._grid.model.table.idAt(row));
    }
  }

  private _onMenu(event: MouseEvent): void {
    const place = this._grid.placeOf(event.target as HTMLElement);
    if (place) {
      event.preventDefault();
      event.stopPropagation();
      this._grid.go(place.line, this._grid.keys.indexOf(place.key));
      this._actions.menu(place, event.clientX, event.clientY);
    }
  }

  /** Point at the run in the charts too, and let the tooltip say the whole value. */
  private _onHover(event: MouseEvent): void {
    const { model } = this._grid;
    const target = event.target as HTMLElement;
    const place = this._grid.placeOf(target);
    const row = place ? model.lines.rowAt(place.line) : -1;
    if (place && row >= 0) {
      const cell = target.closest<HTMLElement>('[aria-colindex]');
      const value = wholeValue(model, row, place.key);
      const title = place.key === NAME ? value : `${columnTitle(place.key, this._trans)}: ${value}`;
      cell?.setAttribute('title', value === '' ? '' : title.slice(0, LONGEST));
    }
    this._point(place?.line ?? -1);
  }

  /** Point at a line here at once, and at its run in the charts when the pointer rests. */
  private _point(line: number): void {
    const { lines, table } = this._grid.model;
    this._grid.point(line);
    clearTimeout(this._resting);
    const row = lines.rowAt(line);
    this._resting = setTimeout(() => {
      this._grid.model.highlighted = row < 0 ? null : table.idAt(row);
    }, REST);
  }

  private _tick(line: number, isOn: boolean, isRange: boolean): void {
    const { ticks } = this._grid;
    ticks.tick(line, isOn, isRange && ticks.anchor >= 0 ? ticks.anchor : line);
  }

  private _resting: ReturnType<typeof setTimeout> | undefined;
}
