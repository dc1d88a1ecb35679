import type { Column } from './column';
import { kindOf } from './column-choice';

/** Heights of a line and of the titles, in pixels. */
export const ROW = 28;
export const HEAD = 40;

/** The column that is always there, at the left. */
export const NAME = 'name';

const WIDTHS: Record<string, number> = {
  name: 240,
  state: 100,
  started: 124,
  ended: 124,
  duration: 96,
  experiment: 140,
  notebook: 180,
  note: 220,
  id: 260
};
const WIDTH = 120;
const NARROWEST = 48;
/** How much of the table's width the pinned columns may take. */
const PINNED_SHARE = 0.6;

/** Where the columns of the table are. The name and the pinned ones come first. */
export class Layout {
  constructor(
    readonly keys: readonly string[],
    pins: number,
    widths: Readonly<Record<string, number>>,
    /** Pixels that columns need for what is in them. */
    fitting: ReadonlyMap<string, number>,
    /** How wide the table's window is. */
    readonly room: number
  ) {
    const most = Math.max(NARROWEST * 2, room * PINNED_SHARE);
    this._lefts = new Float64Array(keys.length + 1);
    let [left, pinned] = [0, 0];
    keys.forEach((key, place) => {
      const wanted = widths[key] ?? fitting.get(key) ?? WIDTHS[kindOf(key)] ?? WIDTH;
      const width = place === 0 ? Math.min(wanted, most) : wanted;
      pinned += place > 0 && place <= pins && left + width <= most ? 1 : 0;
      left += width;
      this._lefts[place + 1] = left;
    });
    this.pinned = 1 + pinned;
  }

  /** How many columns stay at the left; in a narrow window fewer than are wanted. */
  readonly pinned: number;

  get width(): number {
    return this._lefts[this.keys.length] ?? 0;
  }

  get pinnedWidth(): number {
    return this._lefts[this.pinned] ?? 0;
  }

  left(place: number): number {
    return this._lefts[place] ?? 0;
  }

  widthOf(place: number): number {
    return this.left(place + 1) - this.left(place);
  }

  /** The columns that can be seen beside the pinned ones: the first, and the one after the last. */
  window(scrolled: number): [number, number] {
    const first = this.at(scrolled + this.pinnedWidth);
    const last = this.at(scrolled + this.room - 1);
    return [Math.max(this.pinned, first), Math.min(this.keys.length, last + 1)];
  }

  /** The column at a distance from the left end of all columns. */
  at(x: number): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      [low, high] = this.left(middle + 1) <= x ? [middle + 1, high] : [low, middle];
    }
    return low;
  }

  private readonly _lefts: Float64Array;
}

/** A width that a column may be given. */
export function allowed(width: number): number {
  return Math.round(Math.min(1200, Math.max(NARROWEST, width)));
}

const LETTER = 7.4;
const PADDING = 24;
/** Room for the mark of the best value. */
const MARK = 18;
const [LEAST, MOST] = [76, 240];

/** The pixels that a logged column needs; null for what every run has, which is as wide as ever. */
export function fittingWidth(key: string, title: string, texts: readonly string[]): number | null {
  if (!key.includes(':')) {
    return null;
  }
  const longest = Math.max(title.length + 1, ...texts.map(text => text.length));
  const mark = key.startsWith('metric:') ? MARK : 0;
  return Math.round(Math.min(MOST, Math.max(LEAST, longest * LETTER + PADDING + mark)));
}

const [SAMPLE, LOOKED_AT] = [40, 400];

/** The first rows that have a value in a column: from these it is told how wide it has to be. */
export function withValues(column: Column, order: Int32Array): number[] {
  const found: number[] = [];
  for (const row of order.subarray(0, LOOKED_AT)) {
    if (column.at(row) !== null && found.push(row) === SAMPLE) {
      break;
    }
  }
  return found;
}
