import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog } from '@jupyterlab/apputils';
import { FileDialog, type IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Api } from '../api';
import { messageOf } from '../ui';
import { RunForm, type IKernelChoice } from './form';
import { FormModel, type Draft } from './form-model';
import type { Job, JobsModel } from './model';

/** What is needed to ask for a notebook and run it. */
export interface IRunContext {
  readonly app: JupyterFrontEnd;
  readonly api: Api;
  readonly model: JobsModel;
  readonly trans: TranslationBundle;
  readonly notebooks: INotebookTracker | null;
  readonly browsers: IFileBrowserFactory | null;
}

/** Ask how a notebook is to be run, and queue it; answers the job, or null if nobody wants it. */
export async function askAndRun(context: IRunContext, draft: Draft): Promise<Job | null> {
  const notebook = draft.notebook ?? (await chooseNotebook(context));
  if (notebook === null) {
    return null;
  }
  await saveIfOpen(context, notebook);
  const { api, trans, model } = context;
  const form = new FormModel(api, trans, { ...draft, notebook });
  const choose = context.browsers ? () => chooseAndSave(context) : null;
  const body = new RunForm(form, trans, kernels(context), choose);
  const dialog = new RunDialog(form, spec => model.submit(spec), {
    title: trans.__('Run Notebook as Job'),
    body,
    focusNodeSelector: '.jp-mlstudio-RunForm-fields input, .jp-mlstudio-RunForm-fields select',
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Run'), ariaLabel: trans.__('Run the notebook as a job') })
    ]
  });
  dialog.addClass('jp-mlstudio-RunDialog');
  await form.load();
  await dialog.launch();
  form.dispose();
  return dialog.job;
}

/** A dialog that closes only when the job has been taken; what is wrong is said in it. */
class RunDialog extends Dialog<unknown> {
  constructor(
    private readonly _form: FormModel,
    private readonly _submit: (spec: FormModel['spec']) => Promise<Job>,
    options: Partial<Dialog.IOptions<unknown>>
  ) {
    super(options);
    _form.stateChanged.connect(() => this._show());
    this._show();
  }

  job: Job | null = null;

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
      this.job = await this._submit(this._form.spec);
      super.resolve(RUN);
    } catch (error) {
      this._form.failure = messageOf(error);
    } finally {
      this._busy = false;
      this._show();
    }
  }

  private _show(): void {
    const button = this.node.querySelector<HTMLButtonElement>('.jp-mod-accept');
    if (button) {
      button.disabled = !this._form.isValid || this._busy;
    }
  }

  private _busy = false;
}

const RUN = 1; // the place of the accepting button

/** Return the notebook in front, as a path from the project folder. */
export function currentNotebook({ app, notebooks }: IRunContext): string | null {
  const panel = notebooks?.currentWidget;
  const isInFront = panel && app.shell.currentWidget === panel;
  return isInFront ? app.serviceManager.contents.localPath(panel.context.path) : null;
}

/** Return the notebook that is selected in the file browser. */
export function selectedNotebook({ app, browsers }: IRunContext): string | null {
  const items = [...(browsers?.tracker.currentWidget?.selectedItems() ?? [])];
  const found = items.find(({ type }) => type === 'notebook');
  return found ? app.serviceManager.contents.localPath(found.path) : null;
}

async function chooseNotebook({ app, browsers, trans }: IRunContext): Promise<string | null> {
  const manager = browsers?.tracker.currentWidget?.model.manager;
  if (!manager) {
    return null;
  }
  const { value } = await FileDialog.getOpenFiles({
    manager,
    title: trans.__('Choose a Notebook'),
    filter: ({ type }) => (type === 'notebook' ? {} : null)
  });
  const path = value?.find(({ type }) => type === 'notebook')?.path;
  return path === undefined ? null : app.serviceManager.contents.localPath(path);
}

async function chooseAndSave(context: IRunContext): Promise<string | null> {
  const path = await chooseNotebook(context);
  if (path !== null) {
    await saveIfOpen(context, path);
  }
  return path;
}

/** The job runs what is on disk: save what is open first, through its own document. */
async function saveIfOpen({ app, notebooks }: IRunContext, path: string): Promise<void> {
  const { contents } = app.serviceManager;
  const panel = notebooks?.find(({ context }) => contents.localPath(context.path) === path);
  if (panel?.context.model.dirty) {
    await panel.context.save();
  }
}

function kernels({ app }: IRunContext): IKernelChoice[] {
  const specs = Object.values(app.serviceManager.kernelspecs.specs?.kernelspecs ?? {});
  return specs.flatMap(spec => (spec ? [{ name: spec.name, label: spec.display_name }] : []));
}
