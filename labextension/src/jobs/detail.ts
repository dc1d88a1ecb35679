import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';
import { after, settled, turnOf, type ICell, type ITurn } from './cell';
import { isUnfinished, type Job } from './model';
import { Pace } from './pace';

type Run = Schemas['RunTable']['items'][number];

const LOG_LENGTH = 200_000;

/** One job as its view shows it: the record, its cells as they go, its log, the runs it made. */
export class JobModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    readonly id: string
  ) {
    super();
  }

  override dispose(): void {
    this._pace.dispose();
    super.dispose();
  }

  /** The record; null before it has come. */
  get job(): Job | null {
    return this._job;
  }

  /** Why it could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  get cells(): readonly ICell[] {
    return this._cells;
  }

  /** When it was tried again or went on from a cell, and why. */
  get turns(): readonly ITurn[] {
    return this._turns;
  }

  /** The end of the log, as far as it was asked for. */
  get log(): string {
    return this._log;
  }

  /** Whether the log is asked for too. */
  get readsLog(): boolean {
    return this._readsLog;
  }

  set readsLog(reads: boolean) {
    this._readsLog = reads;
    if (reads) {
      void this.refresh();
    }
  }

  /** The MLflow runs that the job made. */
  get runs(): readonly Run[] {
    return this._runs;
  }

  /** The cell whose output is shown: the one chosen, else the one that runs or failed, else the last that printed. */
  get selected(): ICell | null {
    const chosen = this._cells.find(({ number }) => number === this._chosen);
    const busy = this._cells.find(({ state }) => state === 'running' || state === 'failed');
    return chosen ?? busy ?? [...this._cells].reverse().find(({ output }) => output !== '') ?? null;
  }

  /** Show the output of a cell; null to follow the one that runs. */
  select(number: number | null): void {
    this._chosen = number;
    this.stateChanged.emit();
  }

  /** Ask for everything that is new; what is asked while an answer is on its way is asked once. */
  async refresh(): Promise<void> {
    return this._pace.ask();
  }

  /** Take a record that an action has answered. */
  take(job: Job): void {
    this._job = job;
    this.stateChanged.emit();
  }

  /** Ask which runs the job has made. */
  async refreshRuns(): Promise<void> {
    try {
      const { data } = await this._api.GET('/experiments/runs', {
        params: { query: { job: this.id } }
      });
      this._runs = data?.items ?? [];
    } catch {
      this._runs = []; // a tracking store that does not answer is no reason not to show the job
    }
    this.stateChanged.emit();
  }

  private async _ask(): Promise<void> {
    try {
      await this._news();
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private async _news(): Promise<void> {
    const reads = this._readsLog || this._logRead !== null;
    const [job] = await Promise.all([this._newEvents(), reads ? this._newLog() : null]);
    this._job = job;
    if (job && !isUnfinished(job)) {
      this._cells = this._cells.map(cell => settled(cell, job));
    }
  }

  private async _newEvents(): Promise<Job | null> {
    let job: Job | null = null;
    for (let more = true; more;) {
      const params = { path: { id: this.id }, query: { since: this._seen } };
      const { data } = await this._api.GET('/jobs/{id}/events', { params });
      const items = data?.items ?? [];
      this._cells = items.reduce(after, this._cells);
      this._turns = [...this._turns, ...items.map(turnOf).filter(turn => turn !== null)];
      this._seen = data?.next ?? this._seen;
      job = data?.job ?? null;
      more = data?.more ?? false;
    }
    return job;
  }

  private async _newLog(): Promise<void> {
    const query = this._logRead === null ? {} : { since: this._logRead };
    const { data } = await this._api.GET('/jobs/{id}/log', {
      params: { path: { id: this.id }, query }
    });
    this._log = (this._log + (data?.text ?? '')).slice(-LOG_LENGTH);
    this._logRead = data?.next || null;
  }

  private _job: Job | null = null;
  private _failure: string | null = null;
  private _cells: readonly ICell[] = [];
  private _turns: readonly ITurn[] = [];
  private _log = '';
  private _logRead: number | null = null;
  private _readsLog = false;
  private _runs: readonly Run[] = [];
  private _seen = 0;
  private _chosen: number | null = null;
  private readonly _pace = new Pace(() => this._ask());
}
