import type { BasicSelectionModel } from '@lumino/datagrid';

import type { IGridContent } from './grid';
import type { ICell } from './grid-cells';
import type { IOrdered } from './grid-head';
import type { Column, SortKey } from './table';

/** What is selected in the grid. */
export interface IPick {
  columns: readonly string[];
  /** The cell that the keys act on; null if whole columns are selected. */
  cell: ICell | null;
  /** The rows, from and up to; null for all. */
  rows: readonly [number, number] | null;
}

/** Nothing to show. */
export const EMPTY: IGridContent = {
  columns: [],
  pinned: [],
  rows: null,
  sort: [],
  filter: [],
  chosen: null,
  marks: new Map(),
  profile: () => null,
  change: () => null,
  sought: null,
  match: null,
  tip: () => ''
};

/** Read off Lumino's selections what is selected; null if nothing is. */
export function pickOf(
  model: BasicSelectionModel,
  columns: readonly Column[],
  count: number
): IPick | null {
  const areas = Array.from(model.selections());
  if (areas.length === 0 || model.cursorColumn < 0) {
    return null;
  }
  const names = new Set<string>();
  let [first, stop] = [Infinity, 0];
  for (const { r1, r2, c1, c2 } of areas) {
    columns.slice(Math.min(c1, c2), Math.max(c1, c2) + 1).forEach(({ name }) => names.add(name));
    first = Math.min(first, r1, r2);
    stop = Math.max(stop, Math.min(Math.max(r1, r2), count - 1) + 1);
  }
  const whole = count > 1 && first === 0 && stop >= count;
  const column = columns[model.cursorColumn]?.name ?? '';
  return {
    columns: Array.from(names),
    cell: whole ? null : { row: model.cursorRow, column },
    rows: whole ? null : [first, stop]
  };
}

/** Find the place of a column among those that are sorted by. */
export function orderOf(sort: readonly SortKey[], column: string): IOrdered | null {
  const index = sort.findIndex(key => key.column === column);
  const key = sort[index];
  return key
    ? { descending: key.descending === true, place: sort.length > 1 ? index + 1 : 0 }
    : null;
}

export function sameColumns(one: readonly Column[], other: readonly Column[]): boolean {
  return (
    one === other ||
    (one.length === other.length &&
      one.every(
        ({ name, dtype }, index) => name === other[index]?.name && dtype === other[index]?.dtype
      ))
  );
}
