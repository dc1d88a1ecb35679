import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed } from '../api';
import { messageOf } from '../ui';
import type { NodeRun, RunDetail, WorkflowRun, WorkflowRunSpec } from './workflow-types';

const LISTED = 50;

/** The runs of one workflow's file, and the one that is shown. */
export class RunsModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    private readonly _path: () => string
  ) {
    super();
  }

  /** The runs, the newest first. */
  get runs(): readonly WorkflowRun[] {
    return this._runs;
  }

  /** The run that is shown with its nodes; null if none is. */
  get detail(): RunDetail | null {
    return this._hidden ? null : this._detail;
  }

  /** Whether a run of the past is shown, on the workflow of that time. */
  get isPast(): boolean {
    return this._chosen !== null && this.detail !== null;
  }

  /** Whether the run that is shown still goes on. */
  get running(): boolean {
    return this.detail?.run.state === 'running';
  }

  get failure(): string | null {
    return this._failure;
  }

  /** Return what became of a node in the run that is shown. */
  node(id: string): NodeRun | undefined {
    return this.detail?.nodes.find(node => node.id === id);
  }

  /** Show a run of the past; null to show the newest on the file as it is now. */
  async show(id: string | null): Promise<void> {
    this._chosen = id;
    this._hidden = false;
    await this.refresh();
  }

  /** Show no run. */
  hide(): void {
    this._chosen = null;
    this._hidden = true;
    this.stateChanged.emit();
  }

  /** Start a run and show it. */
  async start(spec: WorkflowRunSpec): Promise<WorkflowRun> {
    const { data } = await this._api.POST('/jobs/workflows/runs', { body: spec });
    await this.show(null);
    return data as WorkflowRun;
  }

  /** Stop the run that is shown. */
  async stop(): Promise<void> {
    const id = this.detail?.run.id;
    if (id) {
      await this._api.POST('/jobs/workflows/runs/{id}/stop', { params: { path: { id } } });
      await this.refresh();
    }
  }

  /** Go on with the run that is shown, with the file as it is now. */
  async repair(): Promise<void> {
    const id = this.detail?.run.id;
    if (id) {
      const params = { path: { id } };
      await this._api.POST('/jobs/workflows/runs/{id}/repair', { params, body: {} });
      await this.show(null);
    }
  }

  /** Ask again if the event is about these runs. */
  hear({ kind, id }: Changed): void {
    const ours = kind === 'workflow' || (kind === 'job' && this.running && this._isOf(id));
    if (ours) {
      void this.refresh();
    }
  }

  /** Ask for everything; calls while an answer is on its way are answered by one more question. */
  async refresh(): Promise<void> {
    this._again = true;
    this._asking ??= this._ask().finally(() => {
      this._asking = null;
    });
    return this._asking;
  }

  private async _ask(): Promise<void> {
    while (this._again && !this.isDisposed) {
      this._again = false;
      try {
        await this._news();
        this._failure = null;
      } catch (error) {
        this._failure = messageOf(error);
      }
      this.stateChanged.emit();
    }
  }

  private async _news(): Promise<void> {
    const query = { path: this._path(), limit: LISTED };
    const { data } = await this._api.GET('/jobs/workflows/runs', { params: { query } });
    this._runs = data?.items ?? [];
    const id = this._chosen ?? this._runs[0]?.id;
    if (id === undefined) {
      this._detail = null;
      return;
    }
    const known = this._detail?.run;
    const newest = this._runs.find(run => run.id === id);
    if (known?.id === id && known.ended_at !== null && newest?.attempt === known.attempt) {
      return; // what has ended does not change
    }
    const { data: detail } = await this._api.GET('/jobs/workflows/runs/{id}', {
      params: { path: { id } }
    });
    this._detail = (detail as RunDetail | undefined) ?? null; // the client's own name for the same type
  }

  private _isOf(job: string): boolean {
    const known = this._detail?.nodes.flatMap(({ items }) => items.map(item => item.job)) ?? [];
    return known.includes(job) || known.includes(null);
  }

  private _runs: readonly WorkflowRun[] = [];
  private _detail: RunDetail | null = null;
  private _chosen: string | null = null;
  private _hidden = false;
  private _failure: string | null = null;
  private _again = false;
  private _asking: Promise<void> | null = null;
}
