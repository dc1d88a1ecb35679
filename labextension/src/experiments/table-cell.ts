import type { TranslationBundle } from '@jupyterlab/translation';

import { ago, duration, exactTime, number } from '../ui';
import type { RunRow, Value } from './store';
import { kindOf } from './column-choice';
import { summarised, type IGroup } from './group';
import type { RunsModel } from './model';
import { inCell, written } from './table-text';
import { lowerIsBetter } from './view-look';
import { stateLabel } from './words';

/** What a cell shows. */
export interface ICellLook {
  text: string;
  /** The state whose mark stands before the text. */
  state: string | null;
  /** Whether it is the best value of its column. */
  best: boolean;
  /** The length of its bar, as a share of the column; null for none. */
  bar: number | null;
}

/** Pixels of a wide letter, and around the text and its mark. */
const [LETTER, PADDING] = [8.5, 32];

/** One cell of the table, which shows one value after the other as the table scrolls. */
export class CellView {
  constructor() {
    this.node.className = 'jp-mlstudio-RunsTable-cell';
    this.node.setAttribute('role', 'gridcell');
    this.node.append(this._text);
  }

  readonly node = document.createElement('div');

  /** Put it into a column. */
  place(index: number, kind: string, left: number, width: number): void {
    const { style, dataset } = this.node;
    if (this._left !== left || this._width !== width) {
      [this._left, this._width] = [left, width];
      style.left = `${left}px`;
      style.width = `${width}px`;
    }
    if (this._index !== index) {
      this._index = index;
      this.node.setAttribute('aria-colindex', String(index + 1));
    }
    if (dataset['kind'] !== kind) {
      dataset['kind'] = kind;
    }
  }

  show({ text, state, best, bar }: ICellLook, width: number): void {
    if (this._text.data !== text) {
      this._text.data = text;
    }
    const isLong = text.length * LETTER > width - PADDING; // cutting costs: only what needs it is cut
    if (isLong !== this._isLong) {
      this._isLong = isLong;
      this.node.classList.toggle('jp-mod-long', isLong);
    }
    if (state !== this._state) {
      this._mark(state);
    }
    if (best !== this._best) {
      this._best = best;
      this.node.classList.toggle('jp-mod-best', best);
    }
    if (bar !== this._bar) {
      this._bar = bar;
      this.node.classList.toggle('jp-mod-bar', bar !== null);
      this.node.style.setProperty('--jp-mlstudio-bar', `${(bar ?? 0) * 100}%`);
    }
  }

  /** Put the cursor on it, or take it away. */
  mark(isCursor: boolean): void {
    if (isCursor !== this._isCursor) {
      this._isCursor = isCursor;
      this.node.classList.toggle('jp-mod-cursor', isCursor);
    }
  }

  private _mark(state: string | null): void {
    this._state = state;
    if (state === null) {
      this.node.replaceChildren(this._text);
      return;
    }
    const mark = document.createElement('span');
    mark.className = 'jp-mlstudio-StateMark';
    mark.dataset['state'] = state;
    const dot = document.createElement('span');
    dot.className = 'jp-mlstudio-StateMark-dot';
    dot.setAttribute('aria-hidden', 'true');
    const label = document.createElement('span');
    label.className = 'jp-mlstudio-StateMark-label';
    label.append(this._text);
    mark.append(dot, label);
    this.node.replaceChildren(mark);
  }

  private readonly _text = document.createTextNode('');
  private _index = -1;
  private _left = -1;
  private _width = -1;
  private _state: string | null = null;
  private _isCursor = false;
  private _isLong = false;
  private _best = false;
  private _bar: number | null = null;
}

const EMPTY: ICellLook = { text: '', state: null, best: false, bar: null };

/** What the cell of a run shows. */
export function runCell(
  model: RunsModel,
  row: number,
  key: string,
  trans: TranslationBundle
): ICellLook {
  const { table, look } = model;
  switch (key) {
    case 'state': {
      const state = table.textAt(key, row);
      return { ...EMPTY, state, text: stateLabel(state as RunRow['state'], trans) };
    }
    case 'started':
    case 'ended': {
      const at = table.numberAt(key, row);
      return Number.isNaN(at) ? EMPTY : { ...EMPTY, text: ago(at) };
    }
    case 'duration':
      return { ...EMPTY, text: duration(lastedAt(model, row)) };
    default: {
      const column = table.column(key);
      const value: Value = column?.at(row) ?? null;
      const isMetric = column?.kind === 'metric';
      const hasBar = look.bars.includes(key);
      const span = isMetric || hasBar ? model.span(key) : null;
      const text = column === null && isComing(model, key) ? '…' : shown(value, column?.isNumeric);
      return {
        text,
        state: null,
        best: isMetric && span?.best === row,
        bar: hasBar && span ? share(column?.numberAt(row) ?? NaN, span.low, span.high) : null
      };
    }
  }
}

/** What a cell in the title of a group shows. */
export function groupCell(
  model: RunsModel,
  group: IGroup,
  key: string,
  trans: TranslationBundle
): ICellLook {
  const column = model.table.column(key);
  if (!column || key === 'id') {
    return EMPTY;
  }
  const { look } = model;
  const summary = key === 'duration' && look.summary === 'best' ? 'mean' : look.summary;
  const found = summarised(column, group.rows, summary, lowerIsBetter(key, look));
  if (found === null) {
    return EMPTY;
  }
  if ('number' in found) {
    const isTime = key === 'started' || key === 'ended';
    const text = isTime
      ? ago(Math.max(...[...group.rows].map(row => column.numberAt(row)).filter(Number.isFinite)))
      : key === 'duration'
        ? duration(found.number)
        : number(found.number);
    return { ...EMPTY, text };
  }
  if ('different' in found) {
    return { ...EMPTY, text: trans.__('%1 values', found.different.toLocaleString()) };
  }
  return key === 'state'
    ? { ...EMPTY, state: found.text, text: stateLabel(found.text as RunRow['state'], trans) }
    : { ...EMPTY, text: inCell(found.text) };
}

/** The whole value of a cell, for its tooltip and the clipboard. */
export function wholeValue(model: RunsModel, row: number, key: string): string {
  const { table } = model;
  if (key === 'started' || key === 'ended') {
    const at = table.numberAt(key, row);
    return Number.isNaN(at) ? '' : exactTime(at);
  }
  return key === 'duration' ? duration(lastedAt(model, row)) : table.textAt(key, row);
}

/** How a cell stands: numbers at the right. */
export function cellKind(model: RunsModel, key: string): string {
  const column = model.table.column(key);
  const isNumber = key === 'duration' || (column?.kind !== 'own' && column?.isNumeric);
  return isNumber ? 'number' : kindOf(key);
}

/** How long a run took, or has taken until now. */
export function lastedAt({ table }: RunsModel, row: number): number {
  const end = table.numberAt('ended', row);
  return Math.max(0, (Number.isNaN(end) ? Date.now() : end) - table.numberAt('started', row));
}

function shown(value: Value, isNumeric: boolean | undefined): string {
  if (typeof value === 'string' && isNumeric) {
    const parsed = Number(value);
    return value.length > 12 && Number.isFinite(parsed) ? written(parsed) : value;
  }
  return inCell(value);
}

function isComing(model: RunsModel, key: string): boolean {
  return model.table.more.some(one => one.key === key);
}

function share(value: number, low: number, high: number): number | null {
  return Number.isFinite(value) && high > low ? (value - low) / (high - low) : null;
}
