import * as React from 'react';

export interface IOption {
  readonly value: string;
  readonly label: string;
}

/** A choice of one, with its name before it. */
export function Choice(props: {
  label: string;
  value: string;
  options: readonly IOption[];
  onChange: (value: string) => void;
  /** What no choice is called; without it there must be one. */
  none?: string;
}): React.JSX.Element {
  const { label, value, options, onChange, none } = props;
  const isKnown = value === '' || options.some(one => one.value === value);
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={event => onChange(event.target.value)}>
        {none !== undefined || value === '' ? <option value="">{none ?? '…'}</option> : null}
        {isKnown ? null : <option value={value}>{value}</option>}
        {options.map(one => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A choice of several, in an order: chips to take away, and a list to add from. */
export function Choices(props: {
  label: string;
  values: readonly string[];
  options: readonly IOption[];
  onChange: (values: string[]) => void;
  addLabel: string;
  removeLabel: (name: string) => string;
}): React.JSX.Element {
  const { label, values, options, onChange, addLabel, removeLabel } = props;
  const names = new Map(options.map(one => [one.value, one.label]));
  return (
    <div className="jp-mlstudio-Choices" role="group" aria-label={label}>
      <span>{label}</span>
      <div>
        {values.map(value => (
          <button
            key={value}
            type="button"
            title={removeLabel(names.get(value) ?? value)}
            onClick={() => onChange(values.filter(other => other !== value))}
          >
            {names.get(value) ?? value} <span aria-hidden>×</span>
          </button>
        ))}
        <select
          aria-label={addLabel}
          value=""
          onChange={event => onChange([...values, event.target.value])}
        >
          <option value="">{addLabel}</option>
          {options
            .filter(one => !values.includes(one.value))
            .map(one => (
              <option key={one.value} value={one.value}>
                {one.label}
              </option>
            ))}
        </select>
      </div>
    </div>
  );
}

/** Something that is on or off. */
export function Switch(props: {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}): React.JSX.Element {
  return (
    <label className="jp-mod-switch">
      <input
        type="checkbox"
        checked={props.isOn}
        onChange={event => props.onChange(event.target.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}
