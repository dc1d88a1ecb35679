import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';

/** Put a program into a notebook after its active cell; an empty active cell is filled. */
export function insertCell(panel: NotebookPanel, source: string): void {
  const { content } = panel;
  const cells = panel.model?.sharedModel;
  if (!cells) {
    return;
  }
  const at = content.activeCellIndex;
  const active = cells.cells[at];
  if (active?.cell_type === 'code' && active.getSource().trim() === '') {
    active.setSource(source);
  } else {
    cells.insertCell(at + 1, { cell_type: 'code', source, metadata: {} });
    content.activeCellIndex = at + 1;
  }
  content.deselectAll();
  void content.scrollToItem(content.activeCellIndex, 'smart');
}

/** Find the notebook that a program goes into: the given one, the current one, or a new one. */
export async function notebookFor(
  wanted: NotebookPanel | null,
  tracker: INotebookTracker,
  commands: CommandRegistry
): Promise<NotebookPanel | null> {
  const open = wanted && !wanted.isDisposed ? wanted : tracker.currentWidget;
  if (open) {
    return open;
  }
  // The command answers the notebook that it made.
  const made = (await commands.execute('notebook:create-new', { kernelName: 'python3' })) as
    NotebookPanel | undefined;
  await made?.revealed;
  await made?.context.ready;
  return made ?? null;
}
