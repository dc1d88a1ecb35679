import type { Job, JobsModel } from './model';
import { isUnfinished } from './model';
import type { Sweep, SweepsModel } from './sweeps';

/** What a browser keeps between page loads. */
export type Memory = Pick<Storage, 'getItem' | 'setItem'>;

/** Who is told. */
export interface IListeners {
  /** A job that was started in this tab has ended. */
  ended: (job: Job) => void;
  /** Jobs that nobody started by hand have failed. */
  failed: (jobs: readonly Job[]) => void;
  /** A sweep that was started in this tab has ended. */
  swept: (sweep: Sweep) => void;
}

/**
 * Finds out what the person at the screen should hear about, once: what was started in this tab is remembered by the tab,
 * up to when failures were told is remembered by the browser.
 */
export class Notices {
  constructor(
    private readonly _jobs: JobsModel,
    private readonly _sweeps: SweepsModel,
    private readonly _tab: Memory,
    private readonly _browser: Memory,
    private readonly _listeners: IListeners
  ) {
    this._mine = new Set(JSON.parse(_tab.getItem(MINE) ?? '[]') as string[]);
    if (_browser.getItem(TOLD) === null) {
      _browser.setItem(TOLD, new Date().toISOString());
    }
    _jobs.stateChanged.connect(this._lookAtJobs, this);
    _sweeps.stateChanged.connect(this._lookAtSweeps, this);
  }

  dispose(): void {
    this._jobs.stateChanged.disconnect(this._lookAtJobs, this);
    this._sweeps.stateChanged.disconnect(this._lookAtSweeps, this);
  }

  /** Remember what was started here. */
  started(id: string): void {
    this._mine.add(id);
    this._remember();
    this._lookAtJobs();
    this._lookAtSweeps();
  }

  private _lookAtJobs(): void {
    for (const job of this._jobs.jobs) {
      if (!isUnfinished(job) && this._forget(job.id)) {
        this._listeners.ended(job);
      }
    }
    this._lookAtFailures();
  }

  private _lookAtSweeps(): void {
    for (const sweep of this._sweeps.items) {
      if (sweep.ended_at !== null && this._forget(sweep.id)) {
        this._listeners.swept(sweep);
      }
    }
  }

  private _lookAtFailures(): void {
    const told = Date.parse(this._browser.getItem(TOLD) ?? '');
    const failed = this._jobs.jobs.filter(
      ({ state, owner, ended_at }) =>
        state === 'failed' &&
        (owner?.kind === 'schedule' || owner?.kind === 'workflow') &&
        Date.parse(ended_at ?? '') > told
    );
    if (failed.length > 0) {
      const last = Math.max(...failed.map(({ ended_at }) => Date.parse(ended_at ?? '')));
      this._browser.setItem(TOLD, new Date(last).toISOString());
      this._listeners.failed(failed);
    }
  }

  private _forget(id: string): boolean {
    const was = this._mine.delete(id);
    if (was) {
      this._remember();
    }
    return was;
  }

  private _remember(): void {
    this._tab.setItem(MINE, JSON.stringify([...this._mine]));
  }

  private readonly _mine: Set<string>;
}

const MINE = 'jupyter-mlstudio:jobs-mine';
const TOLD = 'jupyter-mlstudio:jobs-told';
