import { VDomModel } from '@jupyterlab/ui-components';

import { ApiError, type Api, type Schemas } from '../api';
import { messageOf } from '../ui';

export type Monitor = Schemas['Monitor'];
export type Report = Schemas['Report'];
export type Column = Schemas['ColumnDrift'];
export type Spread = NonNullable<Column['histogram']>;

/** What the view calls the answers, among the columns. */
export const ANSWERS = '';

/** How one endpoint is watched, as its view shows it: the last check, those before, alerts. */
export class MonitorModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    /** The endpoint's id. */
    readonly id: string
  ) {
    super();
  }

  /** The monitor; null until it has come. */
  get monitor(): Monitor | null {
    return this._monitor;
  }

  /** The checks, the newest first. */
  get reports(): readonly Schemas['ReportSummary'][] {
    return this._reports;
  }

  /** The check that is shown: the one that was chosen, or the newest. */
  get report(): Report | null {
    return this._chosen ?? this._monitor?.report ?? null;
  }

  /** Whether a check before the newest is shown. */
  get isPast(): boolean {
    return this._chosen !== null && this._chosen.id !== this._monitor?.report?.id;
  }

  /** The name of the column whose details are shown; the answers have none. */
  get column(): string | null {
    return this._column;
  }

  set column(column: string | null) {
    this._column = column;
    this.stateChanged.emit();
  }

  /** Whether a check is under way. */
  get checking(): boolean {
    return this._checking;
  }

  /** Why the monitor could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether the endpoint was removed. */
  get gone(): boolean {
    return this._gone;
  }

  async refresh(): Promise<void> {
    try {
      const [monitor, reports] = await Promise.all([
        this._api.GET('/monitoring/monitors/{id}', this._here),
        this._api.GET('/monitoring/monitors/{id}/reports', this._here)
      ]);
      this._monitor = monitor.data ?? null;
      this._reports = reports.data?.items ?? [];
      this._failure = null;
    } catch (error) {
      this._gone = error instanceof ApiError && error.status === 404;
      this._failure = messageOf(error);
    }
    this.stateChanged.emit();
  }

  /** Show a check before the newest, or the newest again. */
  async choose(reportId: string | null): Promise<void> {
    this._chosen = reportId === null ? null : await this._ask(reportId);
    this.stateChanged.emit();
  }

  /** Compare what was captured with the baseline now. */
  async check(): Promise<void> {
    this._checking = true;
    this.stateChanged.emit();
    try {
      await this._api.POST('/monitoring/monitors/{id}/check', { ...this._here, body: {} });
      this._chosen = null;
    } finally {
      this._checking = false;
      await this.refresh();
    }
  }

  async save(body: Schemas['MonitorSpec']): Promise<void> {
    await this._api.PUT('/monitoring/monitors/{id}', { ...this._here, body });
    await this.refresh();
  }

  /** Begin to keep requests and answers, or keep another share of them. */
  async capture(share: number): Promise<void> {
    const params = { path: { id: this.id } };
    const { data } = await this._api.GET('/serving/endpoints/{id}', { params });
    const body = { ...data?.endpoint.capture, share };
    await this._api.PUT('/serving/endpoints/{id}/capture', { params, body });
    await this.refresh();
  }

  /** Compare with something else from now on. */
  async compareWith(body: Schemas['BaselineSpec']): Promise<void> {
    await this._api.POST('/monitoring/monitors/{id}/baseline', { ...this._here, body });
    await this.refresh();
  }

  /** Take over what was right, from a file. */
  async addTruth(body: Schemas['TruthSpec']): Promise<Schemas['TruthAdded'] | undefined> {
    const request = { ...this._here, body };
    const { data } = await this._api.POST('/monitoring/monitors/{id}/truth', request);
    await this.refresh();
    return data;
  }

  /** Write the rows that show what was found into a file. */
  async rows(column: string | null): Promise<Schemas['DriftedRows'] | undefined> {
    const query = { report: this.report?.id ?? '', ...(column ? { column } : {}) };
    const params = { path: { id: this.id }, query };
    return (await this._api.GET('/monitoring/monitors/{id}/rows', { params })).data;
  }

  /** Start the workflow that trains the model anew. */
  async retrain(): Promise<Schemas['RetrainingStarted'] | undefined> {
    return (await this._api.POST('/monitoring/monitors/{id}/retrain', this._here)).data;
  }

  /** Mark an alert as seen. */
  async see(alertId: string): Promise<void> {
    const params = { path: { id: alertId } };
    await this._api.POST('/monitoring/alerts/{id}/seen', { params });
    await this.refresh();
  }

  private async _ask(reportId: string): Promise<Report | null> {
    const params = { path: { id: this.id, report: reportId } };
    const path = '/monitoring/monitors/{id}/reports/{report}';
    return (await this._api.GET(path, { params })).data ?? null;
  }

  private get _here(): { params: { path: { id: string } } } {
    return { params: { path: { id: this.id } } };
  }

  private _monitor: Monitor | null = null;
  private _reports: readonly Schemas['ReportSummary'][] = [];
  private _chosen: Report | null = null;
  private _column: string | null = null;
  private _checking = false;
  private _failure: string | null = null;
  private _gone = false;
}

/** The column whose details are shown: the chosen one, or what has drifted most. */
export function shownColumn(report: Report, chosen: string | null): Column | null {
  if (chosen === ANSWERS) {
    return report.prediction;
  }
  return (
    report.columns.find(({ name }) => name === chosen) ?? report.columns[0] ?? report.prediction
  );
}
