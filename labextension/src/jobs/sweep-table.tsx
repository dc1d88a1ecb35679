import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { duration, number, StateMark } from '../ui';
import type { SweepModel, SweepResults, SweepRow } from './sweep-model';
import type { ISweepActions } from './sweep-view';
import { wordOf } from './words';

interface ITableProps {
  model: SweepModel;
  results: SweepResults;
  actions: ISweepActions;
  trans: TranslationBundle;
}

interface IColumn {
  key: string;
  label: string;
  numeric: boolean;
}

/** The jobs of a sweep with their parameters and results; the best one is marked. */
export function SweepTable(props: ITableProps): React.JSX.Element {
  const { model, results, trans } = props;
  const columns = columnsOf(results, trans);
  return (
    <div className="jp-mlstudio-SweepTable" onKeyDown={onKey}>
      <table aria-label={trans.__('Jobs of the sweep')}>
        <thead>
          <tr>
            {columns.map(column => (
              <Heading key={column.key} column={column} model={model} />
            ))}
            {hasRuns(results) ? <th scope="col">{trans.__('Runs')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {model.rows.map(row => (
            <Row key={row.number} {...props} row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function hasRuns({ items }: SweepResults): boolean {
  return items.some(({ runs }) => runs.length > 0);
}

function columnsOf(results: SweepResults, trans: TranslationBundle): IColumn[] {
  const numeric = (name: string): boolean =>
    results.items.every(({ parameters }) => typeof (parameters[name] ?? 0) === 'number');
  return [
    { key: 'number', label: '#', numeric: true },
    { key: 'state', label: trans.__('State'), numeric: false },
    ...results.parameters.map(name => ({
      key: `parameter:${name}`,
      label: name,
      numeric: numeric(name)
    })),
    ...results.metrics.map(name => ({ key: `metric:${name}`, label: name, numeric: true })),
    { key: 'seconds', label: trans.__('Time'), numeric: true }
  ];
}

function Heading({ column, model }: { column: IColumn; model: SweepModel }): React.JSX.Element {
  const { key, descending } = model.order;
  const chosen = key === column.key;
  return (
    <th
      scope="col"
      data-numeric={column.numeric || undefined}
      aria-sort={chosen ? (descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" onClick={() => model.sort(column.key)}>
        {column.label}
        <span aria-hidden>{chosen ? (descending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

function Row(props: ITableProps & { row: SweepRow; columns: IColumn[] }): React.JSX.Element {
  const { model, results, actions, trans, row, columns } = props;
  const { job_id } = row;
  const best = row.number === results.best;
  return (
    <tr data-best={best || undefined}>
      {columns.map(({ key, numeric }) => (
        <td key={key} data-numeric={numeric || undefined}>
          {key === 'number' ? (
            <button
              type="button"
              className="jp-mlstudio-Link"
              disabled={job_id === null}
              title={row.error?.message ?? row.output ?? undefined}
              aria-label={trans.__('Open job %1', row.number)}
              onClick={() => job_id !== null && actions.openJob(job_id)}
            >
              {row.number}
            </button>
          ) : key === 'state' ? (
            <State row={row} best={best} trans={trans} />
          ) : (
            shown(key, model.value(row, key))
          )}
        </td>
      ))}
      {hasRuns(results) ? <Runs row={row} openRun={actions.openRun} /> : null}
    </tr>
  );
}

function Runs(props: { row: SweepRow; openRun: ISweepActions['openRun'] }): React.JSX.Element {
  const { row, openRun } = props;
  return (
    <td>
      {row.runs.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="jp-mlstudio-Link"
          disabled={openRun === null}
          onClick={() => openRun?.(id)}
        >
          {name}
        </button>
      ))}
    </td>
  );
}

function State(props: {
  row: SweepRow;
  best: boolean;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { row, best, trans } = props;
  const { state, cells_done, cells_total } = row;
  const word = state === null ? trans.__('Removed') : wordOf(state, trans);
  const progress = state === 'running' && cells_total > 0 ? ` ${cells_done}/${cells_total}` : '';
  return (
    <>
      <StateMark state={state ?? 'stopped'} label={word + progress} />
      {best ? <span className="jp-mlstudio-Badge">{trans.__('best')}</span> : null}
      {row.error ? (
        <small title={row.error.message}>{row.error.message || row.error.name}</small>
      ) : null}
    </>
  );
}

function shown(key: string, value: unknown): string {
  if (value === null || value === undefined) {
    return '–';
  }
  if (key === 'seconds') {
    return duration(Number(value) * 1000);
  }
  return typeof value === 'number' ? number(value) : String(written(value));
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function onKey(event: React.KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('tbody td:first-child button')
  ];
  const row = links.findIndex(link => link.closest('tr')?.contains(document.activeElement));
  if (step !== undefined && row >= 0) {
    links[row + step]?.focus();
    event.preventDefault();
  }
}
