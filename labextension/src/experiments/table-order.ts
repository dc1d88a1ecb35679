import type { Column } from './column';
import type { RunTable } from './store-table';
import type { ISort } from './view-look';

/** Put rows in order; those without a value come last both ways, equal ones stay as they are. */
export function sorted(table: RunTable, rows: Int32Array, sorts: readonly ISort[]): Int32Array {
  const known = sorts.flatMap(({ key, descending }) => {
    const column = table.column(key);
    return column ? [{ keys: column.keys(), sign: descending ? -1 : 1 }] : [];
  });
  const [first, ...others] = known;
  if (!first) {
    return rows;
  }
  const { keys, sign } = first;
  return rows.slice().sort((a, b) => {
    const order = compared(keys[a] ?? NaN, keys[b] ?? NaN, sign);
    if (order !== 0) {
      return order;
    }
    for (const other of others) {
      const next = compared(other.keys[a] ?? NaN, other.keys[b] ?? NaN, other.sign);
      if (next !== 0) {
        return next;
      }
    }
    return a - b;
  });
}

function compared(a: number, b: number, sign: number): number {
  if (a === b) {
    return 0; // two infinities have no difference
  }
  const order = a - b;
  return Number.isNaN(order) ? Number(a !== a) - Number(b !== b) : sign * order;
}

/** The places of the rows that are marked. */
export function marked(mask: Uint8Array): Int32Array {
  const rows = new Int32Array(mask.length);
  let count = 0;
  for (let row = 0; row < mask.length; row += 1) {
    if (mask[row]) {
      rows[count] = row;
      count += 1;
    }
  }
  return rows.subarray(0, count);
}

/** What the rows of a column span, and which of them is best. */
export interface ISpan {
  readonly low: number;
  readonly high: number;
  /** The row with the best value; below zero if there is none, or all are equal. */
  readonly best: number;
}

/** Find the smallest, the largest and the best value among some rows; NaN and infinity count as nothing. */
export function spanOf(column: Column, rows: Int32Array, isLowerBetter: boolean): ISpan {
  const keys = column.keys();
  let [low, high, lowest, highest] = [Infinity, -Infinity, -1, -1];
  for (const row of rows) {
    const value = keys[row] ?? NaN;
    if (value < low && value > -Infinity) {
      [low, lowest] = [value, row];
    }
    if (value > high && value < Infinity) {
      [high, highest] = [value, row];
    }
  }
  return { low, high, best: low < high ? (isLowerBetter ? lowest : highest) : -1 };
}

/** Tell whether some of the rows differ in a column. */
export function differs(column: Column, rows: Int32Array): boolean {
  const { values, count, size } = column;
  const first = rows[0];
  if (first === undefined || count === 0) {
    return false;
  }
  if (rows.length === size && count < size) {
    return true;
  }
  if (column.rows === null) {
    const value = values[first] ?? NaN;
    return rows.some(row => !Object.is(values[row], value));
  }
  const value = column.at(first);
  return rows.some(row => !Object.is(column.at(row), value));
}
