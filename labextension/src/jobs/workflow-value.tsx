import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import { TextField } from './workflow-fields';
import { linkIcon } from './workflow-icons';
import { reference, referred } from './workflow-references';
import type { Json } from './workflow-types';

/** Something that a value can be taken from. */
export interface IOrigin {
  /** Its expression, such as `train.outputs.auc`. */
  readonly expression: string;
  /** What people read. */
  readonly label: string;
  /** Whose it is. */
  readonly group: string;
}

export interface IValueProps {
  readonly id?: string;
  /** Its name for screen readers, where no label stands beside it. */
  readonly label: string;
  readonly type: string;
  readonly value: Json | undefined;
  readonly choices?: readonly Json[] | null;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  /** Whether each stroke counts, as in a form that is sent as a whole. */
  readonly eager?: boolean;
  readonly onCommit: (value: Json | undefined) => void;
}

/** A value or, by a menu, something that an earlier node gives. */
export function ValueField(
  props: IValueProps & { origins: readonly IOrigin[]; trans: TranslationBundle }
): React.JSX.Element {
  const { value, origins, trans, onCommit, disabled, label } = props;
  const expression = referred(value);
  const known = origins.find(origin => origin.expression === expression);
  return (
    <div className="jp-mlstudio-WorkflowValue">
      {expression === null ? (
        <JsonField {...props} />
      ) : (
        <span className="jp-mlstudio-WorkflowValue-reference" title={expression} id={props.id}>
          <linkIcon.react tag="span" elementSize="normal" />
          <span>{known ? `${known.group} › ${known.label}` : expression}</span>
          <IconButton
            label={trans.__('Give %1 a value instead', label)}
            disabled={disabled}
            onClick={() => onCommit(undefined)}
          >
            <closeIcon.react tag="span" elementSize="small" />
          </IconButton>
        </span>
      )}
      <OriginMenu {...props} expression={expression} />
    </div>
  );
}

interface IMenuProps {
  readonly label: string;
  readonly disabled?: boolean;
  readonly origins: readonly IOrigin[];
  readonly trans: TranslationBundle;
  readonly expression: string | null;
  readonly onCommit: (value: Json | undefined) => void;
}

function OriginMenu(props: IMenuProps): React.JSX.Element | null {
  const { label, disabled, origins, trans, expression, onCommit } = props;
  const groups = [...new Set(origins.map(({ group }) => group))];
  if (origins.length === 0) {
    return null;
  }
  return (
    <span
      className="jp-mlstudio-WorkflowValue-menu"
      title={trans.__('Take it from an earlier node or a parameter')}
    >
      <linkIcon.react tag="span" elementSize="normal" />
      <select
        aria-label={trans.__('Take %1 from', label)}
        disabled={disabled}
        value={expression ?? ''}
        onChange={event => onCommit(event.target.value ? reference(event.target.value) : undefined)}
      >
        <option value="">{trans.__('A value')}</option>
        {groups.map(group => (
          <optgroup key={group} label={group}>
            {origins
              .filter(origin => origin.group === group)
              .map(origin => (
                <option key={origin.expression} value={origin.expression}>
                  {origin.label}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </span>
  );
}

/** A value of JSON, written as its type asks. */
export function JsonField(props: IValueProps): React.JSX.Element {
  const { id, label, type, value, choices, placeholder, disabled, eager, onCommit } = props;
  const options = choices && choices.length > 0 ? choices : type === 'bool' ? [true, false] : null;
  if (options) {
    return (
      <select
        id={id}
        className="jp-mlstudio-Form-input"
        aria-label={id ? undefined : label}
        disabled={disabled}
        value={value === undefined ? '' : JSON.stringify(value)}
        onChange={event =>
          onCommit(event.target.value === '' ? undefined : (JSON.parse(event.target.value) as Json))
        }
      >
        <option value="">{placeholder || '–'}</option>
        {options.map(option => (
          <option key={JSON.stringify(option)} value={JSON.stringify(option)}>
            {typeof option === 'string' ? option : JSON.stringify(option)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <TextField
      id={id}
      label={id ? undefined : label}
      value={written(value, type)}
      placeholder={placeholder}
      disabled={disabled}
      eager={eager}
      onCommit={text => onCommit(valueOf(text, type))}
    />
  );
}

/** Write a value so that reading it as this type gives it again. */
export function written(value: Json | undefined, type: string): string {
  if (value === undefined || value === null) {
    return '';
  }
  if (typeof value !== 'string') {
    return JSON.stringify(value);
  }
  return type === 'str' || valueOf(value, type) === value ? value : JSON.stringify(value);
}

/** Read a value of a type; what does not fit stays a text, and the server says what is wrong with it. */
export function valueOf(text: string, type: string): Json | undefined {
  const plain = text.trim();
  if (plain === '') {
    return undefined;
  }
  if (type === 'str' && !plain.startsWith('"')) {
    return text;
  }
  try {
    return JSON.parse(plain) as Json;
  } catch {
    return text;
  }
}

/** Return values with one of them set, or left out if it is undefined. */
export function withValue(
  values: Readonly<Record<string, Json>>,
  name: string,
  value: Json | undefined
): Record<string, Json> {
  const all = { ...values, [name]: value };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, each]) => (each === undefined ? [] : [[key, each]]))
  );
}
