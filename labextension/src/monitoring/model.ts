import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';

export type Alert = Schemas['Alert'];

/** The alerts of all endpoints that hold, and whom nobody has told of yet. */
export class AlertsModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
  }

  /** Those that hold and that nobody has marked as seen, the newest first. */
  get unseen(): readonly Alert[] {
    return this._alerts.filter(({ seen, ended_at }) => !seen && ended_at === null);
  }

  /** Ask again; answers the alerts that were not there when it was asked before. */
  async refresh(): Promise<readonly Alert[]> {
    const before = this._known;
    try {
      this._alerts = (await this._api.GET('/monitoring/alerts')).data?.items ?? [];
    } catch {
      return []; // the monitor's own tab says what is wrong
    }
    this._known = new Set(this._alerts.map(({ id }) => id));
    this.stateChanged.emit();
    return before === null ? [] : this.unseen.filter(({ id }) => !before.has(id));
  }

  private _alerts: readonly Alert[] = [];
  private _known: ReadonlySet<string> | null = null;
}
