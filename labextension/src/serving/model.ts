import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

export type Endpoint = Schemas['Endpoint'];

/** The states by which the list is filtered. */
export type Filter = 'all' | 'running' | 'asleep' | 'stopped' | 'failed';

/** How busy an endpoint is. */
export interface IFigures {
  /** Requests a second over the last minute. */
  readonly rate: number;
  /** Half of the answers took no longer, in milliseconds; null if there were none. */
  readonly p50: number | null;
  /** Requests in each stretch of the last minutes, the oldest first. */
  readonly requests: readonly number[];
}

/** The endpoints that the panel shows, and what can be done with them. */
export class EndpointsModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
  }

  get endpoints(): readonly Endpoint[] {
    return this._endpoints;
  }

  /** Why the list could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether the list was asked for and has come. */
  get loaded(): boolean {
    return this._loaded;
  }

  /** The endpoints that answer now. */
  get ready(): readonly Endpoint[] {
    return this._endpoints.filter(endpoint => endpoint.state === 'ready');
  }

  /** The endpoints that were not stopped: they have a process, or wake when somebody asks. */
  get running(): readonly Endpoint[] {
    return this._endpoints.filter(isOn);
  }

  get search(): string {
    return this._search;
  }

  set search(search: string) {
    this._search = search;
    this.stateChanged.emit();
  }

  get filter(): Filter {
    return this._filter;
  }

  set filter(filter: Filter) {
    this._filter = filter;
    this.stateChanged.emit();
  }

  /** The endpoints that pass the search and the filter. */
  get shown(): readonly Endpoint[] {
    const words = this._search.toLowerCase().split(/\s+/).filter(Boolean);
    return this._endpoints.filter(
      endpoint =>
        passes(endpoint, this._filter) && words.every(word => described(endpoint).includes(word))
    );
  }

  /** How busy the endpoints are, by their ids; only of those that are not stopped. */
  get figures(): ReadonlyMap<string, IFigures> {
    return this._figures;
  }

  async refresh(): Promise<void> {
    try {
      const { data } = await this._api.GET('/serving/endpoints');
      this._endpoints = data?.items ?? [];
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._loaded = true;
    this.stateChanged.emit();
  }

  /** Ask how busy the endpoints are. */
  async refreshFigures(): Promise<void> {
    const asked = this.running.map(async ({ id }): Promise<[string, IFigures][]> => {
      try {
        const params = { path: { id } };
        const { data } = await this._api.GET('/serving/endpoints/{id}/stats', { params });
        return data ? [[id, figuresOf(data)]] : [];
      } catch {
        return []; // it went away in the meantime; the list will say so
      }
    });
    this._figures = new Map((await Promise.all(asked)).flat());
    this.stateChanged.emit();
  }

  async start(id: string): Promise<void> {
    const params = { path: { id } };
    this._replace((await this._api.POST('/serving/endpoints/{id}/start', { params })).data);
  }

  async stop(id: string): Promise<void> {
    const params = { path: { id } };
    this._replace((await this._api.POST('/serving/endpoints/{id}/stop', { params })).data);
  }

  async sleep(id: string): Promise<void> {
    const params = { path: { id } };
    this._replace((await this._api.POST('/serving/endpoints/{id}/sleep', { params })).data);
  }

  async wake(id: string): Promise<void> {
    const params = { path: { id } };
    this._replace((await this._api.POST('/serving/endpoints/{id}/wake', { params })).data);
  }

  async remove(id: string): Promise<void> {
    await this._api.DELETE('/serving/endpoints/{id}', { params: { path: { id } } });
    this._endpoints = this._endpoints.filter(endpoint => endpoint.id !== id);
    this.stateChanged.emit();
  }

  private _replace(endpoint: Endpoint | undefined): void {
    this._endpoints = this._endpoints.map(known => (known.id === endpoint?.id ? endpoint : known));
    this.stateChanged.emit();
  }

  private _endpoints: readonly Endpoint[] = [];
  private _figures: ReadonlyMap<string, IFigures> = new Map();
  private _failure: string | null = null;
  private _loaded = false;
  private _search = '';
  private _filter: Filter = 'all';
}

/** Whether an endpoint has a process. */
export function isRunning(endpoint: Endpoint): boolean {
  return endpoint.state === 'ready' || endpoint.state === 'starting';
}

/** Whether an endpoint answers whoever asks it, even if it has to wake first. */
export function isOn(endpoint: Endpoint): boolean {
  return isRunning(endpoint) || endpoint.state === 'asleep';
}

/** What the endpoint serves, as one name; the newest deployment when none answers. */
export function servedLabel(endpoint: Endpoint): string {
  return (endpoint.deployment ?? endpoint.deployments[0])?.label ?? '';
}

/** Requests a second over the last minute of a history. */
export function requestRate(history: readonly Schemas['StatsPoint'][], now = Date.now()): number {
  const recent = history.filter(({ at }) => now - new Date(at).getTime() <= MINUTE);
  return recent.reduce((sum, { requests }) => sum + requests, 0) / (MINUTE / 1000);
}

const MINUTE = 60_000;

function figuresOf({ history, p50_ms }: Schemas['EndpointStats']): IFigures {
  const requests = history.map(point => point.requests);
  return { rate: requestRate(history), p50: p50_ms, requests };
}

function passes(endpoint: Endpoint, filter: Filter): boolean {
  return (
    filter === 'all' || (filter === 'running' ? isRunning(endpoint) : endpoint.state === filter)
  );
}

function described(endpoint: Endpoint): string {
  return `${endpoint.name} ${servedLabel(endpoint)}`.toLowerCase();
}
