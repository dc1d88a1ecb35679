import type { Schemas } from '../api';
import { VersionsView, type ModelVersion } from './looks';

export { STAGE, STAGES, type ModelVersion, type Overview, type Part } from './looks';

type Tags = Readonly<Record<string, string | null>>;

/** One registered model with its versions, and what can be changed about them. */
export class VersionsModel extends VersionsView {
  async describe(description: string): Promise<void> {
    this._registered = this._registered && { ...this._registered, description };
    this.stateChanged.emit();
    await this._settle(
      this._api.PATCH('/registry/models/{name}', { ...this._here, body: { description } })
    );
  }

  async describeVersion(version: number, description: string): Promise<void> {
    this._change(version, known => ({ ...known, description }));
    await this._settle(
      this._api.PATCH('/registry/models/{name}/versions/{version}', {
        ...this._at(version),
        body: { description }
      })
    );
  }

  /** Change tags of the registered model; null removes one. */
  async tag(tags: Tags): Promise<void> {
    this._registered = this._registered && {
      ...this._registered,
      tags: changed(this._registered.tags, tags)
    };
    this.stateChanged.emit();
    await this._settle(
      this._api.PATCH('/registry/models/{name}/tags', { ...this._here, body: { tags } })
    );
  }

  /** Change tags of a version, its stage among them; null removes one. */
  async tagVersion(version: number, tags: Tags): Promise<void> {
    this._change(version, known => ({ ...known, tags: changed(known.tags, tags) }));
    await this._settle(
      this._api.PATCH('/registry/models/{name}/versions/{version}/tags', {
        ...this._at(version),
        body: { tags }
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

  /** Change the user's own parts of the chosen version's card. */
  async writeCard(version: number, spec: Schemas['CardSpec']): Promise<void> {
    await this._settle(
      this._api.PATCH('/registry/models/{name}/versions/{version}/card', {
        ...this._at(version),
        body: spec
      })
    );
  }

  /** Make the card the version's description, or take it out of there. */
  async publishCard(version: number, published: boolean): Promise<void> {
    const path = '/registry/models/{name}/versions/{version}/card/published';
    const at = this._at(version);
    await this._settle(published ? this._api.PUT(path, at) : this._api.DELETE(path, at));
  }

  async removeVersion(version: number): Promise<void> {
    const params = { ...this._at(version).params, query: { force: true } };
    await this._api.DELETE('/registry/models/{name}/versions/{version}', { params });
    await this.refresh();
  }

  async remove(): Promise<void> {
    const params = { ...this._here.params, query: { force: true } };
    await this._api.DELETE('/registry/models/{name}', { params });
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

  private _change(version: number, change: (known: ModelVersion) => ModelVersion): void {
    this._versions = this._versions.map(known =>
      known.version === version ? change(known) : known
    );
    this.stateChanged.emit();
  }

  /** Wait for a change; what is shown is then what the server has, whether it worked or not. */
  private async _settle(change: Promise<unknown>): Promise<void> {
    await change.finally(() => this.refresh());
  }
}

function changed(tags: Readonly<Record<string, string>>, change: Tags): Record<string, string> {
  const all = Object.entries({ ...tags, ...change });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}
