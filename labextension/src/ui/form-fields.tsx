import type { TranslationBundle } from '@jupyterlab/translation';
import type { FieldProps, RegistryFieldsType } from '@rjsf/utils';
import * as React from 'react';

import { Button } from './button';
import { CodeField } from './form-code';
import { FormulaField } from './form-formula';

/** A column that a form may offer. */
export interface IFormColumn {
  name: string;
  /** Its type, in a word, shown beside the name. */
  dtype: string;
  /** What it can be used as; a field whose schema lists `roles` offers only those. */
  role?: string;
}

/** What a form needs to know of the place where it is shown. */
export interface IFormSurroundings {
  /** The columns that `column`, `columns` and `formula` fields offer. */
  columns?: readonly IFormColumn[];
  /** Lets somebody choose a file; answers its path, or null. Without it, a `path` is only typed. */
  pickPath?: () => Promise<string | null>;
}

/** What a form passes down to its fields. */
export interface IFormContext extends IFormSurroundings {
  trans: TranslationBundle;
}

type Props<T> = FieldProps<T, object & Record<string, unknown>, IFormContext>;

/** Choose one column. */
function ColumnField(props: Props<string>): React.JSX.Element {
  const { idSchema, formData, formContext, disabled, onChange, required } = props;
  const columns = fitting(props.schema, formContext?.columns ?? []);
  const lost = formData && !columns.some(({ name }) => name === formData) ? formData : null;
  return (
    <select
      id={idSchema.$id}
      className="jp-mlstudio-Form-input"
      value={formData ?? ''}
      disabled={disabled}
      aria-required={required}
      onChange={event => onChange(event.target.value || undefined)}
    >
      <option value="">{formContext?.trans.__('Choose a column')}</option>
      {lost ? <option value={lost}>{formContext?.trans.__('%1 (not there)', lost)}</option> : null}
      {columns.map(({ name, dtype }) => (
        <option key={name} value={name}>
          {`${name}  ·  ${dtype}`}
        </option>
      ))}
    </select>
  );
}

/** Choose several columns: a list with a search that keeps the order in which they were chosen. */
function ColumnsField(props: Props<string[]>): React.JSX.Element {
  const { idSchema, formData, formContext, disabled, onChange } = props;
  const [search, setSearch] = React.useState('');
  const trans = formContext?.trans;
  const chosen = formData ?? [];
  const columns = withLost(fitting(props.schema, formContext?.columns ?? []), chosen);
  const shown = columns.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const toggle = (name: string): void =>
    onChange(chosen.includes(name) ? chosen.filter(other => other !== name) : [...chosen, name]);
  return (
    <div className="jp-mlstudio-Form-columns">
      <div className="jp-mlstudio-Form-columnsBar">
        <input
          id={idSchema.$id}
          type="search"
          className="jp-mlstudio-Form-input"
          placeholder={trans?.__('Search columns')}
          value={search}
          disabled={disabled}
          onChange={event => setSearch(event.target.value)}
        />
        <span>{trans?.__('%1 of %2', chosen.length, columns.length)}</span>
        <Button disabled={disabled} onClick={() => onChange(union(chosen, shown))}>
          {trans?.__('All')}
        </Button>
        <Button disabled={disabled || chosen.length === 0} onClick={() => onChange([])}>
          {trans?.__('None')}
        </Button>
      </div>
      <div
        className="jp-mlstudio-Form-checks"
        role="group"
        aria-label={String(props.schema.title ?? props.name)}
      >
        {shown.map(({ name, dtype }) => (
          <label key={name} title={`${name} · ${dtype}`}>
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              disabled={disabled}
              onChange={() => toggle(name)}
            />
            <span>{name}</span>
            <em>{dtype}</em>
          </label>
        ))}
      </div>
    </div>
  );
}

/** Type a number, a text or yes/no; what looks like a number is one unless it stands in quotes. */
function ValueField(props: Props<unknown>): React.JSX.Element {
  const { idSchema, formData, disabled, onChange } = props;
  const [text, setText] = React.useState(() => written(formData));
  React.useEffect(() => {
    setText(old => (read(old) === formData ? old : written(formData)));
  }, [formData]);
  return (
    <input
      id={idSchema.$id}
      className="jp-mlstudio-Form-input"
      value={text}
      disabled={disabled}
      onChange={event => {
        setText(event.target.value);
        onChange(read(event.target.value));
      }}
    />
  );
}

