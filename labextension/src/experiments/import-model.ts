import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';

export type Importable = Schemas['Importable'];
export type RunImport = Schemas['RunImport'];

const PAUSE = 400;

/** An import of runs that another tool has written: what there is, then how far it is. */
export class ImportModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /** The folder or file to import. */
  get path(): string {
    return this._path;
  }

  /** The experiment that the runs get into; empty for the one that the source names. */
  experiment = '';

  /** What there is to import; null before it is known. */
  get found(): Importable | null {
    return this._found;
  }

  /** How far the import is; null before it has begun. */
  get report(): RunImport | null {
    return this._report;
  }

  /** Why something could not be done; null if it could. */
  get failure(): string | null {
    return this._failure;
  }

  get isLooking(): boolean {
    return this._isLooking;
  }

  /** Look what there is in a folder or file. */
  async look(path: string): Promise<void> {
    if (this._report?.state === 'running') {
      return;
    }
    [this._path, this._found, this._failure, this._isLooking] = [path, null, null, true];
    this._report = null;
    this.stateChanged.emit();
    const found = await this._ask(async () => {
      const { data } = await this._api.GET('/experiments/imports', { params: { query: { path } } });
      return data ?? null;
    });
    if (path === this._path) {
      [this._found, this._isLooking] = [found, false];
      this.stateChanged.emit();
    }
  }

  /** Import what was found. */
  async start(): Promise<void> {
    const body = { path: this._path, experiment: this.experiment.trim() || null };
    this._report = await this._ask(async () => {
      const { data } = await this._api.POST('/experiments/imports', { body });
      return data ?? null;
    });
    this.stateChanged.emit();
    this._wait();
  }

  /** End the import; the runs that are done stay. */
  async stop(): Promise<void> {
    await this._follow('DELETE');
  }

  private _wait(): void {
    clearTimeout(this._timer);
    if (this._report?.state === 'running' && !this.isDisposed) {
      this._timer = setTimeout(() => void this._follow('GET').then(() => this._wait()), PAUSE);
    }
  }

  private async _follow(verb: 'GET' | 'DELETE'): Promise<void> {
    const id = this._report?.id;
    if (id === undefined) {
      return;
    }
    const params = { path: { id } };
    const found = await this._ask(async () => {
      const { data } =
        verb === 'GET'
          ? await this._api.GET('/experiments/imports/{id}', { params })
          : await this._api.DELETE('/experiments/imports/{id}', { params });
      return data ?? null;
    });
    this._report = found ?? this._report;
    this.stateChanged.emit();
  }

  private async _ask<T>(ask: () => Promise<T | null>): Promise<T | null> {
    try {
      this._failure = null;
      return await ask();
    } catch (error) {
      this._failure = messageOf(error);
      return null;
    }
  }

  private _path = '';
  private _found: Importable | null = null;
  private _report: RunImport | null = null;
  private _failure: string | null = null;
  private _isLooking = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
