import { Notification } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import { showSnippet } from './dialogs';
import { SNIPPET } from './words';

/** What can be done to begin a run. */
export interface ITracker {
  /** Puts the code into the notebook in front; null if there is none. */
  readonly insert: (() => void) | null;
  /** Shows the code, and puts it into the notebook if that is wanted. */
  track: () => Promise<void>;
  /** Emitted when there is another notebook in front, or none. */
  readonly changed: ISignal<object, void>;
}

/** Make what puts code into the notebook in front: through the shared model, so that others see it too. */
export function trackerOf(
  notebooks: INotebookTracker | null,
  activate: (id: string) => void,
  trans: TranslationBundle
): ITracker {
  const source = {};
  const changed = new Signal<object, void>(source);
  notebooks?.currentChanged.connect(() => changed.emit());
  const insert = (): void => {
    const panel = notebooks?.currentWidget;
    const notebook = panel?.content;
    const shared = notebook?.model?.sharedModel;
    if (notebook && shared) {
      const place = notebook.activeCellIndex + 1;
      shared.insertCell(place, { cell_type: 'code', source: SNIPPET, metadata: {} });
      notebook.activeCellIndex = place;
      activate(panel.id);
      Notification.success(
        trans.__('The code is below the active cell. Run it to see the run appear.'),
        {
          autoClose: 4000
        }
      );
    }
  };
  const tracker: ITracker = {
    get insert() {
      return notebooks?.currentWidget ? insert : null;
    },
    track: async () => {
      if (await showSnippet(tracker.insert !== null, trans)) {
        insert();
      }
    },
    changed
  };
  return tracker;
}

/** Tell which notebook is in front, as a path from the project folder, now and whenever that changes. */
export function followNotebook(
  notebooks: INotebookTracker,
  contents: Contents.IManager,
  tell: (path: string | null) => void
): void {
  let followed: NotebookPanel | null = null;
  const look = (): void => tell(followed ? localPath(followed, contents) : null);
  const follow = (): void => {
    followed?.context.pathChanged.disconnect(look);
    followed = notebooks.currentWidget;
    followed?.context.pathChanged.connect(look);
    look();
  };
  notebooks.currentChanged.connect(follow);
  follow();
}

/** The path of a notebook from the project folder, without the name of a drive. */
export function localPath({ context }: NotebookPanel, contents: Contents.IManager): string {
  return contents.localPath(context.path);
}
