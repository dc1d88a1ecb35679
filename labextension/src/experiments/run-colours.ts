import { Signal, type ISignal } from '@lumino/signaling';

import { COLOURS } from './lines';

/** The colour of each run that is drawn: the same in the table and in every chart, as long as it is drawn. */
export class RunColours {
  /** Emitted when runs have got or lost a colour. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The colour of a run; null if it is not drawn. */
  of(id: string): string | null {
    const place = this._places.get(id);
    return place === undefined ? null : (COLOURS[place] ?? null);
  }

  /** Give these runs a colour and no others: those that have one keep it, the rest get the least used. */
  take(ids: readonly string[]): void {
    const drawn = new Set(ids);
    const before = this._places;
    if (drawn.size === before.size && ids.every(id => before.has(id))) {
      return;
    }
    const used = COLOURS.map(() => 0);
    this._places = new Map();
    for (const id of ids) {
      const place = before.get(id);
      if (place !== undefined) {
        this._give(id, place, used);
      }
    }
    for (const id of ids) {
      if (!this._places.has(id)) {
        this._give(id, used.indexOf(Math.min(...used)), used);
      }
    }
    this._changed.emit();
  }

  private _give(id: string, place: number, used: number[]): void {
    this._places.set(id, place);
    used[place] = (used[place] ?? 0) + 1;
  }

  private _places = new Map<string, number>();
  private readonly _changed = new Signal<this, void>(this);
}
