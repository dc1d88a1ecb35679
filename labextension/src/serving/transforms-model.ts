import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

export type Transform = Schemas['Transform'];

/** The batch transforms of the project, and what can be done with them. */
export class TransformsModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
  }

  /** The newest first. */
  get items(): readonly Transform[] {
    return this._items;
  }

  get loaded(): boolean {
    return this._loaded;
  }

  /** Why the list could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Those that have not ended. */
  get busy(): readonly Transform[] {
    return this._items.filter(isBusy);
  }

  async refresh(): Promise<void> {
    try {
      const { data } = await this._api.GET('/serving/transforms');
      this._items = data?.items ?? [];
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._loaded = true;
    this.stateChanged.emit();
  }

  /** Ask again while there is something that goes on. */
  async follow(): Promise<void> {
    if (this.busy.length > 0) {
      await this.refresh();
    }
  }

  /** Begin one, or go on with the same one that was interrupted. */
  async start(body: Schemas['TransformSpec']): Promise<Transform | undefined> {
    const { data } = await this._api.POST('/serving/transforms', { body });
    await this.refresh();
    return data;
  }

  async stop(id: string): Promise<void> {
    await this._api.POST('/serving/transforms/{id}/stop', { params: { path: { id } } });
    await this.refresh();
  }

  async remove(id: string): Promise<void> {
    await this._api.DELETE('/serving/transforms/{id}', { params: { path: { id } } });
    await this.refresh();
  }

  private _items: readonly Transform[] = [];
  private _loaded = false;
  private _failure: string | null = null;
}

/** Whether a batch transform has not ended. */
export function isBusy({ state }: Transform): boolean {
  return state === 'queued' || state === 'running';
}
