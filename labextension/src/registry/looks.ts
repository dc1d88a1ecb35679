import { VDomModel } from '@jupyterlab/ui-components';

import { ApiError, type Api, type Schemas } from '../api';
import { messageOf } from '../ui';
import { Asked } from './asked';
import type { RegisteredModel } from './model';
import { LineageModel } from './origin';

export type ModelVersion = Schemas['ModelVersion'];
export type Overview = Schemas['VersionOverview'];
export type Part = 'details' | 'card' | 'lineage' | 'compare';

/** The tag that holds a version's stage, and what it usually says. */
export const STAGE = 'stage';
export const STAGES = ['development', 'staging', 'production', 'archived'] as const;

/** One registered model with its versions, and what is shown of them. */
export class VersionsView extends VDomModel {
  constructor(
    protected readonly _api: Api,
    /** The registered model's name. */
    readonly name: string,
    chosen: number | null
  ) {
    super();
    this._chosen = chosen;
    this.lineage = new LineageModel(_api);
    for (const part of [this.lineage, this.card, this.comparison]) {
      part.stateChanged.connect(() => this.stateChanged.emit());
    }
  }

  /** Where the chosen version comes from, and what depends on it. */
  readonly lineage: LineageModel;
  /** The card of the chosen version. */
  readonly card = new Asked<Schemas['ModelCard']>();
  /** The marked versions side by side. */
  readonly comparison = new Asked<Schemas['VersionComparison']>();

  /** The registered model; null until it has come. */
  get registered(): RegisteredModel | null {
    return this._registered;
  }

  /** Its versions, the newest first. */
  get versions(): readonly ModelVersion[] {
    return this._versions;
  }

  /** The versions of the stage that is asked for. */
  get shown(): readonly ModelVersion[] {
    const { stage } = this;
    return stage === ''
      ? this._versions
      : this._versions.filter(({ tags }) => (tags[STAGE] ?? '') === stage);
  }

  /** What is known of versions from their runs and endpoints; null until it has come. */
  get overview(): Schemas['VersionOverviewList'] | null {
    return this._overview;
  }

  /** The version whose details are shown; null when none is. */
  get chosen(): ModelVersion | null {
    return (
      this._versions.find(({ version }) => version === this._chosen) ?? this._versions[0] ?? null
    );
  }

  /** The versions that are to be compared, the oldest first. */
  get marked(): readonly number[] {
    const there = new Set(this._versions.map(({ version }) => version));
    return [...this._marked].filter(version => there.has(version)).sort((a, b) => a - b);
  }

  /** What is shown of the chosen version. */
  get part(): Part {
    return this._part;
  }

  /** The stage that is looked for; empty for all. */
  get stage(): string {
    return this._stage;
  }

  set stage(stage: string) {
    this._stage = stage;
    this.stateChanged.emit();
  }

  /** Why the model could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether the model was deleted. */
  get gone(): boolean {
    return this._gone;
  }

  choose(version: number): void {
    this._chosen = version;
    this.stateChanged.emit();
    void this._fill(true);
  }

  show(part: Part): void {
    this._part = part;
    this.stateChanged.emit();
    void this._fill(true);
  }

  /** Take a version into the comparison, or out of it. */
  mark(version: number, isMarked: boolean): void {
    const others = this._marked.filter(known => known !== version);
    this._marked = isMarked ? [...others, version] : others;
    this.stateChanged.emit();
    void this._fill(false);
  }

  /** Show another metric of the versions' runs; null for the usual one. */
  async measure(metric: string | null): Promise<void> {
    this._metric = metric;
    await this._look();
  }

  async refresh(): Promise<void> {
    try {
      const [registered, versions] = await Promise.all([
        this._api.GET('/registry/models/{name}', this._here),
        this._api.GET('/registry/models/{name}/versions', this._here)
      ]);
      this._registered = registered.data ?? null;
      this._versions = versions.data?.items ?? [];
      this._failure = null;
      this._gone = false;
    } catch (error) {
      this._gone = error instanceof ApiError && error.status === 404;
      this._failure = messageOf(error);
    }
    this.stateChanged.emit();
    if (this._failure === null) {
      await Promise.all([this._look(), this._fill(false)]);
    }
  }

  /** Ask which endpoints serve a version now, or any version. */
  async servedBy(version: number | null): Promise<readonly string[]> {
    await this._look();
    const items = (this._overview?.items ?? []).filter(
      item => version === null || item.version === version
    );
    return [...new Set(items.flatMap(({ served_by }) => served_by.map(({ name }) => name)))];
  }

  protected async _look(): Promise<void> {
    const query = this._metric === null ? {} : { metric: this._metric };
    const { data } = await this._api
      .GET('/registry/models/{name}/overview', { params: { path: { name: this.name }, query } })
      .catch(() => ({ data: null })); // the versions are there without it
    this._overview = data ?? this._overview;
    this.stateChanged.emit();
  }

  /** Ask for what the open part shows; `anew` if something else is to be shown than before. */
  protected async _fill(anew: boolean): Promise<void> {
    const version = this.chosen?.version;
    if (version === undefined) {
      return;
    }
    if (this._part === 'card') {
      await this.card.ask(String(version), async () => {
        const path = '/registry/models/{name}/versions/{version}/card';
        return (await this._api.GET(path, this._at(version))).data;
      });
    } else if (this._part === 'lineage') {
      const id = `version:${this.name}/${version}`;
      await (anew ? this.lineage.begin(id) : this.lineage.refreshOr(id));
    } else if (this._part === 'compare' && this.marked.length > 1) {
      const versions = this.marked.join();
      await this.comparison.ask(versions, async () => {
        const params = { path: { name: this.name }, query: { versions } };
        return (await this._api.GET('/registry/models/{name}/comparison', { params })).data;
      });
    }
  }

  protected get _here(): { params: { path: { name: string } } } {
    return { params: { path: { name: this.name } } };
  }

  protected _at(version: number): { params: { path: { name: string; version: string } } } {
    return { params: { path: { name: this.name, version: String(version) } } };
  }

  protected _registered: RegisteredModel | null = null;
  protected _versions: readonly ModelVersion[] = [];
  private _overview: Schemas['VersionOverviewList'] | null = null;
  private _metric: string | null = null;
  private _marked: readonly number[] = [];
  private _part: Part = 'details';
  private _stage = '';
  private _chosen: number | null;
  private _failure: string | null = null;
  protected _gone = false;
}
