import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Schemas } from '../api';

type TruthSpec = Schemas['TruthSpec'];

/** Ask what the live rows are compared with from now on; null if nobody chose. */
export async function askBaseline(
  trans: TranslationBundle
): Promise<Schemas['BaselineSpec'] | null> {
  const training = trans.__('The training data that came with the model');
  const captured = trans.__('The rows that were captured so far');
  const file = trans.__('A table of this project…');
  const { value } = await InputDialog.getItem({
    title: trans.__('Compare live rows with'),
    items: [training, captured, file],
    okLabel: trans.__('Compare')
  });
  if (value === null) {
    return null;
  }
  return value === training
    ? { training: true, path: null }
    : value === captured
      ? { training: false, path: null }
      : askTable(trans);
}

async function askTable(trans: TranslationBundle): Promise<Schemas['BaselineSpec'] | null> {
  const { value } = await InputDialog.getText({
    title: trans.__('Compare live rows with a table'),
    label: trans.__('Path from the project folder'),
    placeholder: trans.__('data/train.parquet'),
    okLabel: trans.__('Compare')
  });
  return value ? { path: value, training: false } : null;
}

/** Ask where it is written what was right; null if nobody says. */
export async function askTruth(trans: TranslationBundle): Promise<TruthSpec | null> {
  const { button, value } = await showDialog({
    title: trans.__('Add what was right'),
    body: new TruthForm(trans),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Add') })],
    focusNodeSelector: 'input'
  });
  return button.accept && value && value.path.trim() !== '' ? value : null;
}

/** The body of the dialog that takes what was right. */
class TruthForm extends ReactWidget implements Dialog.IBodyWidget<TruthSpec> {
  constructor(private readonly _trans: TranslationBundle) {
    super();
    this.addClass('jp-mlstudio-DeployForm');
  }

  getValue(): TruthSpec {
    return this._spec;
  }

  protected render(): React.JSX.Element {
    const { _trans: trans } = this;
    const field = (
      name: 'path' | 'id' | 'column',
      label: string,
      hint: string
    ): React.JSX.Element => (
      <label>
        {label}
        <input
          type="text"
          required
          placeholder={hint}
          defaultValue={this._spec[name]}
          onChange={({ target }) => {
            this._spec = { ...this._spec, [name]: target.value };
          }}
        />
      </label>
    );
    return (
      <>
        <p>
          {trans.__(
            'A Parquet, CSV or Arrow file with the ids of the requests (as in X-Request-Id) and what was right.'
          )}
        </p>
        {field('path', trans.__('File'), 'data/outcomes.csv')}
        {field('id', trans.__('Column with the ids'), 'id')}
        {field('column', trans.__('Column with what was right'), 'truth')}
      </>
    );
  }

  private _spec: TruthSpec = { path: '', id: 'id', column: 'truth' };
}
