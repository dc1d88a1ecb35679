import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';
import { isUnfinished, type Job } from './model';

type JobEvent = Schemas['JobEvent'];
type Run = Schemas['RunTable']['items'][number];

/** One code cell of a job. */
export interface ICell {
  readonly number: number;
  /** The first line of its source. */
  readonly title: string;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'stopped';
  readonly startedAt: string | null;
  readonly seconds: number | null;
  /** Bytes that the kernel occupied at its end. */
  readonly memory: number | null;
  /** What it has printed. */
  readonly output: string;
}

/** One job as its view shows it: the record, its cells as they go, its log, the runs it made. */
export class JobModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    readonly id: string
  ) {
    super();
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

  /** The end of the log, as far as it was asked for. */
  get log(): string {
    return this._log;
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

  /** Ask for everything that is new. */
  async refresh(): Promise<void> {
    this._again = true;
    this._asking ??= this._ask().finally(() => {
      this._asking = null;
    });
    return this._asking;
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
    while (this._again) {
      this._again = false;
      try {
        await this._news();
        this._failure = null;
      } catch (error) {
        this._failure = messageOf(error);
      }
      this.stateChanged.emit();
    }
  }

  private async _news(): Promise<void> {
    const params = { path: { id: this.id } };
    const { data: job } = await this._api.GET('/jobs/{id}', { params });
    await this._newEvents();
    await this._newLog();
    this._job = job ?? null;
    if (job && !isUnfinished(job)) {
      this._cells = this._cells.map(cell => settled(cell, job));
    }
  }

  private async _newEvents(): Promise<void> {
    for (let more = true; more;) {
      const params = { path: { id: this.id }, query: { since: this._seen } };
      const { data } = await this._api.GET('/jobs/{id}/events', { params });
      this._cells = (data?.items ?? []).reduce(after, this._cells);
      this._seen = data?.next ?? this._seen;
      more = data?.more ?? false;
    }
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
  private _log = '';
  private _logRead: number | null = null;
  private _runs: readonly Run[] = [];
  private _seen = 0;
  private _chosen: number | null = null;
  private _again = false;
  private _asking: Promise<void> | null = null;
}

const LOG_LENGTH = 200_000;
const OUTPUT_LENGTH = 100_000;

/** Return the cells as they are after an event. */
export function after(cells: readonly ICell[], event: JobEvent): readonly ICell[] {
  if (event.kind === 'planned') {
    return (event.titles ?? []).map((title, index) => waiting(index + 1, title));
  }
  return cells.map(cell =>
    cell.number === event.cell ? { ...cell, ...change(cell, event) } : cell
  );
}

function waiting(number: number, title: string): ICell {
  return {
    number,
    title,
    state: 'queued',
    startedAt: null,
    seconds: null,
    memory: null,
    output: ''
  };
}

function change(cell: ICell, { kind, at, text, seconds, memory }: JobEvent): Partial<ICell> {
  switch (kind) {
    case 'started':
      return { state: 'running', startedAt: at };
    case 'output':
      return { output: printed(cell.output + (text ?? '')).slice(-OUTPUT_LENGTH) };
    case 'done':
      return { state: 'succeeded', seconds, memory };
    case 'failed':
      return { state: 'failed', seconds, memory };
    default:
      return {};
  }
}

/** Let carriage returns do what they do in a terminal: what follows stands in place of the line. */
export function printed(text: string): string {
  return text.includes('\r') ? text.replace(/\r+\n/g, '\n').replace(/[^\n]*\r(?!$)/g, '') : text;
}

// The cell that ran when a job was stopped or lost has not gone on since.
function settled(cell: ICell, job: Job): ICell {
  if (job.state === 'stopped' && (cell.state === 'running' || cell.state === 'failed')) {
    return { ...cell, state: 'stopped' };
  }
  return cell.state === 'running' ? { ...cell, state: 'failed' } : cell;
}
