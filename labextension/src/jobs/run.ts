import type { JupyterFrontEnd } from '@jupyterlab/application';
import { FileDialog, type IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Api, Schemas } from '../api';
import type { Desk } from './desk';
import { RunForm } from './form';
import { FormModel, type Draft, type When } from './form-model';
import type { IKernelChoice } from './form-more';
import { FormPreview } from './form-preview';
import type { Schedule } from './form-schedule';
import { RunDialog, type Made } from './run-dialog';

/** What is needed to ask for a notebook and run it. */
export interface IRunContext {
  readonly app: JupyterFrontEnd;
  readonly api: Api;
  readonly desk: Desk;
  readonly trans: TranslationBundle;
  readonly notebooks: INotebookTracker | null;
  readonly browsers: IFileBrowserFactory | null;
}

/** Ask how a notebook is to be run, and do so; answers what was made, or null if nobody wants it. */
export async function askAndRun(
  context: IRunContext,
  draft: Draft,
  when: When = 'now',
  edited: Schedule | null = null
): Promise<Made | null> {
  const notebook = draft.notebook ?? (await chooseNotebook(context));
  if (notebook === null) {
    return null;
  }
  await saveIfOpen(context, notebook);
  const { api, trans, desk } = context;
  const form = new FormModel(api, trans, { ...draft, notebook }, when, edited);
  const preview = new FormPreview(api, form);
  const [executors] = await Promise.all([executorsOf(api), form.load()]);
  const choose = context.browsers ? () => chooseAndSave(context) : null;
  const body = new RunForm(form, preview, trans, { kernels: kernels(context), executors }, choose);
  const dialog = new RunDialog(form, desk, trans, body);
  await dialog.launch();
  preview.dispose();
  form.dispose();
  return dialog.made;
}

/** Where jobs can run; nothing where that cannot be found out, since a job can run without the choice. */
async function executorsOf(api: Api): Promise<readonly Schemas['ExecutorStatus'][]> {
  try {
    return (await api.GET('/jobs/executors')).data?.items ?? [];
  } catch {
    return [];
  }
}

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
