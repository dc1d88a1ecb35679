import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Field } from './workflow-fields';
import type { Json, WorkflowParameter } from './workflow-types';
import { JsonField, withValue } from './workflow-value';

export type Values = Record<string, Json>;
export type Declared = Readonly<Record<string, WorkflowParameter>>;

/** Ask for the parameters of a run; answers at once if there are none. */
export async function askParameters(
  declared: Declared,
  last: Readonly<Values>,
  part: string,
  trans: TranslationBundle
): Promise<Values | null> {
  if (Object.keys(declared).length === 0) {
    return {};
  }
  const body = new ParametersForm(declared, last, part, trans);
  const { button } = await showDialog({
    title: trans.__('Run the workflow'),
    body,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Run') })],
    focusNodeSelector: 'input, select'
  });
  return button.accept ? body.getValue() : null;
}

/** The form in the dialog that runs a workflow. */
class ParametersForm extends ReactWidget {
  constructor(
    private readonly _declared: Declared,
    last: Readonly<Values>,
    private readonly _part: string,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-mlstudio-RunForm');
    // What somebody gave the last time is likely meant again, as far as it is not the default anyway.
    const known = Object.entries(last).filter(([name]) => name in this._declared);
    this._values = Object.fromEntries(
      known.filter(([name, value]) => !isDefault(this._declared[name], value))
    );
  }

  getValue(): Values {
    return this._values;
  }

  protected render(): React.JSX.Element {
    const { _trans: trans } = this;
    return (
      <>
        {this._part ? <p className="jp-mlstudio-Hint">{this._part}</p> : null}
        <ParameterFields
          declared={this._declared}
          values={this._values}
          onChange={values => {
            this._values = values;
            this.update();
          }}
          trans={trans}
        />
      </>
    );
  }

  private _values: Values;
}

/** A field for every parameter of a workflow. */
export function ParameterFields(props: {
  readonly declared: Declared;
  readonly values: Values;
  readonly onChange: (values: Values) => void;
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  const { declared, values, onChange, trans } = props;
  return (
    <>
      {Object.entries(declared).map(([name, parameter]) => (
        <Field key={name} label={`${name}${parameter.required ? ' *' : ''}`} help={parameter.help}>
          {id => (
            <JsonField
              id={id}
              label={name}
              type={parameter.type ?? 'any'}
              choices={parameter.choices}
              value={values[name]}
              placeholder={placeholder(parameter, trans)}
              eager
              onCommit={value => onChange(withValue(values, name, value))}
            />
          )}
        </Field>
      ))}
    </>
  );
}

function placeholder(
  { required, default: preset }: WorkflowParameter,
  trans: TranslationBundle
): string {
  if (preset === undefined || preset === null) {
    return required ? trans.__('must be given') : '';
  }
  return typeof preset === 'string' ? preset : JSON.stringify(preset);
}

function isDefault(parameter: WorkflowParameter | undefined, value: Json): boolean {
  return JSON.stringify(parameter?.default ?? null) === JSON.stringify(value);
}
