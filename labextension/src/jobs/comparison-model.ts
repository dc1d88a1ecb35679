import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

export type Comparison = Schemas['Comparison'];

/** Two executed notebooks side by side. */
export class ComparisonModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    readonly one: string,
    /** Another job, or `previous`, or `source` for the notebook file. */
    readonly other: string
  ) {
    super();
  }

  /** What differs; null before it has come. */
  get comparison(): Comparison | null {
    return this._comparison;
  }

  /** Why it could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether cells that are the same are left out. */
  get onlyChanged(): boolean {
    return this._onlyChanged;
  }

  set onlyChanged(only: boolean) {
    this._onlyChanged = only;
    this.stateChanged.emit();
  }

  async refresh(): Promise<void> {
    this._failure = null;
    this.stateChanged.emit();
    try {
      const query = { one: this.one, other: this.other };
      const { data } = await this._api.GET('/jobs/compare', { params: { query } });
      this._comparison = data ?? null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _comparison: Comparison | null = null;
  private _failure: string | null = null;
  private _onlyChanged = true;
}
