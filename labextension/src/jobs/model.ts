import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed, Schemas } from '../api';
import { messageOf } from '../ui';
import { Pace } from './pace';

export type Job = Schemas['Job'];
export type JobSpec = Schemas['JobSpec'];
export type Capacity = Schemas['JobList']['capacity'];

const LISTED = 200;
const PAUSE = 700; // between two looks at the list; the view of a job looks more often
const FEW = 3;

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

  /** Whether there are older jobs than those listed. */
  get hasOlder(): boolean {
    return this._next !== null;
  }

  /** List older jobs too. */
  async loadOlder(): Promise<void> {
    const before = this._next;
    if (before === null || this._isLoadingOlder) {
      return;
    }
    this._isLoadingOlder = true;
    try {
      const { data } = await this._api.GET('/jobs', {
        params: { query: { limit: LISTED, before } }
      });
      this._jobs = [...this._jobs, ...without(data?.items ?? [], this._jobs)];
      this._next = data?.next ?? null;
      this._isLong = true;
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._isLoadingOlder = false;
    this.stateChanged.emit();
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

  /** What local jobs share, and how much of it is in use. */
  get capacity(): Capacity {
    return this._capacity;
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

  /** How many jobs begin before a waiting one, and itself; 0 if it does not wait. */
  placeOf(job: Job): number {
    const waiting = this._jobs.filter(({ state, not_before }) => state === 'queued' && !not_before);
    const order = [...waiting].sort(
      (a, b) =>
        (b.spec.priority ?? 0) - (a.spec.priority ?? 0) || a.created_at.localeCompare(b.created_at)
    );
    return order.findIndex(({ id }) => id === job.id) + 1;
  }

  /** Ask for the list; what is asked while an answer is on its way is asked once. */
  async refresh(): Promise<void> {
    this._whole = true;
    return this._pace.ask();
  }

  /** Take note of a change: of one job, only that job is asked for. */
  note({ id, change }: Changed): void {
    if (change === 'removed') {
      this._jobs = this._jobs.filter(job => job.id !== id);
    }
    this._touched.add(id);
    this._whole ||= change !== 'changed' || !this._jobs.some(job => job.id === id);
    void this._pace.ask();
  }

  /** Queue a notebook. */
  async submit(spec: JobSpec): Promise<Job> {
    const { data } = await this._api.POST('/jobs', { body: spec });
    const job = data as Job;
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

  override dispose(): void {
    this._pace.dispose();
    super.dispose();
  }

  private async _ask(): Promise<void> {
    const touched = [...this._touched];
    const whole = this._whole || touched.length > FEW;
    this._touched.clear();
    this._whole = false;
    try {
      await (whole ? this._askAll() : this._askFew(touched));
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this.stateChanged.emit();
  }

  private async _askAll(): Promise<void> {
    const { data } = await this._api.GET('/jobs', { params: { query: { limit: LISTED } } });
    const newest = data?.items ?? [];
    this._jobs = this._isLong ? [...newest, ...without(this._jobs, newest)] : newest;
    this._next = this._isLong ? this._next : (data?.next ?? null);
    this._total = data?.total ?? 0;
    this._unfinishedCount = data?.unfinished ?? 0;
    this._capacity = data?.capacity ?? {};
    this._loaded = true;
  }

  private async _askFew(ids: readonly string[]): Promise<void> {
    const asked = ids.map(id => this._api.GET('/jobs/{id}', { params: { path: { id } } }));
    const jobs = (await Promise.all(asked)).flatMap(({ data }) => (data ? [data] : []));
    const ended = jobs.some(
      job => !isUnfinished(job) && this.unfinished.some(({ id }) => id === job.id)
    );
    if (ended) {
      await this._askAll(); // the order and the counts are others now
    } else {
      jobs.forEach(job => this._put(job));
    }
  }

  private _put(job: Job): void {
    this._jobs = this._jobs.map(other => (other.id === job.id ? job : other));
    this.stateChanged.emit();
  }

  private _jobs: readonly Job[] = [];
  private _next: string | null = null;
  private _isLong = false; // older jobs than the first page are listed
  private _isLoadingOlder = false;
  private _total = 0;
  private _unfinishedCount = 0;
  private _capacity: Capacity = {};
  private _failure: string | null = null;
  private _loaded = false;
  private _search = '';
  private _filter: Filter = 'all';
  private _whole = false;
  private readonly _touched = new Set<string>();
  private readonly _pace = new Pace(() => this._ask(), PAUSE);
}

/** Tell whether a job runs or waits to run. */
export function isUnfinished(job: Job): boolean {
  return job.ended_at === null;
}

function without(jobs: readonly Job[], others: readonly Job[]): readonly Job[] {
  const known = new Set(others.map(({ id }) => id));
  return jobs.filter(({ id }) => !known.has(id));
}

function passes(job: Job, filter: Filter): boolean {
  return filter === 'all' || (filter === 'running' ? isUnfinished(job) : job.state === filter);
}
