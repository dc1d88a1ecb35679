import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { number } from '../ui';
import type { FileSource, Inspected } from './source-model';

export interface ISourceFieldProps {
  source: FileSource;
  seen: Inspected;
  trans: TranslationBundle;
  correct: (part: Partial<FileSource>) => void;
}

const ENCODINGS = [
  'utf8',
  'utf8-lossy',
  'cp1252',
  'latin-1',
  'utf-16',
  'cp1251',
  'shift_jis',
  'gb18030'
];

/** How a CSV file is written. */
export function CsvFields(props: ISourceFieldProps): React.JSX.Element | null {
  const { source, trans } = props;
  const csv = source.csv;
  if (source.format !== 'csv' || !csv) {
    return null;
  }
  const set = (part: Partial<typeof csv>): void => props.correct({ csv: { ...csv, ...part } });
  const separators: [string, string][] = [
    [',', trans.__('comma')],
    [';', trans.__('semicolon')],
    ['\t', trans.__('tab')],
    ['|', trans.__('bar')],
    [' ', trans.__('space')]
  ];
  const separator = csv.separator ?? ',';
  const encoding = csv.encoding ?? 'utf8';
  return (
    <>
      <Choice
        label={trans.__('Separator')}
        value={separator}
        options={
          separators.some(([known]) => known === separator)
            ? separators
            : [...separators, [separator, separator]]
        }
        onChange={value => set({ separator: value })}
      />
      <Choice
        label={trans.__('Encoding')}
        value={encoding}
        options={[...new Set([encoding, ...ENCODINGS])].map(name => [name, name])}
        onChange={value => set({ encoding: value })}
      />
      <Choice
        label={trans.__('Quotation mark')}
        value={csv.quote ?? '"'}
        options={[
          ['"', '"'],
          ["'", "'"],
          ['', trans.__('none')]
        ]}
        onChange={quote => set({ quote })}
      />
      <Check
        label={trans.__('First line holds the names')}
        value={csv.header ?? true}
        onChange={header => set({ header })}
      />
      <Check
        label={trans.__('Decimal comma')}
        value={csv.decimal_comma ?? false}
        onChange={value => set({ decimal_comma: value })}
      />
      <Check
        label={trans.__('Cut lines that are too long')}
        value={csv.ragged ?? false}
        onChange={ragged => set({ ragged })}
      />
      <Count
        label={trans.__('Lines to skip')}
        value={csv.skip_lines ?? 0}
        onChange={value => set({ skip_lines: value })}
      />
      <Text
        label={trans.__('Mean “no value”')}
        placeholder={trans.__('NA, -, ?')}
        value={(csv.missing ?? []).join(', ')}
        onChange={text =>
          set({
            missing: text
              .split(',')
              .map(part => part.trim())
              .filter(Boolean)
          })
        }
      />
    </>
  );
}

/** Which sheet of an Excel file, and where in it. */
export function ExcelFields(props: ISourceFieldProps): React.JSX.Element | null {
  const { source, seen, trans, correct } = props;
  const excel = source.excel ?? {};
  if (source.format !== 'excel') {
    return null;
  }
  const set = (part: Partial<typeof excel>): void => correct({ excel: { ...excel, ...part } });
  return (
    <>
      <Choice
        label={trans.__('Sheet')}
        value={excel.sheet ?? seen.sheets[0] ?? ''}
        options={seen.sheets.map(name => [name, name])}
        onChange={sheet => set({ sheet })}
      />
      <Check
        label={trans.__('First row holds the names')}
        value={excel.header ?? true}
        onChange={header => set({ header })}
      />
      <Count
        label={trans.__('Rows to skip')}
        value={excel.skip_rows ?? 0}
        onChange={value => set({ skip_rows: value })}
      />
    </>
  );
}

/** Where the rows of a JSON file are. */
export function JsonFields(props: ISourceFieldProps): React.JSX.Element | null {
  const { source, trans, correct } = props;
  return source.format === 'json' ? (
    <Text
      label={trans.__('Rows under')}
      placeholder={trans.__('the file itself')}
      value={source.document?.records ?? ''}
      onChange={records => correct({ document: { records } })}
    />
  ) : null;
}

/** Which table of a database file, or which query. */
export function TableFields(props: ISourceFieldProps): React.JSX.Element | null {
  const { source, seen, trans, correct } = props;
  if (source.format !== 'sqlite' && source.format !== 'duckdb') {
    return null;
  }
  const { table, query } = source.table ?? {};
  return (
    <>
      <Choice
        label={trans.__('Table')}
        value={table ?? ''}
        options={[
          ['', query ? trans.__('(query)') : trans.__('Choose a table')],
          ...seen.tables.map(({ name, rows }): [string, string] => [
            name,
            rows === null ? name : `${name} (${number(rows)})`
          ])
        ]}
        onChange={name => correct({ table: { table: name || null, query: null } })}
      />
      <Text
        label={trans.__('or a query')}
        placeholder="SELECT …"
        wide
        value={query ?? ''}
        onChange={text => correct({ table: { table: null, query: text || null } })}
      />
    </>
  );
}

interface IFieldProps<T> {
  label: string;
  value: T;
  onChange: (value: T) => void;
}

function Choice(
  props: IFieldProps<string> & { options: readonly (readonly [string, string])[] }
): React.JSX.Element {
  return (
    <label>
      {props.label}
      <select value={props.value} onChange={event => props.onChange(event.target.value)}>
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

function Check({ label, value, onChange }: IFieldProps<boolean>): React.JSX.Element {
  return (
    <label>
      <input type="checkbox" checked={value} onChange={event => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

function Count({ label, value, onChange }: IFieldProps<number>): React.JSX.Element {
  return (
    <label>
      {label}
      <input
        type="number"
        min={0}
        value={value}
        onChange={event => onChange(Math.max(Number(event.target.value) || 0, 0))}
      />
    </label>
  );
}

/** A text that counts when the field is left, or with Enter. */
function Text(
  props: IFieldProps<string> & { placeholder: string; wide?: boolean }
): React.JSX.Element {
  const { label, value, placeholder, wide, onChange } = props;
  const [text, setText] = React.useState(value);
  React.useEffect(() => setText(value), [value]);
  const settle = (): void => {
    if (text !== value) {
      onChange(text);
    }
  };
  return (
    <label data-wide={wide}>
      {label}
      <input
        value={text}
        placeholder={placeholder}
        onChange={event => setText(event.target.value)}
        onBlur={settle}
        onKeyDown={event => event.key === 'Enter' && settle()}
      />
    </label>
  );
}
