import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';

export interface IPreviewTableProps {
  table: Schemas['ArtifactTable'];
  name: string;
  trans: TranslationBundle;
}

/** The first rows of a table. */
export function PreviewTable({ table, name, trans }: IPreviewTableProps): React.JSX.Element {
  const { columns, rows } = table;
  const isNumeric = columns.map((_, index) =>
    rows.every(row => row[index] === null || row[index] === '' || !Number.isNaN(Number(row[index])))
  );
  return (
    <>
      <div
        className="jp-mlstudio-PreviewTable"
        tabIndex={0}
        role="region"
        aria-label={trans.__('Content of %1', name)}
      >
        <table>
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th key={index} data-numeric={isNumeric[index]} title={column.name}>
                  {column.name}
                  {column.type ? <small>{column.type}</small> : null}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((value, column) => (
                  <td key={column} data-numeric={isNumeric[column]}>
                    {value ?? <em>{trans.__('missing')}</em>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="jp-mlstudio-Hint">{sizeOf(table, trans)}</p>
    </>
  );
}

/** Say how large a table is, and how much of it is shown. */
function sizeOf(
  { rows, columns, width, total }: Schemas['ArtifactTable'],
  trans: TranslationBundle
): string {
  const shown = trans.__(
    '%1 × %2 shown',
    rows.length.toLocaleString(),
    columns.length.toLocaleString()
  );
  if (total === rows.length && width === columns.length) {
    return trans.__('%1 rows × %2 columns', total.toLocaleString(), width.toLocaleString());
  }
  return total === null
    ? trans.__('%1; the file goes on', shown)
    : trans.__('%1 of %2 × %3', shown, total.toLocaleString(), width.toLocaleString());
}
