import { VDomModel } from '@jupyterlab/ui-components';

import { ApiError, type Api, type Schemas } from '../api';
import { messageOf } from '../ui';
import { EndpointControls } from './controls';
import type { Endpoint } from './model';
import type { IAttempt } from './predict';

export type Detail = Schemas['EndpointDetail'];
export type Stats = Schemas['EndpointStats'];

/** Sends a body to an endpoint through the Jupyter server. */
export type Predict = (path: string, body: string) => Promise<IAttempt>;

/** Where a model comes from. */
export interface IOrigin {
  readonly run: string;
  readonly notebook: string | null;
}

const KEPT_ATTEMPTS = 30;

/** One endpoint as its view shows it: what it is, how it does, and what was tried on it. */
export class EndpointModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    private readonly _predict: Predict,
    /** The endpoint's id. */
    readonly id: string
  ) {
    super();
    this.controls = new EndpointControls(_api, id, endpoint => this._replace(endpoint));
  }

  /** What can be changed about it. */
  readonly controls: EndpointControls;

  /** The endpoint with what one needs to call it; null until it has come. */
  get detail(): Detail | null {
    return this._detail;
  }

  /** How it does; null while nobody knows. */
  get stats(): Stats | null {
    return this._stats;
  }

  /** The last lines of the log; null until they have come. */
  get log(): readonly string[] | null {
    return this._log;
  }

  /** The key, once it was asked for. */
  get key(): string | null {
    return this._key;
  }

  /** Why the endpoint could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether the endpoint was removed. */
  get gone(): boolean {
    return this._gone;
  }

  /** What was tried in this view, the newest first. */
  get attempts(): readonly IAttempt[] {
    return this._attempts;
  }

  /** Whether a try is under way. */
  get trying(): boolean {
    return this._trying;
  }

  /** The runs that trained its models, by id. */
  get origins(): ReadonlyMap<string, IOrigin> {
    return this._origins;
  }

  /** The aliases of the registered model that answers. */
  get aliases(): readonly Schemas['Alias'][] {
    return this._aliases;
  }

  /** The requests that are answered later; null until they have come. */
  get requests(): Schemas['DeferredList'] | null {
    return this._requests;
  }

  async refresh(): Promise<void> {
    try {
      const { data } = await this._api.GET('/serving/endpoints/{id}', this._here);
      this._detail = data ?? null;
      this._failure = null;
    } catch (error) {
      this._gone = error instanceof ApiError && error.status === 404;
      this._failure = messageOf(error);
    }
    this.stateChanged.emit();
    await Promise.allSettled([this._askOrigins(), this._askAliases()]);
    this.stateChanged.emit();
  }

  /** Ask how the endpoint does and what it printed. */
  async refreshTraffic(): Promise<void> {
    const [stats, log, requests] = await Promise.allSettled([
      this._askStats(),
      this._askLog(),
      this._api.GET('/serving/endpoints/{id}/requests', this._here)
    ]);
    this._stats = stats.status === 'fulfilled' ? stats.value : null;
    this._log = log.status === 'fulfilled' ? log.value : this._log;
    this._requests =
      requests.status === 'fulfilled' ? (requests.value.data ?? null) : this._requests;
    this.stateChanged.emit();
  }

  async showKey(): Promise<void> {
    const { data } = await this._api.GET('/serving/endpoints/{id}/key', this._here);
    this._keep(data);
  }

  hideKey(): void {
    this._keep(undefined);
  }

  /** Make a new key; the old one is refused from now on. */
  async rotateKey(): Promise<void> {
    const { data } = await this._api.POST('/serving/endpoints/{id}/key', this._here);
    this._keep(data);
  }

  /** Forget a request that is answered later, with its result. */
  async forget(requestId: string): Promise<void> {
    await this._api.DELETE('/serving/endpoints/{id}/requests/{request}', {
      params: { path: { id: this.id, request: requestId } }
    });
    await this.refreshTraffic();
  }

  /** Send a body and remember what came of it. */
  async try(body: string): Promise<void> {
    if (!this._detail || this._trying) {
      return;
    }
    this._trying = true;
    this.stateChanged.emit();
    const attempt = await this._predict(this._detail.endpoint.path, body);
    this._attempts = [attempt, ...this._attempts].slice(0, KEPT_ATTEMPTS);
    this._trying = false;
    await this.refreshTraffic();
  }

  private get _here(): { params: { path: { id: string } } } {
    return { params: { path: { id: this.id } } };
  }

  private async _askStats(): Promise<Stats | null> {
    if (this._detail?.endpoint.state === 'stopped') {
      return null;
    }
    return (await this._api.GET('/serving/endpoints/{id}/stats', this._here)).data ?? null;
  }

  private async _askLog(): Promise<readonly string[]> {
    const { data } = await this._api.GET('/serving/endpoints/{id}/log', this._here);
    return data?.lines ?? [];
  }

  private async _askOrigins(): Promise<void> {
    const runs = (this._detail?.endpoint.deployments ?? []).flatMap(({ run_id }) => run_id ?? []);
    const unknown = [...new Set(runs)].filter(id => !this._origins.has(id));
    if (unknown.length === 0) {
      return;
    }
    const params = { query: { ids: unknown.join(',') } };
    const { data } = await this._api.GET('/experiments/runs', { params });
    const found = (data?.items ?? []).map(({ id, name, notebook }): [string, IOrigin] => [
      id,
      { run: name, notebook }
    ]);
    this._origins = new Map([...this._origins, ...found]);
  }

  private async _askAliases(): Promise<void> {
    const { deployment, deployments = [], follow } = this._detail?.endpoint ?? {};
    const name = follow?.name ?? (deployment ?? deployments[0])?.model?.name;
    if (name !== undefined) {
      const params = { path: { name } };
      this._aliases =
        (await this._api.GET('/registry/models/{name}', { params })).data?.aliases ?? [];
    }
  }

  private _replace(endpoint: Endpoint | undefined): void {
    if (endpoint && this._detail) {
      this._detail = { ...this._detail, endpoint };
      this.stateChanged.emit();
    }
  }

  private _keep(key: Schemas['EndpointKey'] | undefined): void {
    this._key = key?.key ?? null;
    this.stateChanged.emit();
  }

  private _detail: Detail | null = null;
  private _stats: Stats | null = null;
  private _log: readonly string[] | null = null;
  private _requests: Schemas['DeferredList'] | null = null;
  private _key: string | null = null;
  private _failure: string | null = null;
  private _gone = false;
  private _attempts: readonly IAttempt[] = [];
  private _trying = false;
  private _origins: ReadonlyMap<string, IOrigin> = new Map();
  private _aliases: readonly Schemas['Alias'][] = [];
}
