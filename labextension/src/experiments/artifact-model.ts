import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed, Schemas } from '../api';
import { messageOf } from '../ui';

export type Artifact = Schemas['ArtifactEntry'];
export type ArtifactPreview = Schemas['ArtifactPreview'];
export type ModelDescription = Schemas['ModelDescription'];

const PAUSE = 700;

/** What a run has kept: the folders that are open, and what is chosen among them. */
export class ArtifactsModel extends VDomModel {
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

  /** The opened folders by path; the outermost is the empty one, and not there until it has come. */
  get folders(): ReadonlyMap<string, readonly Artifact[]> {
    return this._folders;
  }

  /** Why a folder could not be had; null when all could. */
  get failure(): string | null {
    return this._failure;
  }

  /** What is shown beside the tree. */
  get chosen(): Artifact | null {
    return this._chosen;
  }

  set chosen(chosen: Artifact | null) {
    this._chosen = chosen;
    this._tell();
  }

  /** Ask again soon if it is this run that changed, and somebody has looked. */
  note({ kind, id }: Changed): void {
    if (kind === 'run' && (id === this.id || id === '*') && this._folders.size > 0) {
      this._timer ??= setTimeout(() => void this.refresh(), PAUSE);
    }
  }

  /** List what is open. */
  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    await this._ask(async () => {
      const open = ['', ...[...this._folders.keys()].filter(path => path !== '')];
      await Promise.all(open.map(path => this._list(path)));
    });
  }

  /** Show what is in a folder, or no longer. */
  async toggle(path: string): Promise<void> {
    if (this._folders.delete(path)) {
      this._tell();
    } else {
      await this._ask(() => this._list(path));
    }
  }

  /** Tell what is in a file. */
  async look(path: string): Promise<ArtifactPreview | null> {
    const params = { path: { id: this.id }, query: { path } };
    const { data } = await this._api.GET('/experiments/runs/{id}/preview', { params });
    return data ?? null;
  }

  /** Describe the model in a folder. */
  async describe(path: string): Promise<ModelDescription | null> {
    const params = { path: { id: this.id }, query: { path } };
    const { data } = await this._api.GET('/experiments/runs/{id}/model', { params });
    return data ?? null;
  }

  /** Get a file as it is. */
  async read(path: string): Promise<Blob> {
    const params = { path: { id: this.id }, query: { path } };
    const { data } = await this._api.GET('/experiments/runs/{id}/artifact', {
      params,
      parseAs: 'blob'
    });
    return data ?? new Blob();
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
    this._tell();
  }

  private _tell(): void {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _failure: string | null = null;
  private _chosen: Artifact | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _folders = new Map<string, readonly Artifact[]>();
}
