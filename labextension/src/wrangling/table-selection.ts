import { PENDING, type IRowSource } from './pages';
import type { Column } from './table';
import { isMissing, written } from './values';

/** The cell that somebody stands on. */
export interface ISelectedCell {
  /** Its row, from 0, in the order that is shown. */
  row: number;
  column: string;
  /** Its value as the grid has it. */
  value: unknown;
  /** The same as text; empty if it is missing. */
  text: string;
  missing: boolean;
}

/** What is selected in the table: some columns, one cell, or a part of its text. */
export interface ISelection {
  columns: readonly string[];
  cell: ISelectedCell | null;
  /** The part of the cell's text that is marked. */
  text: string | null;
}

/** Look up what stands in a cell. */
export function cellAt(
  rows: IRowSource | null,
  columns: readonly Column[],
  row: number,
  name: string
): ISelectedCell | null {
  const column = columns.find(other => other.name === name);
  const value = rows?.peek(row, name);
  if (!column || value === PENDING) {
    return null;
  }
  const missing = isMissing(value);
  return { row, column: name, value, text: missing ? '' : written(value, column), missing };
}
