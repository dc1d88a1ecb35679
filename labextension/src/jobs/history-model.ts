import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

export type JobHistory = Schemas['JobHistory'];
export type PastJob = JobHistory['items'][number];

const EXECUTIONS = 40;

/** How long a notebook's jobs have taken. */
export class HistoryModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    private readonly _notebook: () => string | null
  ) {
    super();
  }

  /** The executions, oldest first, and what is usual; null before they have come. */
  get history(): JobHistory | null {
    return this._history;
  }

  /** Why they could not be had; null when they could. */
  get failure(): string | null {
    return this._failure;
  }

  async refresh(): Promise<void> {
    const notebook = this._notebook();
    if (notebook === null) {
      return;
    }
    try {
      const query = { notebook, limit: EXECUTIONS };
      const { data } = await this._api.GET('/jobs/history', { params: { query } });
      this._history = data ?? null;
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _history: JobHistory | null = null;
  private _failure: string | null = null;
}
