import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Chips, Failure, Loading } from '../ui';
import type { FormModel, When } from './form-model';
import { More, type IChoices } from './form-more';
import { Parameters } from './form-parameters';
import type { FormPreview } from './form-preview';
import { SweepFields } from './form-sweep-fields';
import { ScheduleFields } from './form-when';

/** The form in the dialog that runs a notebook, now or on a schedule, once or as a sweep. */
export class RunForm extends VDomRenderer<FormModel> {
  constructor(
    model: FormModel,
    private readonly _preview: FormPreview,
    private readonly _trans: TranslationBundle,
    private readonly _choices: IChoices,
    private readonly _choose: (() => Promise<string | null>) | null
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunForm');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    const common = { model, trans };
    return (
      <>
        <div className="jp-mlstudio-RunForm-notebook">
          <span title={model.notebook}>{model.notebook}</span>
          {this._choose && !model.edited ? (
            <Button onClick={() => void this._change()}>{trans.__('Choose…')}</Button>
          ) : null}
        </div>
        {model.edited ? null : <Choice {...common} />}
        {model.failure !== null ? <Failure message={model.failure} /> : null}
        {model.declared === null && model.failure === null ? (
          <Loading label={trans.__('Reading the parameters')} rows={3} />
        ) : null}
        {model.declared ? (
          <>
            {model.when === 'schedule' ? (
              <ScheduleFields {...common} preview={this._preview} />
            ) : null}
            <Parameters {...common} />
            {model.when === 'sweep' ? <SweepFields {...common} preview={this._preview} /> : null}
            <More {...common} choices={this._choices} />
          </>
        ) : null}
      </>
    );
  }

  private async _change(): Promise<void> {
    const chosen = await this._choose?.();
    if (chosen) {
      this.model.notebook = chosen;
      await this.model.load();
    }
  }
}

interface IChoiceProps {
  model: FormModel;
  trans: TranslationBundle;
}

function Choice({ model, trans }: IChoiceProps): React.JSX.Element {
  return (
    <Chips<When>
      label={trans.__('When')}
      value={model.when}
      onChange={when => {
        model.when = when;
      }}
      options={[
        { value: 'now', label: trans.__('Now') },
        { value: 'schedule', label: trans.__('On a schedule') },
        { value: 'sweep', label: trans.__('As a sweep') }
      ]}
    />
  );
}
