import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Api, Schemas } from '../api';
import { Failure, messageOf } from '../ui';
import { FormModel } from './form-model';
import { FormPreview } from './form-preview';
import type { Schedule, ScheduleSpec } from './form-schedule';
import type { Parameter } from './form-values';
import { ScheduleFields } from './form-when';
import type { WorkflowDesk } from './workflow-desk';
import type { IPlaces } from './workflow-places';
import { ParameterFields, type Declared, type Values } from './workflow-run-form';

const OPEN_SCHEDULE = 'mlstudio:jobs-open-schedule';

/** Ask when a workflow is to be run again and again, and keep that. */
export async function scheduleWorkflow(
  { api, app, trans }: IPlaces & { readonly api: Api },
  desk: WorkflowDesk
): Promise<void> {
  await desk.saved();
  const { text, workflow } = desk.model;
  const form = new WorkflowScheduleModel(api, trans, text.path, workflow.parameters ?? {});
  const preview = new FormPreview(api, form);
  const made = await asked(form, preview, trans);
  preview.dispose();
  form.dispose();
  if (made) {
    const open = (): void => void app.commands.execute(OPEN_SCHEDULE, { schedule_id: made.id });
    Notification.success(trans.__('Scheduled: %1', made.words), {
      autoClose: 8000,
      actions: [{ label: trans.__('Open'), callback: open }]
    });
  }
}

/** Show the dialog until what it says is taken, or nobody wants it any more. */
async function asked(
  form: WorkflowScheduleModel,
  preview: FormPreview,
  trans: TranslationBundle
): Promise<Schedule | null> {
  for (;;) {
    const { button } = await showDialog({
      title: trans.__('Schedule the Workflow'),
      body: new ScheduleForm(form, preview, trans),
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Schedule') })],
      focusNodeSelector: '.jp-mlstudio-RunForm-fields input, .jp-mlstudio-RunForm-fields select'
    });
    if (!button.accept) {
      return null;
    }
    try {
      return await form.save();
    } catch (error) {
      form.failure = messageOf(error);
    }
  }
}

/** What is filled in before a workflow runs on a schedule. */
class WorkflowScheduleModel extends FormModel {
  constructor(
    private readonly _server: Api,
    trans: TranslationBundle,
    readonly path: string,
    readonly asks: Declared
  ) {
    super(_server, trans, {}, 'schedule');
  }

  /** Values by parameter; those that are not given are the workflow's own at that time. */
  values: Values = {};

  override get declared(): Schemas['NotebookParameters'] {
    return { ...NOTHING, items: Object.entries(this.asks).map(declaredOf) };
  }

  override get parameters(): readonly Parameter[] {
    return this.declared.items;
  }

  override get scheduleSpec(): ScheduleSpec {
    return {
      ...this.schedule.spec({ notebook: '' }, null),
      job: null,
      workflow: { path: this.path, parameters: this.values }
    };
  }

  /** Keep the schedule. */
  async save(): Promise<Schedule> {
    if (this.whenProblem !== null) {
      throw new Error(this.whenProblem);
    }
    const { data } = await this._server.POST('/jobs/schedules', { body: this.scheduleSpec });
    return data as Schedule;
  }
}

class ScheduleForm extends VDomRenderer<WorkflowScheduleModel> {
  constructor(
    model: WorkflowScheduleModel,
    private readonly _preview: FormPreview,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunForm');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    return (
      <>
        <div className="jp-mlstudio-RunForm-notebook">
          <span title={model.path}>{model.path}</span>
        </div>
        {model.failure === null ? null : <Failure message={model.failure} />}
        <ScheduleFields model={model} preview={this._preview} trans={trans} />
        <ParameterFields
          declared={model.asks}
          values={model.values}
          onChange={values => {
            model.values = values;
            model.stateChanged.emit();
          }}
          trans={trans}
        />
      </>
    );
  }
}

const NOTHING = { kernel: null, language: '', notebook: '', tagged: true, typed: true };

function declaredOf([name, { type, help }]: [string, Declared[string]]): Parameter {
  const rest = { default: null, default_code: '', literal: false, nullable: true, choices: null };
  return { ...rest, name, type: type ?? 'any', help: help ?? '' };
}
