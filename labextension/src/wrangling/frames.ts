import type { ISessionContext } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';
import { connect, SessionError, type ISession } from './transport';

export type Frame = Schemas['Frame'];

/** The DataFrames of one notebook's kernel; looks again after each cell that ran. */
export class NotebookFrames {
  constructor(readonly panel: NotebookPanel) {
    const { sessionContext } = panel;
    sessionContext.kernelChanged.connect(() => this._begin());
    sessionContext.iopubMessage.connect(this._hear, this);
    panel.disposed.connect(() => this._end());
    this._begin();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get items(): readonly Frame[] {
    return this._items;
  }

  /** Why there are none, if they could not be asked for. */
  get problem(): SessionError | null {
    return this._problem;
  }

  /** Whether the kernel cannot be asked because the studio is not installed in its environment. */
  get lacksPackage(): boolean {
    return this._problem?.reason === 'not_installed';
  }

  get sessionContext(): ISessionContext {
    return this.panel.sessionContext;
  }

  /** Ask the kernel again. */
  async refresh(): Promise<void> {
    try {
      const session = await this._connected();
      const { result } = await session.ask<Schemas['FrameList']>('frames');
      this._settle(result.items, null);
    } catch (error) {
      this._settle(
        [],
        error instanceof SessionError ? error : new SessionError(String(error), 'failed')
      );
    }
  }

  private async _connected(): Promise<ISession> {
    const kernel = this.sessionContext.session?.kernel;
    if (!kernel) {
      throw new SessionError('The notebook has no kernel.', 'no_kernel');
    }
    if (!this._session || this._session.isDisposed) {
      this._session = await connect(kernel);
      this._session.lost.connect(() => this._settle([], null));
    }
    return this._session;
  }

  private _begin(): void {
    this._session?.dispose();
    this._session = null;
    this._settle([], null);
    if (this.sessionContext.session?.kernel) {
      void this.refresh();
    }
  }

  // Sessions make no `execute_input`, so that asking for the frames does not lead to asking again.
  private _hear(_: ISessionContext, message: KernelMessage.IMessage): void {
    const parent = 'msg_id' in message.parent_header ? message.parent_header.msg_id : '';
    if (message.header.msg_type === 'execute_input') {
      this._running.add(parent);
    } else if (message.header.msg_type === 'status') {
      const { execution_state: state } = (message as KernelMessage.IStatusMsg).content;
      if (state === 'idle' && this._running.delete(parent)) {
        clearTimeout(this._timer);
        this._timer = setTimeout(() => void this.refresh(), QUIET);
      }
    }
  }

  private _settle(items: readonly Frame[], problem: SessionError | null): void {
    this._items = items;
    this._problem = problem;
    this._changed.emit();
  }

  private _end(): void {
    clearTimeout(this._timer);
    this._session?.dispose();
    Signal.clearData(this);
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _running = new Set<string>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _session: ISession | null = null;
  private _items: readonly Frame[] = [];
  private _problem: SessionError | null = null;
}

const QUIET = 150;

/** The DataFrames of all open notebooks, and which notebook is the current one. */
export class Notebooks {
  constructor(readonly tracker: INotebookTracker) {
    tracker.forEach(panel => this._follow(panel));
    tracker.widgetAdded.connect((_, panel) => this._follow(panel));
    tracker.currentChanged.connect(() => this._changed.emit());
  }

  /** The current notebook, or its DataFrames, changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The DataFrames of the notebook that was used last. */
  get current(): NotebookFrames | null {
    const panel = this.tracker.currentWidget;
    return panel ? (this._frames.get(panel) ?? null) : null;
  }

  /** Find the DataFrames of a notebook by the id of its kernel, or by its path. */
  find(matches: (frames: NotebookFrames) => boolean): NotebookFrames | null {
    const panel = this.tracker.find(candidate => {
      const frames = this._frames.get(candidate);
      return frames !== undefined && matches(frames);
    });
    return panel ? (this._frames.get(panel) ?? null) : null;
  }

  private _follow(panel: NotebookPanel): void {
    const frames = new NotebookFrames(panel);
    frames.changed.connect(() => this._changed.emit());
    this._frames.set(panel, frames);
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _frames = new WeakMap<NotebookPanel, NotebookFrames>();
}

/** Say what to do about a kernel in whose environment the studio is not installed. */
export function installHint(trans: TranslationBundle): string {
  return trans.__(
    'The kernel lacks jupyter-mlstudio: run %pip install jupyter-mlstudio and restart it'
  );
}
