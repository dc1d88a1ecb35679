import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IStudio } from '../tokens';
import { modelsOfRuns } from './candidates';

/** Knows the newest model that the notebook in front has made. */
export class NotebookModels {
  constructor(
    private readonly _studio: IStudio,
    private readonly _notebooks: INotebookTracker,
    private readonly _trans: TranslationBundle
  ) {
    _notebooks.currentChanged.connect(() => void this.refresh());
    _studio.changed.connect((_, { kind }) => {
      if (kind === 'run' || kind === 'model') {
        void this.refresh();
      }
    });
  }

  /** Emitted when another model, or none, is the newest. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The run that logged the model; null if there is none. */
  get runId(): string | null {
    return this._runId;
  }

  /** Why there is nothing to deploy; null if there is something. */
  get reason(): string | null {
    if (this._runId !== null) {
      return null;
    }
    return this._trans.__(
      'Deploy: this notebook has logged no model yet. Log one with run.log_model(…) inside studio.track.'
    );
  }

  async refresh(): Promise<void> {
    const path = this._notebooks.currentWidget?.context.path;
    const runId = path === undefined ? null : await this._newest(path);
    if (path === this._notebooks.currentWidget?.context.path && runId !== this._runId) {
      this._runId = runId;
      this._changed.emit();
    }
  }

  private async _newest(path: string): Promise<string | null> {
    try {
      const { api } = this._studio;
      const [newest] = await modelsOfRuns(api, { search: path }, run => run.notebook === path);
      return newest?.source.run_id ?? null;
    } catch {
      return null; // the button then says that there is nothing; the panels say what is wrong
    }
  }

  private _runId: string | null = null;
  private readonly _changed = new Signal<this, void>(this);
}
