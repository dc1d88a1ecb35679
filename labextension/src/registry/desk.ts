import { VDomModel } from '@jupyterlab/ui-components';

import type { Api } from '../api';
import type { RegistryModel } from './model';
import { VersionsModel, type Part } from './versions';

/** What the tab with the models shows: their list, and one of them. */
export class DeskModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    /** The registered models. */
    readonly list: RegistryModel
  ) {
    super();
    list.stateChanged.connect(this._emit, this);
  }

  /** The registered model that is looked at; null when none is. */
  get open(): VersionsModel | null {
    return this._open;
  }

  override dispose(): void {
    this.list.stateChanged.disconnect(this._emit, this);
    this.close();
    super.dispose();
  }

  /** Look at a registered model, at one of its versions, and at a part of what is known of it. */
  show(name: string, version: number | null = null, part: Part | null = null): void {
    if (this._open?.name !== name) {
      this.close();
      this._open = new VersionsModel(this._api, name, version);
      this._open.stateChanged.connect(this._emit, this);
      void this._open.refresh();
    } else if (version !== null) {
      this._open.choose(version);
    }
    if (part !== null) {
      this._open?.show(part);
    }
    this.stateChanged.emit();
  }

  /** Look at the list alone. */
  close(): void {
    this._open?.stateChanged.disconnect(this._emit, this);
    this._open?.dispose();
    this._open = null;
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _emit(): void {
    this.stateChanged.emit();
  }

  private _open: VersionsModel | null = null;
}
