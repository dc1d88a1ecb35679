import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed, Schemas } from '../api';
import { messageOf } from '../ui';

export type Run = Schemas['Run'];
export type Origin = Schemas['Origin'];
export type RunRows = Schemas['RunTable'];

const PAUSE = 400;

/** How many of the parts of a run are listed. */
export const PARTS = 200;

/** Everything about one run, up to date while it is being made. */
export class RunModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    readonly id: string
  ) {
    super();
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /** The run; null until it has come. */
  get run(): Run | null {
    return this._run;
  }

  /** Why the run could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Where the run comes from; null until that has come. */
  get origin(): Origin | null {
    return this._origin;
  }

  /** Why its origin could not be had; null when it could. */
  get originFailure(): string | null {
    return this._originFailure;
  }

  /** The runs that are a part of it, with what they logged; null until they have come. */
  get parts(): RunRows | null {
    return this._parts;
  }

  /** Ask again soon if it is this run that changed. */
  note({ kind, id }: Changed): void {
    const isOurs = id === this.id || id === '*' || this._run?.children.includes(id);
    if (kind === 'run' && isOurs) {
      this._timer ??= setTimeout(() => void this.refresh(), PAUSE);
    }
  }

  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    try {
      const params = { path: { id: this.id } };
      const { data } = await this._api.GET('/experiments/runs/{id}', { params });
      this._run = data ?? null;
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._tell();
    if (this._run && this._failure === null) {
      await Promise.all([this._refreshOrigin(this._run), this._refreshParts(this._run)]);
    }
  }

  /** Change name, remark or tags: shown at once, and as it was again if that fails. */
  async edit(edit: Schemas['RunEdit']): Promise<void> {
    const before = this._run;
    this._run = before && edited(before, edit);
    this._tell();
    try {
      const params = { path: { id: this.id } };
      const { data } = await this._api.PATCH('/experiments/runs/{id}', { params, body: edit });
      this._run = data ?? this._run;
    } catch (error) {
      this._run = before;
      throw error;
    } finally {
      this._tell();
    }
  }

  /** Ask where the run comes from; while it is running that does not change with every metric. */
  private async _refreshOrigin({ state }: Run): Promise<void> {
    if (state === 'running' && this._origin !== null) {
      return;
    }
    try {
      const params = { path: { id: this.id } };
      const { data } = await this._api.GET('/experiments/runs/{id}/origin', { params });
      this._origin = data ?? null;
      this._originFailure = null;
    } catch (error) {
      this._originFailure = messageOf(error);
    }
    this._tell();
  }

  private async _refreshParts({ children }: Run): Promise<void> {
    if (children.length > 0) {
      const query = { ids: children.slice(0, PARTS).join(','), limit: PARTS };
      const { data } = await this._api.GET('/experiments/runs', { params: { query } });
      this._parts = data ?? null;
      this._tell();
    }
  }

  private _tell(): void {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _run: Run | null = null;
  private _failure: string | null = null;
  private _origin: Origin | null = null;
  private _originFailure: string | null = null;
  private _parts: RunRows | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

function edited(run: Run, { name, note, tags }: Schemas['RunEdit']): Run {
  const kept = Object.entries({ ...run.tags, ...tags }).filter(
    (entry): entry is [string, string] => entry[1] !== null
  );
  return {
    ...run,
    name: name ?? run.name,
    note: note ?? run.note,
    tags: Object.fromEntries(kept)
  };
}
