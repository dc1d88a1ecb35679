import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import { isUnfinished, type Job, type JobsModel } from './model';

const PAUSE = 1000;

/** Keeps open results of running jobs as new as their files, where they stand, unless somebody edits them. */
export class Followers {
  constructor(
    private readonly _notebooks: INotebookTracker,
    private readonly _contents: Contents.IManager,
    private readonly _jobs: JobsModel
  ) {
    _jobs.stateChanged.connect(this._look, this);
    _notebooks.widgetAdded.connect(this._look, this);
  }

  private _look(): void {
    this._notebooks.forEach(panel => {
      const path = this._contents.localPath(panel.context.path);
      const job = this._jobs.jobs.find(({ output }) => output === path);
      if (job && (isUnfinished(job) || this._followed.get(panel) === job.id)) {
        this._follow(panel, job);
      }
    });
  }

  // One look at a time and panel; what changes meanwhile is seen by the next, which comes in any case.
  private _follow(panel: NotebookPanel, job: Job): void {
    this._followed.set(panel, job.id);
    if (this._waiting.has(panel)) {
      this._again.add(panel);
      return;
    }
    this._waiting.add(panel);
    void this._renew(panel)
      .catch(() => undefined) // the file may be moved or gone: then there is nothing to follow
      .then(() => new Promise(resolve => setTimeout(resolve, PAUSE)))
      .then(() => {
        this._waiting.delete(panel);
        if (!isUnfinished(job)) {
          this._followed.delete(panel);
        }
        if (this._again.delete(panel) && !panel.isDisposed) {
          this._look();
        }
      });
  }

  private async _renew(panel: NotebookPanel): Promise<void> {
    const { context, content } = panel;
    await context.ready;
    const file = await this._contents.get(context.path, { content: false });
    const isNewer = file.last_modified !== context.contentsModel?.last_modified;
    const written = this._written.get(panel) ?? writtenIn(panel);
    this._written.set(panel, written);
    if (!isNewer || panel.isDisposed || writtenIn(panel) !== written) {
      return;
    }
    const { activeCellIndex } = content;
    const view = content.outerNode;
    const { scrollTop } = view;
    await context.revert();
    this._written.set(panel, writtenIn(panel));
    content.activeCellIndex = activeCellIndex;
    requestAnimationFrame(() => {
      view.scrollTop = scrollTop;
    });
  }

  private readonly _written = new WeakMap<NotebookPanel, string>();
  private readonly _followed = new Map<NotebookPanel, string>();
  private readonly _waiting = new Set<NotebookPanel>();
  private readonly _again = new Set<NotebookPanel>();
}

/**
 * What a person would have changed: code, order, what was run. A kernel that starts for the notebook changes its metadata;
 * that alone is no edit.
 */
function writtenIn({ content }: NotebookPanel): string {
  const cells = [...(content.model?.cells ?? [])];
  return JSON.stringify(
    cells.map(({ type, sharedModel }) => [
      type,
      sharedModel.source,
      'execution_count' in sharedModel ? sharedModel.execution_count : null
    ])
  );
}
