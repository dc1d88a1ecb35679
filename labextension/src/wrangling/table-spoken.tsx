import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IGridContent, WrangleGrid } from './grid';
import { PENDING } from './pages';
import type { Column } from './table';
import { isMissing, written } from './values';

interface ISpokenProps {
  grid: WrangleGrid;
  content: IGridContent;
  label: string;
  trans: TranslationBundle;
}

const READ_ALOUD = 30;
const COLUMNS_READ = 40;
const QUIET = 200;

/** The rows that can be seen as a table for screen readers, and what they say when the cursor moves. */
export function Spoken({ grid, content, label, trans }: ISpokenProps): React.JSX.Element {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(redraw, QUIET);
    };
    grid.viewed.connect(soon);
    grid.picked.connect(soon);
    grid.node.addEventListener('wheel', soon, { passive: true });
    grid.node.addEventListener('keyup', soon);
    return () => {
      clearTimeout(timer);
      grid.viewed.disconnect(soon);
      grid.picked.disconnect(soon);
      grid.node.removeEventListener('wheel', soon);
      grid.node.removeEventListener('keyup', soon);
    };
  }, [grid]);
  React.useEffect(() => {
    grid.node.setAttribute('role', 'application');
    grid.node.setAttribute('aria-label', trans.__('Rows of %1. The arrow keys move.', label));
  }, [grid, label, trans]);
  const { pinned, rows, sort } = content;
  const columns = [...pinned, ...content.columns].slice(0, COLUMNS_READ);
  const [start, end] = grid.visible;
  const stop = Math.min(end, start + READ_ALOUD, rows?.rows ?? 0);
  const { cell } = grid.pick;
  const ordered = (name: string): 'ascending' | 'descending' | undefined => {
    const key = sort.find(({ column }) => column === name);
    return key ? (key.descending ? 'descending' : 'ascending') : undefined;
  };
  return (
    <div className="jp-mlstudio-Wrangling-spoken">
      <table
        role="grid"
        aria-label={label}
        aria-readonly
        aria-rowcount={(rows?.rows ?? 0) + 1}
        aria-colcount={pinned.length + content.columns.length}
      >
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name }, index) => (
              <th key={name} scope="col" aria-colindex={index + 1} aria-sort={ordered(name)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: Math.max(stop - start, 0) }, (_, offset) => start + offset).map(
            row => (
              <tr key={row} aria-rowindex={row + 2}>
                {columns.map((column, index) => (
                  <td
                    key={column.name}
                    aria-colindex={index + 1}
                    aria-selected={cell?.row === row && cell.column === column.name}
                  >
                    {spoken(rows?.peek(row, column.name), column, trans)}
                  </td>
                ))}
              </tr>
            )
          )}
        </tbody>
      </table>
      <p role="status" aria-live="polite">
        {cell ? announced(content, cell.row, cell.column, trans) : ''}
      </p>
    </div>
  );
}

/** Say where the cursor stands, and what stands there. */
function announced(
  { columns, pinned, rows, change }: IGridContent,
  row: number,
  name: string,
  trans: TranslationBundle
): string {
  const column = [...pinned, ...columns].find(other => other.name === name);
  if (!column) {
    return '';
  }
  const value = spoken(rows?.peek(row, name), column, trans);
  const words = trans.__('%1, row %2: %3', name, (row + 1).toLocaleString(), value);
  const kind = change(row)?.kind;
  return kind === 'removed' ? trans.__('%1. The row is removed.', words) : words;
}

function spoken(value: unknown, column: Column, trans: TranslationBundle): string {
  if (value === PENDING) {
    return '…';
  }
  return isMissing(value) ? trans.__('missing') : written(value, column);
}
