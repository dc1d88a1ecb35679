import { VDomModel } from '@jupyterlab/ui-components';

import type { Api } from '../api';
import { messageOf } from '../ui';
import type { JobModel } from './detail';

/** The cell of a failed job that is edited before the job goes on from there. */
export class ResumeModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    private readonly _job: JobModel
  ) {
    super();
    _job.stateChanged.connect(this._look, this);
  }

  override dispose(): void {
    this._job.stateChanged.disconnect(this._look, this);
    super.dispose();
  }

  /** Until when the kernel stays; null if there is none. */
  get keptUntil(): number | null {
    const { job } = this._job;
    const until = job?.state === 'failed' && job.kept_until ? Date.parse(job.kept_until) : null;
    return until !== null && until > Date.now() ? until : null;
  }

  /** Number of the cell from which the job goes on. */
  get cell(): number | null {
    return this._job.job?.error?.cell ?? null;
  }

  /** The code as it is edited; null before it has come. */
  get code(): string | null {
    return this._code;
  }

  set code(code: string | null) {
    this._code = code;
    this.stateChanged.emit();
  }

  /** Language of the notebook. */
  get language(): string {
    return this._language;
  }

  /** Whether the code differs from what failed. */
  get isEdited(): boolean {
    return this._code !== this._failed;
  }

  /** Whether the edited cell is written into the notebook too. */
  get writes(): boolean {
    return this._writes;
  }

  set writes(writes: boolean) {
    this._writes = writes;
    this.stateChanged.emit();
  }

  /** Whether an answer is waited for. */
  get busy(): boolean {
    return this._busy;
  }

  /** Why it did not work; null if it did. */
  get failure(): string | null {
    return this._failure;
  }

  /** Read the code of the cell that failed. */
  async load(): Promise<void> {
    await this._try(async () => {
      const params = { path: { id: this._job.id } };
      const { data } = await this._api.GET('/jobs/{id}/source', { params });
      const found = data?.items.find(({ number }) => number === this.cell);
      this._failed = this._code = found?.source ?? '';
      this._language = data?.language || 'python';
    });
  }

  /** Go on from the cell: with its code as it is edited, or with the notebook file as it is now. */
  async resume(from: 'here' | 'notebook'): Promise<void> {
    const edited = this.isEdited && this.cell !== null ? { [this.cell]: this._code ?? '' } : {};
    await this._try(async () => {
      const { data } = await this._api.POST('/jobs/{id}/resume', {
        params: { path: { id: this._job.id } },
        body:
          from === 'here' ? { cells: edited, write: this._writes } : { cells: null, write: false }
      });
      if (data) {
        this._job.take(data);
      }
      await this._job.refresh();
    });
  }

  /** Let the kernel go now. */
  async release(): Promise<void> {
    await this._try(async () => {
      const { data } = await this._api.POST('/jobs/{id}/release', {
        params: { path: { id: this._job.id } }
      });
      if (data) {
        this._job.take(data);
      }
    });
  }

  private async _try(act: () => Promise<void>): Promise<void> {
    this._busy = true;
    this._failure = null;
    this.stateChanged.emit();
    try {
      await act();
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._busy = false;
    this.stateChanged.emit();
  }

  // Another failure has another cell: what was edited belongs to the one before.
  private _look(): void {
    const { job } = this._job;
    const failed = job && this.keptUntil !== null ? `${job.attempt} ${job.ended_at}` : null;
    if (failed !== this._seen) {
      this._seen = failed;
      this._code = null;
      this._failed = null;
      if (failed !== null && this.cell !== null) {
        void this.load();
      }
    }
  }

  private _code: string | null = null;
  private _failed: string | null = null;
  private _language = 'python';
  private _writes = false;
  private _busy = false;
  private _failure: string | null = null;
  private _seen: string | null = null;
}
