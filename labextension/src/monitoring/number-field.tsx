import * as React from 'react';

export interface INumberFieldProps {
  label: string;
  value: number;
  min: number;
  max?: number;
  placeholder?: string;
  onChange: (value: number) => void;
}

/** A number with its label; NaN while nothing is written. */
export function NumberField(props: INumberFieldProps): React.JSX.Element {
  const { label, value, onChange, ...limits } = props;
  return (
    <label>
      {label}
      <input
        type="number"
        step="any"
        {...limits}
        value={Number.isNaN(value) ? '' : value}
        onChange={({ target }) => onChange(target.valueAsNumber)}
      />
    </label>
  );
}
