import { InputDialog } from '@jupyterlab/apputils';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Api } from '../api';
import { ENDING, FACTORY } from './workflow-documents';
import type { IPlaces } from './workflow-places';
import type { Template } from './workflow-types';

/** Make a new workflow's file from a template, and open it. */
export async function createWorkflow(
  context: IPlaces & { readonly api: Api },
  args: ReadonlyPartialJSONObject
): Promise<void> {
  const template = await chosen(context, args['template']);
  if (template === null) {
    return;
  }
  const { app, browser } = context;
  const { contents } = app.serviceManager;
  const cwd = typeof args['cwd'] === 'string' ? args['cwd'] : (browser?.model.path ?? '');
  const file = await contents.newUntitled({ path: cwd, type: 'file', ext: ENDING });
  await contents.save(file.path, { type: 'file', format: 'text', content: template.text });
  await app.commands.execute('docmanager:open', { path: file.path, factory: FACTORY });
}

async function chosen(
  { api, trans }: IPlaces & { readonly api: Api },
  name: unknown
): Promise<Template | null> {
  const { data } = await api.GET('/jobs/workflows/palette');
  const templates = data?.templates ?? [];
  const named = templates.find(template => template.name === name);
  if (named || templates.length < 2) {
    return named ?? templates[0] ?? null;
  }
  const label = ({ title, help }: Template): string => (help ? `${title} – ${help}` : title);
  const { value } = await InputDialog.getItem({
    title: trans.__('New Workflow'),
    label: trans.__('Begin with'),
    items: templates.map(label),
    okLabel: trans.__('Create')
  });
  return templates.find(template => label(template) === value) ?? null;
}
