import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

export type RegisteredModel = Schemas['RegisteredModel'];

/** The registered models that the panel shows. */
export class RegistryModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
  }

  /** The registered models, the last changed first. */
  get models(): readonly RegisteredModel[] {
    return this._models;
  }

  /** Why the list could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether the list was asked for and has come. */
  get loaded(): boolean {
    return this._loaded;
  }

  get search(): string {
    return this._search;
  }

  set search(search: string) {
    this._search = search;
    this.stateChanged.emit();
  }

  /** The models that pass the search, by name, alias or tag. */
  get shown(): readonly RegisteredModel[] {
    const words = this._search.toLowerCase().split(/\s+/).filter(Boolean);
    return this._models.filter(model => words.every(word => described(model).includes(word)));
  }

  async refresh(): Promise<void> {
    try {
      const { data } = await this._api.GET('/registry/models');
      this._models = data?.items ?? [];
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._loaded = true;
    this.stateChanged.emit();
  }

  private _models: readonly RegisteredModel[] = [];
  private _failure: string | null = null;
  private _loaded = false;
  private _search = '';
}

function described({ name, aliases, tags }: RegisteredModel): string {
  const words = [name, ...aliases.map(({ alias }) => alias), ...Object.entries(tags).flat()];
  return words.join(' ').toLowerCase();
}
