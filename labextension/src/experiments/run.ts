import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed, Schemas } from '../api';
import { messageOf } from '../ui';

export type Run = Schemas['Run'];
export type Series = Schemas['Series'];
export type Artifact = Schemas['ArtifactEntry'];

const PAUSE = 400;
const CHARTS = 24;

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

  /** How the metrics of which more than one value was logged have developed. */
  get series(): readonly Series[] {
    return this._series;
  }

  /** The opened folders of artifacts, by path; the outermost is the empty one. */
  get folders(): ReadonlyMap<string, readonly Artifact[]> {
    return this._folders;
  }

  /** Ask again soon if it is this run that changed. */
  note({ kind, id }: Changed): void {
    if (kind === 'run' && (id === this.id || id === '*')) {
      this._timer ??= setTimeout(() => void this.refresh(), PAUSE);
    }
  }

  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    await this._ask(async () => {
      const params = { path: { id: this.id } };
      const { data } = await this._api.GET('/experiments/runs/{id}', { params });
      this._run = data ?? null;
      this.stateChanged.emit();
      await Promise.all([
        this._refreshSeries(),
        ...[...this._folders.keys()].map(path => this._list(path))
      ]);
    });
  }

  /** Show what is in a folder of artifacts, or no longer. */
  async toggleFolder(path: string): Promise<void> {
    if (this._folders.delete(path)) {
      this.stateChanged.emit();
    } else {
      await this._ask(() => this._list(path));
    }
  }

  /** Get an artifact to show it. */
  async read(path: string): Promise<Blob> {
    const params = { path: { id: this.id }, query: { path } };
    const { data } = await this._api.GET('/experiments/runs/{id}/artifact', {
      params,
      parseAs: 'blob'
    });
    return data ?? new Blob();
  }

  /** Change name, remark or tags. */
  async edit(edit: Schemas['RunEdit']): Promise<void> {
    const params = { path: { id: this.id } };
    const { data } = await this._api.PATCH('/experiments/runs/{id}', { params, body: edit });
    this._run = data ?? this._run;
    this.stateChanged.emit();
  }

  private async _refreshSeries(): Promise<void> {
    const metrics = (this._run?.metrics ?? []).slice(0, CHARTS);
    const asked = metrics.map(({ name }) => seriesOf(this._api, [this.id], name));
    this._series = (await Promise.all(asked)).flat().filter(({ total }) => total > 1);
  }

  private async _list(path: string): Promise<void> {
    const params = { path: { id: this.id }, query: { path } };
    const { data } = await this._api.GET('/experiments/runs/{id}/artifacts', { params });
    this._folders.set(path, data?.items ?? []);
  }

  private async _ask(change: () => Promise<void>): Promise<void> {
    try {
      await change();
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _run: Run | null = null;
  private _failure: string | null = null;
  private _series: readonly Series[] = [];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _folders = new Map<string, readonly Artifact[]>([['', []]]);
}

/** Ask how a metric developed in some runs. */
export async function seriesOf(
  api: Api,
  ids: readonly string[],
  metric: string
): Promise<readonly Series[]> {
  const params = { query: { ids: ids.join(','), metric } };
  const { data } = await api.GET('/experiments/series', { params });
  return data?.items ?? [];
}
