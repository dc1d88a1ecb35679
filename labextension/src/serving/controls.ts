import type { Api, Schemas } from '../api';
import type { Endpoint } from './model';

/** What can be changed about one endpoint while it answers; every change answers with the endpoint as it then is. */
export class EndpointControls {
  constructor(
    private readonly _api: Api,
    private readonly _id: string,
    private readonly _changed: (endpoint: Endpoint | undefined) => void
  ) {}

  /** Divide the requests anew among the deployments. */
  async divide(shares: readonly Schemas['Share'][]): Promise<Endpoint | undefined> {
    const body = { shares: [...shares] };
    return this._keep(
      (await this._api.PUT('/serving/endpoints/{id}/traffic', { ...this._here, body })).data
    );
  }

  /** Give a deployment all of what is asked for under its model name. */
  async promote(number: number): Promise<Endpoint | undefined> {
    const body = { number };
    return this._keep(
      (await this._api.POST('/serving/endpoints/{id}/promote', { ...this._here, body })).data
    );
  }

  /** Put an earlier deployment behind the endpoint again; answers while it is still loading. */
  async rollBack(number: number): Promise<Endpoint | undefined> {
    const body = { number };
    return this._keep(
      (await this._api.POST('/serving/endpoints/{id}/rollback', { ...this._here, body })).data
    );
  }

  /** Follow an alias from now on, or none. */
  async follow(alias: Schemas['ModelAlias'] | null): Promise<Endpoint | undefined> {
    const body = { follow: alias };
    return this._keep(
      (await this._api.PUT('/serving/endpoints/{id}/follow', { ...this._here, body })).data
    );
  }

  async scale(body: Schemas['Scaling']): Promise<Endpoint | undefined> {
    return this._keep(
      (await this._api.PUT('/serving/endpoints/{id}/scaling', { ...this._here, body })).data
    );
  }

  async capture(body: Schemas['CaptureSpec']): Promise<Endpoint | undefined> {
    return this._keep(
      (await this._api.PUT('/serving/endpoints/{id}/capture', { ...this._here, body })).data
    );
  }

  /** Write the endpoint as files that run elsewhere. */
  async exportTo(
    target: Schemas['ExportSpec']['target'],
    folder: string
  ): Promise<Schemas['Export'] | undefined> {
    const body = { target, folder };
    return (await this._api.POST('/serving/endpoints/{id}/export', { ...this._here, body })).data;
  }

  private get _here(): { params: { path: { id: string } } } {
    return { params: { path: { id: this._id } } };
  }

  private _keep(endpoint: Endpoint | undefined): Endpoint | undefined {
    this._changed(endpoint);
    return endpoint;
  }
}
