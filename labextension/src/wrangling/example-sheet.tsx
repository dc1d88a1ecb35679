import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Failure, IconButton, Loading } from '../ui';
import type { IPartProps } from './actions';
import { SheetFrame, type ISheetProps } from './sheets';
import { written } from './values';

/** Type what is wanted in a few cells beside the source values; formulas that give it are offered. */
export function ExampleSheet({ model, trans }: ISheetProps): React.JSX.Element {
  const { example } = model.tools;
  const { column } = model.desk;
  React.useEffect(() => void example.begin(column), [example, column]);
  return (
    <SheetFrame
      model={model}
      trans={trans}
      title={trans.__('By example')}
      hint={trans.__('Type what you want in one or two rows; the other rows follow.')}
      head={
        <Button primary disabled={!example.chosen} onClick={() => void example.accept()}>
          {trans.__('Add column')}
        </Button>
      }
    >
      <div className="jp-mlstudio-Wrangling-example">
        <div>
          <Inputs model={model} trans={trans} />
          {example.rows ? (
            <Wanted model={model} trans={trans} />
          ) : (
            <Loading label={trans.__('Loading rows')} rows={5} />
          )}
        </div>
        <Candidates model={model} trans={trans} />
      </div>
    </SheetFrame>
  );
}

/** The columns that the formula may read, and the name of the new one. */
function Inputs({ model, trans }: IPartProps): React.JSX.Element {
  const { example } = model.tools;
  const others = model.table.columns.filter(({ name }) => !example.columns.includes(name));
  return (
    <div className="jp-mlstudio-Wrangling-inputs">
      <span>{trans.__('From')}</span>
      {example.columns.map(name => (
        <span key={name} className="jp-mlstudio-Wrangling-chip">
          <span>{name}</span>
          <IconButton
            label={trans.__('Without %1', name)}
            onClick={() => example.use(example.columns.filter(other => other !== name))}
          >
            <closeIcon.react tag="span" width="10px" />
          </IconButton>
        </span>
      ))}
      <select
        aria-label={trans.__('Look at another column')}
        value=""
        onChange={event => example.use([...example.columns, event.target.value])}
      >
        <option value="">
          {example.columns.length > 0 ? trans.__('+ column') : trans.__('All columns')}
        </option>
        {others.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Wanted({ model, trans }: IPartProps): React.JSX.Element {
  const { example } = model.tools;
  const shown = model.table.columns.filter(({ name }) =>
    example.columns.length > 0
      ? example.columns.includes(name)
      : (example.chosen?.formula ?? '').includes(name)
  );
  const columns = shown.length > 0 ? shown : model.table.columns.slice(0, 3);
  const { rows } = example;
  return (
    <div className="jp-mlstudio-Wrangling-wanted">
      <table aria-label={trans.__('Wanted values')}>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name}>{name}</th>
            ))}
            <th>
              <input
                aria-label={trans.__('Name of the new column')}
                placeholder={trans.__('New column')}
                defaultValue={example.name}
                onChange={event => (example.name = event.target.value.trim())}
              />
            </th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: rows?.rows ?? 0 }, (_, row) => (
            <tr key={row} data-wanted={example.wanted.has(row)}>
              {columns.map(column => {
                const text = written(rows?.value(row, column.name), column);
                return (
                  <td key={column.name} title={text}>
                    {text}
                  </td>
                );
              })}
              <td>
                <input
                  aria-label={trans.__('Wanted in row %1', row + 1)}
                  placeholder={example.chosen?.values[row] ?? ''}
                  value={example.wanted.get(row) ?? ''}
                  onChange={event => example.want(row, event.target.value)}
                  onKeyDown={nextRow}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function nextRow(event: React.KeyboardEvent<HTMLInputElement>): void {
  const way = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way !== undefined && !event.ctrlKey) {
    const inputs = [...(event.currentTarget.closest('tbody')?.querySelectorAll('input') ?? [])];
    inputs[inputs.indexOf(event.currentTarget) + way]?.focus();
    event.preventDefault();
  }
}

function Candidates({ model, trans }: IPartProps): React.JSX.Element {
  const { example } = model.tools;
  const { answer, problem, running } = example.found;
  const items = example.wanted.size > 0 ? (answer?.items ?? []) : [];
  const group = React.useId();
  if (problem) {
    return <Failure message={problem} />;
  }
  return (
    <div className="jp-mlstudio-Wrangling-candidates" aria-live="polite" data-trying={running}>
      {example.wanted.size === 0 ? (
        <p>{trans.__('Formulas that give what you typed will stand here.')}</p>
      ) : null}
      {items.map((item, index) => (
        <label key={item.formula} data-chosen={item === example.chosen}>
          <input
            type="radio"
            name={group}
            checked={item === example.chosen}
            onChange={() => example.choose(index)}
          />
          <span>
            {item.sentence}
            <code>{item.formula}</code>
            {item.missing > 0 ? (
              <small>{trans.__('Gives nothing in %1 rows', item.missing)}</small>
            ) : null}
          </span>
        </label>
      ))}
      {example.wanted.size > 0 && answer?.message ? <p>{answer.message}</p> : null}
      {items.length > 1 && answer ? <Doubts model={model} trans={trans} /> : null}
    </div>
  );
}

/** Rows where the formulas differ: which value is right there tells them apart. */
function Doubts({ model, trans }: IPartProps): React.JSX.Element | null {
  const { example } = model.tools;
  const doubts = example.found.answer?.doubts ?? [];
  if (doubts.length === 0) {
    return <p>{trans.__('They give the same in every row.')}</p>;
  }
  return (
    <>
      <h4>{trans.__('Which is right here?')}</h4>
      <ul>
        {doubts.slice(0, 4).map(doubt => (
          <li key={doubt.row}>
            <span>{Object.values(doubt.inputs).join(' · ')}</span>
            {[...new Set(doubt.values)].map(value =>
              value === null ? null : (
                <Button key={value} onClick={() => example.want(doubt.row, value)}>
                  {value || trans.__('(empty text)')}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
