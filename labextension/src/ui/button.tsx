import * as React from 'react';

export interface IButtonProps extends React.ButtonHTMLAttributes<HTMLButtonElement> {
  /** The one button of a view that is meant to be pressed next. */
  primary?: boolean;
}

/** A button as JupyterLab draws them in dialogs. */
export function Button({ primary, className, ...rest }: IButtonProps): React.JSX.Element {
  const names = ['jp-mlstudio-Button', primary ? 'jp-mod-primary' : '', className ?? ''];
  return <button type="button" {...rest} className={names.filter(Boolean).join(' ')} />;
}

/** A button that shows an icon only; its label is its tooltip and its name. */
export function IconButton(
  props: React.ButtonHTMLAttributes<HTMLButtonElement> & { label: string }
): React.JSX.Element {
  const { label, className, children, ...rest } = props;
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={`jp-mlstudio-IconButton ${className ?? ''}`}
    >
      {children}
    </button>
  );
}

export interface IChipsProps<T extends string> {
  /** What is chosen among, with its label. */
  options: readonly { value: T; label: string }[];
  /** What is chosen. */
  value: T;
  onChange: (value: T) => void;
  /** The name of the group, for screen readers. */
  label: string;
}

/** Small switches of which one is on: the filters above a list. */
export function Chips<T extends string>(props: IChipsProps<T>): React.JSX.Element {
  return (
    <div className="jp-mlstudio-Chips" role="group" aria-label={props.label}>
      {props.options.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          onClick={() => props.onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
