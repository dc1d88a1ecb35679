import { VDomModel } from '@jupyterlab/ui-components';

import { ApiError, type Api, type Schemas } from '../api';
import { messageOf } from '../ui';
import type { IAttempt } from './predict';

export type Detail = Schemas['EndpointDetail'];
export type Stats = Schemas['EndpointStats'];

/** Sends a body to an endpoint through the Jupyter server. */
export type Predict = (path: string, body: string) => Promise<IAttempt>;

const KEPT_ATTEMPTS = 20;

/** One endpoint as its view shows it: what it is, how it does, and what was tried on it. */
export class EndpointModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    private readonly _predict: Predict,
    /** The endpoint's id. */
    readonly id: string
  ) {
    super();
  }

  /** The endpoint with what one needs to call it; null until it has come. */
  get detail(): Detail | null {
    return this._detail;
  }

  /** How the worker does; null while none answers. */
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
  }

  /** Ask how the endpoint does and what it printed. */
  async refreshTraffic(): Promise<void> {
    const [stats, log] = await Promise.allSettled([this._askStats(), this._askLog()]);
    this._stats = stats.status === 'fulfilled' ? stats.value : null;
    this._log = log.status === 'fulfilled' ? log.value : this._log;
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

  /** Put an earlier deployment behind the endpoint again; answers while it is still loading. */
  async rollBack(number: number): Promise<Schemas['Endpoint'] | undefined> {
    const body = { number };
    const { data } = await this._api.POST('/serving/endpoints/{id}/rollback', {
      ...this._here,
      body
    });
    return data;
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
    if (this._detail?.endpoint.state !== 'ready') {
      return null;
    }
    return (await this._api.GET('/serving/endpoints/{id}/stats', this._here)).data ?? null;
  }

  private async _askLog(): Promise<readonly string[]> {
    const { data } = await this._api.GET('/serving/endpoints/{id}/log', this._here);
    return data?.lines ?? [];
  }

  private _keep(key: Schemas['EndpointKey'] | undefined): void {
    this._key = key?.key ?? null;
    this.stateChanged.emit();
  }

  private _detail: Detail | null = null;
  private _stats: Stats | null = null;
  private _log: readonly string[] | null = null;
  private _key: string | null = null;
  private _failure: string | null = null;
  private _gone = false;
  private _attempts: readonly IAttempt[] = [];
  private _trying = false;
}
