import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { fieldOf, type Entries, type Problem } from './request';

type Column = Schemas['ModelColumn'];

export interface IFieldsProps {
  columns: readonly Column[];
  entries: Entries;
  problems: ReadonlyMap<string, Problem>;
  onChange: (column: string, entry: string) => void;
  trans: TranslationBundle;
}

/** One labelled field for each column that the model wants. */
export function Fields(props: IFieldsProps): React.JSX.Element {
  const { columns, entries, problems, onChange, trans } = props;
  return (
    <div className="jp-mlstudio-Fields">
      {columns.map(column => (
        <ColumnField
          key={column.name}
          column={column}
          entry={entries[column.name] ?? ''}
          problem={sentence(problems.get(column.name), trans)}
          onChange={entry => onChange(column.name, entry)}
          trans={trans}
        />
      ))}
    </div>
  );
}

interface IColumnFieldProps {
  column: Column;
  entry: string;
  problem: string | null;
  onChange: (entry: string) => void;
  trans: TranslationBundle;
}

function ColumnField(props: IColumnFieldProps): React.JSX.Element {
  const { column, problem, trans } = props;
  const id = React.useId();
  return (
    <div className="jp-mlstudio-Field" data-invalid={problem !== null}>
      <label htmlFor={id} title={column.name}>
        <span>{column.name}</span>
        <small>{column.required ? column.type : trans.__('%1, optional', column.type)}</small>
      </label>
      <Entry {...props} id={id} />
      {problem === null ? null : (
        <p id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Entry(props: IColumnFieldProps & { id: string }): React.JSX.Element {
  const { column, entry, onChange, problem, trans, id } = props;
  const field = fieldOf(column);
  const shared = {
    id,
    value: entry,
    'aria-invalid': problem !== null,
    'aria-describedby': problem === null ? undefined : `${id}-problem`
  };
  if (field === 'boolean') {
    return (
      <select {...shared} onChange={event => onChange(event.target.value)}>
        <option value="">{column.required ? trans.__('Choose…') : trans.__('missing')}</option>
        {['true', 'false'].map(value => (
          <option key={value}>{value}</option>
        ))}
      </select>
    );
  }
  const numeric = field === 'whole' || field === 'number';
  return (
    <input
      {...shared}
      type="text"
      inputMode={numeric ? 'decimal' : 'text'}
      className={numeric ? 'jp-mod-numeric' : undefined}
      placeholder={column.required ? '' : trans.__('missing')}
      autoComplete="off"
      spellCheck={false}
      onChange={event => onChange(event.target.value)}
    />
  );
}

function sentence(problem: Problem | undefined, trans: TranslationBundle): string | null {
  switch (problem) {
    case 'missing':
      return trans.__('A value is needed.');
    case 'whole':
      return trans.__('Write a whole number.');
    case 'number':
      return trans.__('Write a number, with a point before the decimals.');
    case 'boolean':
      return trans.__('Choose true or false.');
    case 'time':
      return trans.__('Write a time such as 2013-06-30T14:00.');
    default:
      return null;
  }
}
