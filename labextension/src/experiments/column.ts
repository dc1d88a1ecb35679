/** What a cell can hold: a metric's number, the text of anything else, or nothing. */
export type Value = number | string | null;
export type Kind = 'own' | 'metric' | 'param' | 'tag';

type Values = Float64Array | Int32Array;

/** One column of the table, as typed arrays: numbers, or codes into its words. Never changed once made. */
export class Column {
  constructor(
    readonly kind: Kind,
    readonly name: string,
    /** How many rows the table has. */
    readonly size: number,
    /** The ascending rows that have a value; null if every row may have one. */
    readonly rows: Int32Array | null,
    /** Numbers, or places among the words, where -1 is nothing. */
    readonly values: Values,
    readonly words: readonly string[] | null
  ) {
    this.key = keyOf(kind, name);
  }

  readonly key: string;

  /** How many rows have a value. */
  get count(): number {
    return (this._count ??= this.rows?.length ?? this._present());
  }

  /** Whether all that is in it are numbers, as text or as such. */
  get isNumeric(): boolean {
    return this.words === null || (this.words.length > 0 && !this.numbers.some(Number.isNaN));
  }

  /** The words as numbers; NaN for what is none. */
  get numbers(): Float64Array {
    return (this._numbers ??= Float64Array.from(this.words ?? [], numberOf));
  }

  /** The place of each word in the order of all words; numbers within words count as numbers. */
  get ranks(): Float64Array {
    return (this._ranks ??= ranksOf(this.words ?? []));
  }

  at(row: number): Value {
    const place = this._place(row);
    const value = place < 0 ? undefined : this.values[place];
    if (value === undefined) {
      return null;
    }
    if (this.words === null) {
      return this.kind === 'own' && Number.isNaN(value) ? null : value;
    }
    return this.words[value] ?? null;
  }

  /** The value as a number; NaN for nothing and for what is no number. */
  numberAt(row: number): number {
    const place = this._place(row);
    const value = place < 0 ? NaN : (this.values[place] ?? NaN);
    return this.words === null ? value : (this.numbers[value] ?? NaN);
  }

  has(row: number): boolean {
    const place = this._place(row);
    return place >= 0 && (this.words === null || (this.values[place] ?? -1) >= 0);
  }

  /** A number for every row by which rows are put in order; NaN where there is none. */
  keys(): Float64Array {
    const keys = this.rows === null ? new Float64Array(this.size) : filled(this.size);
    const meaning = this.words === null ? null : this.isNumeric ? this.numbers : this.ranks;
    for (let place = 0; place < this.values.length; place += 1) {
      const value = this.values[place] ?? NaN;
      keys[this.rows === null ? place : (this.rows[place] ?? 0)] =
        meaning === null ? value : (meaning[value] ?? NaN);
    }
    return keys;
  }

  /** The place of its word for every row; -1 where there is none. */
  codes(): Int32Array {
    if (this.rows === null) {
      return this.values as Int32Array;
    }
    const codes = new Int32Array(this.size).fill(-1);
    this.rows.forEach((row, place) => {
      codes[row] = this.values[place] ?? -1;
    });
    return codes;
  }

  private _present(): number {
    if (this.words === null) {
      return this.size;
    }
    let count = 0;
    for (const code of this.values) {
      count += code >= 0 ? 1 : 0;
    }
    return count;
  }

  /** Where the value of a row is; below zero if there is none. */
  private _place(row: number): number {
    if (this.rows === null) {
      return row;
    }
    let [low, high] = [0, this.rows.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.rows[middle] ?? 0;
      if (found === row) {
        return middle;
      }
      [low, high] = found < row ? [middle + 1, high] : [low, middle - 1];
    }
    return -1;
  }

  private _count: number | null = null;
  private _numbers: Float64Array | null = null;
  private _ranks: Float64Array | null = null;
}

/** Put what a run has, what it logged and its tags under one name each. */
export function keyOf(kind: Kind, name: string): string {
  return kind === 'own' ? name : `${kind}:${name}`;
}

/** Read a number as people write it; NaN for anything else. */
export function numberOf(text: string): number {
  return NUMBER.test(text) ? Number(text) : (INFINITE[text.toLowerCase()] ?? NaN);
}

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const INFINITE: Record<string, number> = {
  inf: Infinity,
  infinity: Infinity,
  '-inf': -Infinity,
  '-infinity': -Infinity
};

function filled(size: number): Float64Array {
  return new Float64Array(size).fill(NaN);
}

function ranksOf(words: readonly string[]): Float64Array {
  const keys = words.map(word =>
    word.toLowerCase().replace(/\d+/g, digits => digits.padStart(15, '0'))
  );
  const order = Uint32Array.from(keys, (_, place) => place).sort((a, b) => {
    const [left, right] = [keys[a] ?? '', keys[b] ?? ''];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  const ranks = new Float64Array(words.length);
  order.forEach((place, rank) => {
    ranks[place] = rank;
  });
  return ranks;
}
