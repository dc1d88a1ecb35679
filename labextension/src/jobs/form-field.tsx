import * as React from 'react';

interface IFieldProps {
  label: React.ReactNode;
  /** What is wrong; null if nothing. */
  problem?: string | null;
  /** What the field means, if its label does not say all. */
  help?: string;
  children: (id: string, common: ICommon) => React.ReactNode;
}

/** What every input of a field has. */
export interface ICommon {
  id: string;
  className: string;
  'aria-invalid': boolean;
  'aria-describedby': string;
}

/** A field with its label before it, and below it what is wrong or what it means. */
export function Field({ label, problem = null, help, children }: IFieldProps): React.JSX.Element {
  const id = React.useId();
  const note = problem ?? help ?? '';
  const common = {
    id,
    className: 'jp-mlstudio-Form-input',
    'aria-invalid': problem !== null,
    'aria-describedby': `${id}-help`
  };
  return (
    <div className="jp-mlstudio-RunForm-field">
      <label htmlFor={id}>{label}</label>
      <div>{children(id, common)}</div>
      {note ? (
        <small id={`${id}-help`} role={problem ? 'alert' : undefined}>
          {note}
        </small>
      ) : null}
    </div>
  );
}

interface ISelectProps<T extends string> extends Partial<ICommon> {
  value: T;
  options: readonly { value: T; label: string; disabled?: boolean; title?: string }[];
  onChange: (value: T) => void;
  label?: string;
}

/** A choice among few. */
export function Select<T extends string>(props: ISelectProps<T>): React.JSX.Element {
  const { value, options, onChange, label, ...common } = props;
  return (
    <select
      className="jp-mlstudio-Form-input"
      aria-label={label}
      {...common}
      value={value}
      onChange={event => onChange(event.target.value as T)}
    >
      {options.map(option => (
        <option
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          title={option.title}
        >
          {option.label}
        </option>
      ))}
    </select>
  );
}

interface ITextProps extends Partial<ICommon> {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  label?: string;
  numeric?: boolean;
  list?: string;
}

/** A line of text. */
export function Text(props: ITextProps): React.JSX.Element {
  const { onChange, label, numeric, ...common } = props;
  return (
    <input
      type="text"
      className="jp-mlstudio-Form-input"
      aria-label={label}
      inputMode={numeric ? 'decimal' : undefined}
      spellCheck={false}
      {...common}
      onChange={event => onChange(event.target.value)}
    />
  );
}
