import { Signal, type ISignal } from '@lumino/signaling';

import type { Column } from './table';

/** Which columns are pinned to the left, and which are not shown. The table itself stays as it is. */
export class Layout {
  /** Other columns are pinned or hidden. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  isPinned(column: string): boolean {
    return this._pinned.includes(column);
  }

  isHidden(column: string): boolean {
    return this._hidden.has(column);
  }

  /** Keep a column beside the rows' numbers, or let it scroll again. */
  pin(column: string, on: boolean): void {
    this._pinned = this._pinned.filter(other => other !== column);
    if (on) {
      this._pinned = [...this._pinned, column];
      this._hidden.delete(column);
    }
    this._changed.emit();
  }

  /** Show columns, or not. */
  hide(columns: readonly string[], on: boolean): void {
    for (const column of columns) {
      if (on) {
        this._hidden.add(column);
      } else {
        this._hidden.delete(column);
      }
    }
    this._changed.emit();
  }

  /** Split columns into those that stay and those that scroll. */
  apart(columns: readonly Column[]): { pinned: readonly Column[]; scrolled: readonly Column[] } {
    if (this._pinned.length === 0 && this._hidden.size === 0) {
      return { pinned: NONE, scrolled: columns };
    }
    const shown = columns.filter(({ name }) => !this._hidden.has(name));
    const pinned = this._pinned.flatMap(name => shown.filter(column => column.name === name));
    return { pinned, scrolled: shown.filter(({ name }) => !this._pinned.includes(name)) };
  }

  /** Count the columns that are not shown. */
  hiddenOf(columns: readonly Column[]): number {
    return columns.filter(({ name }) => this._hidden.has(name)).length;
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _hidden = new Set<string>();
  private _pinned: readonly string[] = [];
}

const NONE: readonly Column[] = [];