/** Type several values with commas between them. */
function ValuesField(props: Props<unknown[]>): React.JSX.Element {
  const { idSchema, formData, formContext, disabled, onChange } = props;
  const [text, setText] = React.useState(() => listed(formData ?? []));
  React.useEffect(() => {
    setText(old => (listed(split(old)) === listed(formData ?? []) ? old : listed(formData ?? [])));
  }, [formData]);
  return (
    <input
      id={idSchema.$id}
      className="jp-mlstudio-Form-input"
      placeholder={formContext?.trans.__('Values with commas between them')}
      value={text}
      disabled={disabled}
      onChange={event => {
        setText(event.target.value);
        onChange(split(event.target.value));
      }}
    />
  );
}

/** Type the path of a file, or look for it. */
function PathField(props: Props<string>): React.JSX.Element {
  const { idSchema, formData, formContext, disabled, onChange } = props;
  const pick = formContext?.pickPath;
  const browse = async (): Promise<void> => {
    const path = await pick?.();
    if (path) {
      onChange(path);
    }
  };
  return (
    <div className="jp-mlstudio-Form-path">
      <input
        id={idSchema.$id}
        className="jp-mlstudio-Form-input"
        value={formData ?? ''}
        disabled={disabled}
        onChange={event => onChange(event.target.value || undefined)}
      />
      {pick ? (
        <Button disabled={disabled} onClick={() => void browse()}>
          {formContext?.trans.__('Browse…')}
        </Button>
      ) : null}
    </div>
  );
}

/** The fields by the format that asks for them. */
export const fields = {
  column: ColumnField,
  columns: ColumnsField,
  formula: FormulaField,
  python: CodeField,
  sql: CodeField,
  value: ValueField,
  values: ValuesField,
  path: PathField
} as unknown as RegistryFieldsType; // rjsf types a registry's fields as untyped ones

/** Read what was typed as the value that it looks like. */
export function read(text: string): string | number | boolean | undefined {
  const trimmed = text.trim();
  if (trimmed === '') {
    return undefined;
  }
  if (trimmed === 'true' || trimmed === 'false') {
    return trimmed === 'true';
  }
  const quoted = /^(["'])(.*)\1$/.exec(trimmed);
  if (quoted) {
    return quoted[2] ?? '';
  }
  return Number.isFinite(Number(trimmed)) ? Number(trimmed) : text;
}

/** Write a value so that reading it gives the same value again. */
export function written(value: unknown): string {
  if (value === undefined || value === null) {
    return '';
  }
  return typeof value === 'string' && read(value) !== value ? `"${value}"` : String(value);
}

/** Read several values; commas inside quotes belong to the value. */
export function split(text: string): (string | number | boolean)[] {
  const parts = text.match(/\s*(?:"[^"]*"|'[^']*'|[^,]+)/g) ?? [];
  return parts.map(part => read(part.trim())).filter(value => value !== undefined);
}

function listed(values: readonly unknown[]): string {
  const quoted = (value: unknown): string =>
    typeof value === 'string' && value.includes(',') ? `"${value}"` : written(value);
  return values.map(quoted).join(', ');
}

function fitting(schema: object, columns: readonly IFormColumn[]): readonly IFormColumn[] {
  const { roles } = schema as { roles?: readonly string[] };
  return roles ? columns.filter(({ role }) => !role || roles.includes(role)) : columns;
}

function withLost(columns: readonly IFormColumn[], chosen: readonly string[]): IFormColumn[] {
  const lost = chosen.filter(name => !columns.some(column => column.name === name));
  return [...lost.map(name => ({ name, dtype: '–' })), ...columns];
}

function union(chosen: readonly string[], shown: readonly IFormColumn[]): string[] {
  return [...new Set([...chosen, ...shown.map(({ name }) => name)])];
}
