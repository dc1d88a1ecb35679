import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { WrangleModel } from './model';

export type Check = 'off' | 'warn' | 'fail';

/** Where the whole result is to be written, and what the rules may do about it. */
export interface IRunChoice {
  path: string;
  /** The name of the table, for endings that hold several. */
  table: string | null;
  check: Check;
  /** Whether a job is to do it. */
  asJob: boolean;
}

const HOLDS_TABLES = /\.(sqlite3?|db|duckdb)$/i;

/** Ask where to write the whole result; null if nobody wants it. */
export async function askRun(
  model: WrangleModel,
  suggested: string,
  trans: TranslationBundle
): Promise<IRunChoice | null> {
  const body = new RunForm(model, suggested, trans);
  const buttons = [
    Dialog.cancelButton(),
    ...(model.opening.can('out.job')
      ? [Dialog.createButton({ label: trans.__('Run as job'), actions: ['job'], accept: true })]
      : []),
    Dialog.okButton({ label: trans.__('Run') })
  ];
  const dialog = new Dialog<IRunChoice | null>({
    title: trans.__('Run on all rows'),
    body,
    buttons,
    focusNodeSelector: 'input'
  });
  const { button, value } = await dialog.launch();
  const path = value?.path.trim();
  return button.accept && value && path
    ? { ...value, path, asJob: button.actions.includes('job') }
    : null;
}

class RunForm extends ReactWidget implements Dialog.IBodyWidget<IRunChoice | null> {
  constructor(
    private readonly _model: WrangleModel,
    path: string,
    private readonly _trans: TranslationBundle
  ) {
    super();
    const rules = this._checks;
    this.choice = { path, table: null, check: rules ? 'fail' : 'off', asJob: false };
  }

  choice: IRunChoice;

  getValue(): IRunChoice | null {
    const { path, table } = this.choice;
    return { ...this.choice, table: HOLDS_TABLES.test(path) ? (table ?? 'result') : null };
  }

  protected override render(): React.JSX.Element {
    return <Fields form={this} hasRules={this._checks} trans={this._trans} />;
  }

  private get _checks(): boolean {
    return this._model.opening.can('out.job') && this._model.tools.rules.items.length > 0;
  }
}

interface IFieldsProps {
  form: RunForm;
  hasRules: boolean;
  trans: TranslationBundle;
}

function Fields({ form, hasRules, trans }: IFieldsProps): React.JSX.Element {
  const [choice, setChoice] = React.useState(form.choice);
  const set = (part: Partial<IRunChoice>): void => {
    form.choice = { ...form.choice, ...part };
    setChoice(form.choice);
  };
  return (
    <div className="jp-mlstudio-Form jp-mlstudio-Database">
      <label className="jp-mlstudio-Form-field">
        <span>{trans.__('Path from the project folder')}</span>
        <input value={choice.path} onChange={event => set({ path: event.target.value })} />
        <small>
          {trans.__(
            'The ending says what is written: .parquet .csv .arrow .ndjson .xlsx .sqlite .duckdb'
          )}
        </small>
      </label>
      {HOLDS_TABLES.test(choice.path) ? (
        <label className="jp-mlstudio-Form-field">
          <span>{trans.__('Name of the table in it')}</span>
          <input
            value={choice.table ?? ''}
            placeholder="result"
            onChange={event => set({ table: event.target.value.trim() || null })}
          />
        </label>
      ) : null}
      {hasRules ? (
        <label className="jp-mlstudio-Form-field">
          <span>{trans.__('If a rule is broken')}</span>
          <select
            value={choice.check}
            onChange={event => set({ check: event.target.value as Check })}
          >
            <option value="fail">{trans.__('Write nothing, and say which rows')}</option>
            <option value="warn">{trans.__('Write, and say so')}</option>
            <option value="off">{trans.__('Do not check')}</option>
          </select>
        </label>
      ) : null}
    </div>
  );
}
