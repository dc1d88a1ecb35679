import type { WrangleGrid } from './grid';
import type { IPick } from './grid-parts';
import { PENDING, type IRowSource } from './pages';
import type { Column, TableModel } from './table';
import { isMissing, plain } from './values';

/** More cells than this are not put on the clipboard. */
export const MOST_CELLS = 500_000;
/** The kernel sends this many letters of a text. */
export const LONGEST = 400;
const AT_ONCE = 5000;
const WHOLE_TEXTS = 200;
const SPECIAL = /[\t\n\r"]/;

/** Write the selected cells as lines with tabs between the values, as spreadsheets take them. */
export async function copied(table: TableModel, pick: IPick, header: boolean): Promise<string> {
  const columns = pick.columns.flatMap(name => table.columns.filter(each => each.name === name));
  const [start, stop] = pick.rows ?? [0, table.rows?.rows ?? 0];
  const lines = header ? [columns.map(({ name }) => quoted(name)).join('\t')] : [];
  let whole = WHOLE_TEXTS;
  for (let from = start; from < stop; from += AT_ONCE) {
    const to = Math.min(from + AT_ONCE, stop);
    const rows = await table.fetch(from, to, pick.columns);
    for (let row = 0; row < Math.min(to - from, rows.rows); row++) {
      const cells: string[] = [];
      for (const column of columns) {
        const cut = whole > 0 && isCut(rows.value(row, column.name));
        whole -= cut ? 1 : 0;
        const text = cut ? (await table.cell({ row: from + row, column: column.name })).text : null;
        cells.push(quoted(text ?? textOf(rows, row, column)));
      }
      lines.push(cells.join('\t'));
    }
  }
  return lines.join('\n');
}

/** Write the selected cells of what the grid shows instead of the table: a preview, or what a step changed. */
export function copiedAsSeen(
  { pick, rows, columns }: Pick<WrangleGrid, 'pick' | 'rows' | 'columns'>,
  header: boolean
): string {
  const chosen = pick.columns.flatMap(name => columns.filter(each => each.name === name));
  const [start, stop] = pick.rows ?? [0, rows?.rows ?? 0];
  const lines = header ? [chosen.map(({ name }) => quoted(name)).join('\t')] : [];
  for (let row = start; rows && row < stop; row++) {
    lines.push(chosen.map(column => quoted(textOf(rows, row, column))).join('\t'));
  }
  return lines.join('\n');
}

/** Count the cells that are selected. */
export function cellsOf(pick: IPick, rows: IRowSource | null): number {
  const [start, stop] = pick.rows ?? [0, rows?.rows ?? 0];
  return (stop - start) * pick.columns.length;
}

/** Whether the kernel may have cut a text. */
export function isCut(value: unknown): boolean {
  return typeof value === 'string' && value.length >= LONGEST;
}

function textOf(rows: IRowSource, row: number, column: Column): string {
  const value = rows.peek(row, column.name);
  if (value === PENDING) {
    throw new Error(
      'Some of the selected rows are not here yet. Scroll over them, or select fewer.'
    );
  }
  return isMissing(value) ? '' : plain(value, column);
}

function quoted(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
