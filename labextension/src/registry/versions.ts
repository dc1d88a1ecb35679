import { VDomModel } from '@jupyterlab/ui-components';

import { ApiError, type Api, type Schemas } from '../api';
import { messageOf } from '../ui';
import type { RegisteredModel } from './model';

export type ModelVersion = Schemas['ModelVersion'];

/** One registered model with its versions, and what can be changed about them. */
export class VersionsModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    /** The registered model's name. */
    readonly name: string,
    chosen: number | null
  ) {
    super();
    this._chosen = chosen;
  }

  /** The registered model; null until it has come. */
  get registered(): RegisteredModel | null {
    return this._registered;
  }

  /** Its versions, the newest first. */
  get versions(): readonly ModelVersion[] {
    return this._versions;
  }

  /** The version whose details are shown; null when none is. */
  get chosen(): ModelVersion | null {
    return (
      this._versions.find(({ version }) => version === this._chosen) ?? this._versions[0] ?? null
    );
  }

  /** Why the model could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether the model was deleted. */
  get gone(): boolean {
    return this._gone;
  }

  choose(version: number): void {
    this._chosen = version;
    this.stateChanged.emit();
  }

  async refresh(): Promise<void> {
    try {
      const [registered, versions] = await Promise.all([
        this._api.GET('/registry/models/{name}', this._here),
        this._api.GET('/registry/models/{name}/versions', this._here)
      ]);
      this._registered = registered.data ?? null;
      this._versions = versions.data?.items ?? [];
      this._failure = null;
    } catch (error) {
      this._gone = error instanceof ApiError && error.status === 404;
      this._failure = messageOf(error);
    }
    this.stateChanged.emit();
  }

  async describe(description: string): Promise<void> {
    this._registered = this._registered && { ...this._registered, description };
    this.stateChanged.emit();
    await this._settle(
      this._api.PATCH('/registry/models/{name}', { ...this._here, body: { description } })
    );
  }

  async describeVersion(version: number, description: string): Promise<void> {
    this._versions = this._versions.map(known =>
      known.version === version ? { ...known, description } : known
    );
    this.stateChanged.emit();
    await this._settle(
      this._api.PATCH('/registry/models/{name}/versions/{version}', {
        ...this._at(version),
        body: { description }
      })
    );
  }

  /** Let an alias stand for a version; it stands for no other from then on. */
  async setAlias(alias: string, version: number): Promise<void> {
    this._moveAlias(alias, version);
    await this._settle(
      this._api.PUT('/registry/models/{name}/aliases/{alias}', {
        params: { path: { name: this.name, alias } },
        body: { version }
      })
    );
  }

  async removeAlias(alias: string): Promise<void> {
    this._moveAlias(alias, null);
    await this._settle(
      this._api.DELETE('/registry/models/{name}/aliases/{alias}', {
        params: { path: { name: this.name, alias } }
      })
    );
  }

  async removeVersion(version: number): Promise<void> {
    await this._api.DELETE('/registry/models/{name}/versions/{version}', this._at(version));
    await this.refresh();
  }

  async remove(): Promise<void> {
    await this._api.DELETE('/registry/models/{name}', this._here);
    this._gone = true;
    this.stateChanged.emit();
  }

  /** Show an alias where it is going to be, before the server has moved it. */
  private _moveAlias(alias: string, to: number | null): void {
    this._versions = this._versions.map(version => {
      const others = version.aliases.filter(known => known !== alias);
      return { ...version, aliases: version.version === to ? [...others, alias].sort() : others };
    });
    this.stateChanged.emit();
  }

  /** Wait for a change; what is shown is then what the server has, whether it worked or not. */
  private async _settle(change: Promise<unknown>): Promise<void> {
    await change.finally(() => this.refresh());
  }

  private get _here(): { params: { path: { name: string } } } {
    return { params: { path: { name: this.name } } };
  }

  private _at(version: number): { params: { path: { name: string; version: string } } } {
    return { params: { path: { name: this.name, version: String(version) } } };
  }

  private _registered: RegisteredModel | null = null;
  private _versions: readonly ModelVersion[] = [];
  private _chosen: number | null;
  private _failure: string | null = null;
  private _gone = false;
}
