import { VDomModel } from '@jupyterlab/ui-components';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

export type Job = Schemas['Job'];
export type JobSpec = Schemas['JobSpec'];

const LISTED = 200;

/** The states by which the list is filtered. */
export type Filter = 'all' | 'running' | 'succeeded' | 'failed' | 'stopped';

/** The jobs that the panel shows, and what can be done with them. */
export class JobsModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
  }

  get jobs(): readonly Job[] {
    return this._jobs;
  }

  /** How many jobs are kept; more than are listed, if there are very many. */
  get total(): number {
    return this._total;
  }

  /** Why the list could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether the list was asked for and has come. */
  get loaded(): boolean {
    return this._loaded;
  }

  /** The listed jobs that run or wait to run. */
  get unfinished(): readonly Job[] {
    return this._jobs.filter(isUnfinished);
  }

  /** How many jobs run or wait, listed or not. */
  get unfinishedCount(): number {
    return this._unfinishedCount;
  }

  /** Tells of a job that was submitted here and has ended. */
  get ended(): ISignal<this, Job> {
    return this._ended;
  }

  get search(): string {
    return this._search;
  }

  set search(search: string) {
    this._search = search;
    this.stateChanged.emit();
  }

  get filter(): Filter {
    return this._filter;
  }

  set filter(filter: Filter) {
    this._filter = filter;
    this.stateChanged.emit();
  }

  /** The jobs that pass the search and the filter. */
  get shown(): readonly Job[] {
    const wanted = this._search.trim().toLowerCase();
    return this._jobs.filter(
      job =>
        passes(job, this._filter) &&
        `${job.name} ${job.spec.notebook}`.toLowerCase().includes(wanted)
    );
  }

  /** Ask for the list; calls while an answer is on its way are answered by one more question. */
  async refresh(): Promise<void> {
    this._again = true;
    this._asking ??= this._ask().finally(() => {
      this._asking = null;
    });
    return this._asking;
  }

  /** Queue a notebook. */
  async submit(spec: JobSpec): Promise<Job> {
    const { data } = await this._api.POST('/jobs', { body: spec });
    const job = data as Job;
    this._mine.add(job.id);
    await this.refresh();
    return job;
  }

  /** Stop a job; the list shows at once that it was asked to. */
  async stop(id: string): Promise<void> {
    const { data } = await this._api.POST('/jobs/{id}/stop', { params: { path: { id } } });
    this._put(data as Job);
  }

  /** Forget a job that has ended, with its result and log if `files` is true. */
  async remove(id: string, files: boolean): Promise<void> {
    await this._api.DELETE('/jobs/{id}', { params: { path: { id }, query: { files } } });
    await this.refresh();
  }

  private async _ask(): Promise<void> {
    while (this._again) {
      this._again = false;
      try {
        const { data } = await this._api.GET('/jobs', { params: { query: { limit: LISTED } } });
        this._jobs = data?.items ?? [];
        this._total = data?.total ?? 0;
        this._unfinishedCount = data?.unfinished ?? 0;
        this._failure = null;
        this._loaded = true;
      } catch (error) {
        this._failure = messageOf(error);
      }
      this.stateChanged.emit();
      this._tellEnded();
    }
  }

  private _put(job: Job): void {
    this._jobs = this._jobs.map(other => (other.id === job.id ? job : other));
    this.stateChanged.emit();
    this._tellEnded();
  }

  private _tellEnded(): void {
    for (const job of this._jobs) {
      if (!isUnfinished(job) && this._mine.delete(job.id)) {
        this._ended.emit(job);
      }
    }
  }

  private _jobs: readonly Job[] = [];
  private _total = 0;
  private _unfinishedCount = 0;
  private _failure: string | null = null;
  private _loaded = false;
  private _search = '';
  private _filter: Filter = 'all';
  private _again = false;
  private _asking: Promise<void> | null = null;
  private readonly _mine = new Set<string>();
  private readonly _ended = new Signal<this, Job>(this);
}

/** Tell whether a job runs or waits to run. */
export function isUnfinished(job: Job): boolean {
  return job.ended_at === null;
}

function passes(job: Job, filter: Filter): boolean {
  return filter === 'all' || (filter === 'running' ? isUnfinished(job) : job.state === filter);
}
