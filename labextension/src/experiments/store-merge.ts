import { Column } from './column';

/** How the rows of two tables come together. */
export interface IMerge {
  /** How many rows there are then. */
  readonly size: number;
  /** Where each old row is then, below zero if it is gone; null if all stay where they are. */
  readonly moved: Int32Array | null;
  /** Where each fresh row is then; below zero if it is not wanted. */
  readonly placed: Int32Array;
  /** Whether a fresh row takes the place of all that the old one had. */
  readonly replaces: boolean;
}

/** From which share of its rows on a column is kept with a place for every row. */
const DENSE = 0.25;

/** Bring a column of two tables together; one of them may not have it. */
export function combined(old: Column | null, fresh: Column | null, change: IMerge): Column {
  const { size, moved, placed, replaces } = change;
  if (old && !fresh && moved === null && !(replaces && placed.some(row => old.has(row)))) {
    return resized(old, size);
  }
  const model = old ?? fresh;
  if (!model) {
    throw new Error('A column comes from one of the tables.');
  }
  const words = model.words === null ? null : new Words(old?.words ?? []);
  const cells = words ? new Int32Array(size).fill(-1) : new Float64Array(size);
  const present = new Uint8Array(size);
  const put = (row: number, column: Column, place: number): void => {
    const value = column.values[place] ?? -1;
    const cell = words && column !== old ? words.codeOf(column.words?.[value] ?? null) : value;
    cells[row] = cell;
    present[row] = words && cell < 0 ? 0 : 1;
  };
  if (old) {
    each(old, (row, place) => {
      const then = moved ? (moved[row] ?? -1) : row;
      if (then >= 0) {
        put(then, old, place);
      }
    });
  }
  if (replaces) {
    placed.forEach(row => {
      present[row] = 0;
      cells[row] = words ? -1 : NaN;
    });
  }
  if (fresh) {
    each(fresh, (row, place) => {
      const then = placed[row] ?? -1;
      if (then >= 0) {
        put(then, fresh, place);
      }
    });
  }
  return packedTight(model, cells, present, words?.all ?? null);
}

/** The words of a column, to which others are added. */
class Words {
  constructor(words: readonly string[]) {
    this.all = [...words];
  }

  readonly all: string[];

  codeOf(word: string | null): number {
    if (word === null) {
      return -1;
    }
    this._codes ??= new Map(this.all.map((one, code) => [one, code]));
    let code = this._codes.get(word);
    if (code === undefined) {
      code = this.all.push(word) - 1;
      this._codes.set(word, code);
    }
    return code;
  }

  private _codes: Map<string, number> | null = null;
}

function resized(column: Column, size: number): Column {
  if (column.size === size) {
    return column;
  }
  const { kind, name, rows, values, words } = column;
  if (rows !== null) {
    return new Column(kind, name, size, rows, values, words);
  }
  if (words === null && kind !== 'own') {
    const all = Int32Array.from(values, (_, row) => row);
    return new Column(kind, name, size, all, values, words);
  }
  const longer = words ? new Int32Array(size).fill(-1) : new Float64Array(size).fill(NaN);
  longer.set(values);
  return new Column(kind, name, size, null, longer, words);
}

function packedTight(
  { kind, name }: Column,
  cells: Float64Array | Int32Array,
  present: Uint8Array,
  words: readonly string[] | null
): Column {
  const count = present.reduce((sum, one) => sum + one, 0);
  const isDense = words === null ? count === cells.length : count >= cells.length * DENSE;
  if (isDense || kind === 'own') {
    return new Column(kind, name, cells.length, null, cells, words);
  }
  const rows = new Int32Array(count);
  const values = words ? new Int32Array(count) : new Float64Array(count);
  let place = 0;
  present.forEach((one, row) => {
    if (one) {
      rows[place] = row;
      values[place] = cells[row] ?? NaN;
      place += 1;
    }
  });
  return new Column(kind, name, cells.length, rows, values, words);
}

function each({ rows, values }: Column, visit: (row: number, place: number) => void): void {
  for (let place = 0; place < values.length; place += 1) {
    visit(rows === null ? place : (rows[place] ?? 0), place);
  }
}
