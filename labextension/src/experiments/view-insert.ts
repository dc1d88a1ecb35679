import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';

/** Put code below the active cell of a notebook, show it and run it. */
export async function insertAndRun(
  app: JupyterFrontEnd,
  panel: NotebookPanel,
  code: string
): Promise<void> {
  const notebook = panel.content;
  const shared = notebook.model?.sharedModel;
  if (!shared) {
    return;
  }
  const place = notebook.activeCellIndex + 1;
  shared.insertCell(place, { cell_type: 'code', source: code, metadata: {} });
  notebook.activeCellIndex = place;
  app.shell.activateById(panel.id);
  await app.commands.execute('notebook:run-cell');
}
