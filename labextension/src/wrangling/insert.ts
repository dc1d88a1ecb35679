import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';

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
