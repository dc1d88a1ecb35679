import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

export type Endpoint = Schemas['Endpoint'];

/** The states by which the list is filtered. */
export type Filter = 'all' | 'running' | 'stopped' | 'failed';

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

  /** The endpoints that have a process, whether it answers yet or not. */
  get running(): readonly Endpoint[] {
    return this._endpoints.filter(isRunning);
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

  /** Requests a second over the last minute, by the id of the endpoint; only of those that answer. */
  get rates(): ReadonlyMap<string, number> {
    return this._rates;
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

  /** Ask the endpoints that answer how busy they are. */
  async refreshRates(): Promise<void> {
    const asked = this.ready.map(async ({ id }): Promise<[string, number][]> => {
      try {
        const params = { path: { id } };
        const { data } = await this._api.GET('/serving/endpoints/{id}/stats', { params });
        return data ? [[id, requestRate(data.history)]] : [];
      } catch {
        return []; // it went away in the meantime; the list will say so
      }
    });
    this._rates = new Map((await Promise.all(asked)).flat());
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
  private _rates: ReadonlyMap<string, number> = new Map();
  private _failure: string | null = null;
  private _loaded = false;
  private _search = '';
  private _filter: Filter = 'all';
}

/** Whether an endpoint has a process. */
export function isRunning(endpoint: Endpoint): boolean {
  return endpoint.state === 'ready' || endpoint.state === 'starting';
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

function passes(endpoint: Endpoint, filter: Filter): boolean {
  return (
    filter === 'all' || (filter === 'running' ? isRunning(endpoint) : endpoint.state === filter)
  );
}

function described(endpoint: Endpoint): string {
  return `${endpoint.name} ${servedLabel(endpoint)}`.toLowerCase();
}
