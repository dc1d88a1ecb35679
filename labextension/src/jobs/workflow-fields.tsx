import * as React from 'react';

export interface IFieldProps {
  readonly label: React.ReactNode;
  readonly help?: string;
  /** What is wrong with it. */
  readonly problem?: string | null;
  /** Draws the input under the id that the label names. */
  readonly children: (id: string) => React.ReactNode;
}

/** A label, an input, and what there is to say about it. */
export function Field({ label, help, problem, children }: IFieldProps): React.JSX.Element {
  const id = React.useId();
  return (
    <div className="jp-mlstudio-Form-field" data-broken={problem ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {help ? <small>{help}</small> : null}
      {problem ? (
        <small className="jp-mlstudio-Form-error" role="alert">
          {problem}
        </small>
      ) : null}
    </div>
  );
}

export interface ITextFieldProps {
  readonly id?: string;
  /** Its name, where no label stands beside it. */
  readonly label?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  /** More than one for a text of several lines. */
  readonly lines?: number;
  /** Whether each stroke counts, as in a form that is sent as a whole. */
  readonly eager?: boolean;
  /** Hears the text when it is complete: at Enter, or when the field is left. */
  readonly onCommit: (value: string) => void;
}

/** A text that counts when it is complete, so that no half word reaches the file. */
export function TextField(props: ITextFieldProps): React.JSX.Element {
  const { id, label, value, placeholder, disabled, lines, eager, onCommit } = props;
  const [text, setText] = React.useState(value);
  React.useEffect(() => (eager ? undefined : setText(value)), [eager, value]);
  const commit = (): void => {
    if (!eager && text !== value) {
      onCommit(text);
      setText(value); // what is not taken goes back
    }
  };
  const common = {
    id,
    'aria-label': label,
    className: 'jp-mlstudio-Form-input',
    value: text,
    placeholder,
    disabled,
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => {
      setText(event.target.value);
      if (eager) {
        onCommit(event.target.value);
      }
    },
    onBlur: commit
  };
  if (lines) {
    return <textarea {...common} rows={lines} />;
  }
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter') {
      commit();
    } else if (event.key === 'Escape') {
      setText(value);
    }
  };
  return <input {...common} onKeyDown={onKeyDown} />;
}
