import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';
import type { ICell } from './grid-cells';

type Found = Schemas['Found'];

/** Asks the kernel for the next match after a cell. */
export type Search = (
  text: string,
  from: { row: number; column: string | null },
  backwards: boolean
) => Promise<Found>;

const TYPING = 200;
const COUNTING = 700;

/** Which match it is, from 1, and of how many; null while they are counted. */
export interface IFoundPlace {
  index: number | null;
  total: number | null;
}

/** Looks for a text in all rows, one match after the other. */
export class Find {
  constructor(private readonly _search: Search) {}

  /** What is found changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether somebody looks for something. */
  get isOpen(): boolean {
    return this._open;
  }

  get text(): string {
    return this._text;
  }

  /** The match that is looked at. */
  get match(): ICell | null {
    return this._match;
  }

  /** Where the match stands among all; null before anything was looked for. */
  get place(): IFoundPlace | null {
    return this._place;
  }

  get busy(): boolean {
    return this._busy;
  }

  /** Why nothing could be looked for. */
  get problem(): string | null {
    return this._problem;
  }

  open(): void {
    this._open = true;
    this._changed.emit();
  }

  close(): void {
    this._open = false;
    this._forget();
    this._changed.emit();
  }

  /** Look for a text, from a row on. */
  type(text: string, row: number): void {
    this._text = text;
    clearTimeout(this._timer);
    if (text === '') {
      this._forget();
      this._changed.emit();
      return;
    }
    this._timer = setTimeout(() => void this._go({ row, column: null }, false), TYPING);
  }

  /** Go to the next match, or to the one before. */
  step(backwards: boolean): void {
    if (this._text !== '') {
      clearTimeout(this._timer);
      void this._go(this._match ?? { row: 0, column: null }, backwards);
    }
  }

  /** The rows are others now: begin anew at the top. */
  restart(): void {
    if (this._open && this._text !== '') {
      void this._go({ row: 0, column: null }, false);
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._asked++;
    Signal.clearData(this);
  }

  private async _go(
    from: { row: number; column: string | null },
    backwards: boolean
  ): Promise<void> {
    const asked = ++this._asked;
    this._busy = true;
    this._problem = null;
    this._changed.emit();
    try {
      const { row, column, index, total } = await this._search(this._text, from, backwards);
      if (asked === this._asked) {
        this._place = { index, total };
        const same = this._match?.row === row && this._match?.column === column;
        const found = row !== null && column !== null ? { row, column } : null;
        // The same match stays the same object: nobody is taken back to it when only the count has come.
        this._match = same ? this._match : found;
        if (total === null) {
          // The match was near; how many there are is counted meanwhile.
          this._timer = setTimeout(() => void this._go(from, backwards), COUNTING);
        }
      }
    } catch (error) {
      if (asked === this._asked) {
        this._problem = error instanceof Error ? error.message : String(error);
      }
    } finally {
      if (asked === this._asked) {
        this._busy = false;
        this._changed.emit();
      }
    }
  }

  private _forget(): void {
    clearTimeout(this._timer);
    this._asked++;
    this._busy = false;
    this._match = null;
    this._place = null;
    this._problem = null;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _open = false;
  private _text = '';
  private _match: ICell | null = null;
  private _place: IFoundPlace | null = null;
  private _busy = false;
  private _problem: string | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _asked = 0;
}
