import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

import type { Api } from '../api';
import type { WorkflowDesk } from './workflow-desk';
import { FACTORY } from './workflow-documents';
import { folderOf, inProject } from './workflow-paths';
import { chooseFile, type IPlaces } from './workflow-places';

type Context = IPlaces & { readonly api: Api };

/** Take over an Elyra pipeline, tell what could not be taken, and open what came of it. */
export async function importPipeline(
  context: Context,
  args: ReadonlyPartialJSONObject
): Promise<void> {
  const { api, app, trans } = context;
  const path =
    typeof args['path'] === 'string'
      ? args['path']
      : await chooseFile(context, '.pipeline', trans.__('Choose an Elyra Pipeline'));
  if (!path) {
    return;
  }
  const { data } = await api.POST('/jobs/workflows/import', { body: { path } });
  if (data) {
    await app.commands.execute('docmanager:open', { path: data.path, factory: FACTORY });
    await tellLeftOut(data.left_out, trans.__('Not everything could be taken over'), trans);
  }
}

/** Write the workflow in another format beside it, and tell what that format cannot say. */
export async function exportWorkflow(
  { api, app, trans }: Context,
  desk: WorkflowDesk,
  args: ReadonlyPartialJSONObject
): Promise<void> {
  const format = await formatOf(args['format'], trans);
  if (format === null) {
    return;
  }
  const { path } = desk.model.text;
  await desk.saved();
  const { data } = await api.POST('/jobs/workflows/export', { body: { path, format } });
  const { value } = await InputDialog.getText({
    title: trans.__('Export the Workflow'),
    label: trans.__('File to write'),
    text: inProject(folderOf(path), data?.filename ?? '')
  });
  if (!value) {
    return;
  }
  const { data: written } = await api.POST('/jobs/workflows/export', {
    body: { path, format, output: value }
  });
  await tellLeftOut(written?.left_out ?? [], trans.__('Not everything could be said'), trans);
  await app.commands.execute('docmanager:open', { path: value, factory: 'Editor' });
}

async function formatOf(
  wanted: unknown,
  trans: TranslationBundle
): Promise<'elyra' | 'airflow' | null> {
  if (wanted === 'elyra' || wanted === 'airflow') {
    return wanted;
  }
  const items = [trans.__('Elyra pipeline'), trans.__('Airflow DAG')];
  const title = trans.__('Export the Workflow');
  const { value } = await InputDialog.getItem({ title, label: trans.__('Format'), items });
  return value === null ? null : value === items[0] ? 'elyra' : 'airflow';
}

async function tellLeftOut(
  sentences: readonly string[],
  title: string,
  trans: TranslationBundle
): Promise<void> {
  if (sentences.length === 0) {
    return;
  }
  const list = document.createElement('ul');
  for (const sentence of sentences) {
    list.appendChild(document.createElement('li')).textContent = sentence;
  }
  const body = new Widget({ node: list });
  await showDialog({ title, body, buttons: [Dialog.okButton({ label: trans.__('Close') })] });
}
