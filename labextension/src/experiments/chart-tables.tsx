import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { number } from '../ui';
import type { ChartModel } from './chart-model';

export interface ITablesProps {
  model: ChartModel;
  tables: Schemas['LoggedTables'];
  trans: TranslationBundle;
}

/** A table that several runs have kept, side by side. */
export function Tables({ model, tables, trans }: ITablesProps): React.JSX.Element {
  const [first] = tables.items;
  return (
    <div className="jp-mlstudio-ChartTables">
      {tables.items.map(({ run, columns, rows, total }) => (
        <figure key={run}>
          <figcaption>
            <i style={{ background: model.runs.colourOf(run) }} aria-hidden />
            {model.runs.nameOf(run)}{' '}
            <small>{trans._n('%1 row', '%1 rows', total, total.toLocaleString())}</small>
          </figcaption>
          <table>
            <thead>
              <tr>
                {columns.map(name => (
                  <th key={name}>{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, place) => (
                <tr key={place}>
                  {row.map((cell, column) => (
                    <td
                      key={column}
                      className={typeof cell === 'number' ? 'jp-mod-number' : ''}
                      data-differs={differs(first, tables, place, column) || undefined}
                    >
                      {typeof cell === 'number' ? number(cell) : cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </figure>
      ))}
    </div>
  );
}

/** Whether the tables are not the same in a cell. */
function differs(
  first: Schemas['LoggedTable'] | undefined,
  { items }: Schemas['LoggedTables'],
  row: number,
  column: number
): boolean {
  const value = first?.rows[row]?.[column];
  return items.some(({ rows }) => rows[row]?.[column] !== value);
}
