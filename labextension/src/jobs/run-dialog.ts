import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { messageOf } from '../ui';
import type { Desk } from './desk';
import type { FormModel } from './form-model';
import type { Schedule } from './form-schedule';
import type { Job } from './model';
import type { Sweep } from './sweeps';

/** What came of the form. */
export type Made =
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'schedule'; readonly schedule: Schedule }
  | { readonly kind: 'sweep'; readonly sweep: Sweep };

const RUN = 1; // the place of the accepting button

/** A dialog that closes only when what was asked for has been taken; what is wrong is said in it. */
export class RunDialog extends Dialog<unknown> {
  constructor(
    private readonly _form: FormModel,
    private readonly _desk: Desk,
    private readonly _trans: TranslationBundle,
    body: Widget
  ) {
    super({
      title: titleOf(_form, _trans),
      body: body as Widget & Dialog.IBodyWidget<unknown>,
      focusNodeSelector: '.jp-mlstudio-RunForm-fields input, .jp-mlstudio-RunForm-fields select',
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: _trans.__('Run') })]
    });
    this.addClass('jp-mlstudio-RunDialog');
    _form.stateChanged.connect(() => this._show());
    this._show();
  }

  made: Made | null = null;

  override resolve(index = RUN): void {
    if (index !== RUN) {
      super.resolve(index);
    } else if (this._form.isValid && !this._busy) {
      void this._run();
    }
  }

  private async _run(): Promise<void> {
    this._busy = true;
    this._show();
    try {
      this.made = await this._make();
      super.resolve(RUN);
    } catch (error) {
      this._form.failure = messageOf(error);
    } finally {
      this._busy = false;
      this._show();
    }
  }

  private async _make(): Promise<Made> {
    const { when, spec, scheduleSpec, sweepSpec, edited } = this._form;
    const { jobs, schedules, sweeps } = this._desk;
    switch (when) {
      case 'schedule':
        return {
          kind: 'schedule',
          schedule: await schedules.save(scheduleSpec, edited?.id ?? null)
        };
      case 'sweep':
        return { kind: 'sweep', sweep: await sweeps.start(sweepSpec) };
      default:
        return { kind: 'job', job: await jobs.submit(spec) };
    }
  }

  private _show(): void {
    const button = this.node.querySelector<HTMLButtonElement>('.jp-mod-accept');
    if (!button) {
      return;
    }
    const [label, full] = wordsOf(this._form, this._trans);
    const header = this.node.querySelector('.jp-Dialog-header');
    if (header?.firstChild?.nodeType === Node.TEXT_NODE) {
      header.firstChild.textContent = titleOf(this._form, this._trans);
    }
    button.disabled = !this._form.isValid || this._busy;
    button.setAttribute('aria-label', full);
    const shown = button.querySelector('.jp-Dialog-buttonLabel');
    if (shown && shown.textContent !== label) {
      shown.textContent = label;
    }
  }

  private _busy = false;
}

function titleOf({ when, edited }: FormModel, trans: TranslationBundle): string {
  if (edited) {
    return trans.__('Change the Schedule');
  }
  return {
    now: trans.__('Run Notebook as Job'),
    schedule: trans.__('Schedule Notebook'),
    sweep: trans.__('Start Sweep of Notebook')
  }[when];
}

/** What the accepting button says, and its name for screen readers. */
function wordsOf({ when, edited }: FormModel, trans: TranslationBundle): [string, string] {
  if (edited) {
    return [trans.__('Save'), trans.__('Save the schedule')];
  }
  return {
    now: [trans.__('Run'), trans.__('Run the notebook as a job')] as [string, string],
    schedule: [trans.__('Schedule'), trans.__('Schedule the notebook')] as [string, string],
    sweep: [trans.__('Start'), trans.__('Start the sweep')] as [string, string]
  }[when];
}
