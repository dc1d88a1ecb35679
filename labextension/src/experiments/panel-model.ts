import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed, Schemas } from '../api';
import { messageOf } from '../ui';

/** The states by which the list is filtered. */
export type StateFilter = 'all' | 'running' | 'finished' | 'failed';

type RunState = Schemas['RunRow']['state'];

const STATES: Record<StateFilter, readonly (RunState | null)[]> = {
  all: [null],
  running: ['running'],
  finished: ['finished'],
  failed: ['failed', 'killed']
};

/** A run as the list shows it. */
export interface IListedRun {
  id: string;
  name: string;
  experiment: string;
  state: Schemas['RunRow']['state'];
  at: string;
  /** The name of the metric that says most; null if it has none. */
  metric: string | null;
  value: number | string | null;
  /** Why its result may not hold any more. */
  stale: readonly string[];
}

/** How many runs are listed of all; the others are in the table. */
export const LISTED = 60;

const PAUSE = 120;
const TYPING = 250;

/** The runs of the notebook in front, and the newest of all. */
export class PanelModel extends VDomModel {
  constructor(private readonly _api: Api) {
    super();
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  /** Whether anybody can see the list; without, it asks for nothing. */
  isSeen: () => boolean = () => true;

  /** The notebook in front, as a path from the project folder; null if there is none. */
  get notebook(): string | null {
    return this._notebook;
  }

  set notebook(path: string | null) {
    if (path !== this._notebook) {
      this._notebook = path;
      this._here = [];
      this._isHereKnown = false;
      this.askSoon(0);
      this._tell();
    }
  }

  /** The runs that the notebook in front has made, the newest first. */
  get here(): readonly IListedRun[] {
    return this._here.filter(run => this._fits(run));
  }

  /** How many runs the notebook in front has made; null until that is known. */
  get hereTotal(): number | null {
    return this._isHereKnown ? this._hereTotal : null;
  }

  /** The newest runs of the project that fit. */
  get all(): readonly IListedRun[] {
    return this._all;
  }

  /** How many runs of the project fit. */
  get total(): number {
    return this._total;
  }

  /** Whether the project has any run, whatever is searched. */
  get isEmpty(): boolean {
    return this._total === 0 && this._here.length === 0 && !this._search && this._state === 'all';
  }

  get loaded(): boolean {
    return this._loaded;
  }

  get failure(): string | null {
    return this._failure;
  }

  get search(): string {
    return this._search;
  }

  set search(search: string) {
    this._search = search;
    this.askSoon(TYPING);
    this._tell();
  }

  get state(): StateFilter {
    return this._state;
  }

  set state(state: StateFilter) {
    this._state = state;
    this.askSoon(0);
    this._tell();
  }

  /** The runs that are ticked, to be compared. */
  get ticked(): readonly string[] {
    return this._ticked;
  }

  /** Tick a run, or no longer. */
  tick(id: string): void {
    const others = this._ticked.filter(other => other !== id);
    this._ticked = others.length < this._ticked.length ? others : [...others, id];
    this._tell();
  }

  /** Tick nothing any more. */
  untick(): void {
    this._ticked = [];
    this._tell();
  }

  /** Take note of a change. */
  note({ kind }: Changed): void {
    if (kind === 'run') {
      this.askSoon(PAUSE);
    }
  }

  /** Ask again in a moment; what is asked for meanwhile goes with it. */
  askSoon(pause: number): void {
    this._isOld = true;
    this._timer ??= setTimeout(() => {
      this._timer = undefined;
      void this.catchUp();
    }, pause);
  }

  /** Ask again if something has changed and somebody can see it. */
  async catchUp(): Promise<void> {
    if (this._isOld && this.isSeen() && !this.isDisposed) {
      if (this._isAsking) {
        this.askSoon(PAUSE);
      } else {
        await this.refresh();
      }
    }
  }

  async refresh(): Promise<void> {
    this._isOld = false;
    this._isAsking = true;
    try {
      await Promise.all([this._askHere(), this._askAll()]);
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._isAsking = false;
    this._loaded = true;
    this._tell();
  }

  private async _askHere(): Promise<void> {
    const path = this._notebook;
    if (path === null) {
      return;
    }
    const params = { query: { path } };
    const { data } = await this._api.GET('/experiments/notebooks', { params });
    if (path === this._notebook) {
      this._here = (data?.items ?? []).map(({ run_id: id, ...rest }) => ({ id, ...rest }));
      this._hereTotal = data?.total ?? 0;
      this._isHereKnown = true;
    }
  }

  private async _askAll(): Promise<void> {
    const tables = await Promise.all(STATES[this._state].map(state => this._table(state)));
    this._all = tables
      .flatMap(listed)
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
      .slice(0, LISTED);
    this._total = tables.reduce((sum, { total }) => sum + total, 0);
  }

  private async _table(state: RunState | null): Promise<Schemas['RunTable']> {
    const query = {
      limit: LISTED,
      brief: true,
      ...(this._search ? { search: this._search } : {}),
      ...(state ? { state } : {})
    };
    const { data } = await this._api.GET('/experiments/runs', { params: { query } });
    return data ?? { items: [], columns: [], total: 0 };
  }

  private _fits({ name, experiment, id, state }: IListedRun): boolean {
    const wanted = this._search.trim().toLowerCase();
    const isFailed = state === 'failed' || state === 'killed';
    return (
      (this._state === 'all' || state === this._state || (this._state === 'failed' && isFailed)) &&
      `${name} ${experiment} ${id}`.toLowerCase().includes(wanted)
    );
  }

  private _tell(): void {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _notebook: string | null = null;
  private _here: readonly IListedRun[] = [];
  private _hereTotal = 0;
  private _isHereKnown = false;
  private _all: readonly IListedRun[] = [];
  private _total = 0;
  private _loaded = false;
  private _failure: string | null = null;
  private _search = '';
  private _state: StateFilter = 'all';
  private _ticked: readonly string[] = [];
  private _isOld = true;
  private _isAsking = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

/** Metrics that are often logged by themselves and say least: of rows that the model has seen, and of the machine. */
const SECOND = /^(train(ing)?[_/. -]|system\/)/;

/** Put the runs of a table into a list, each with the metric that most of them have. */
function listed({ items, columns }: Schemas['RunTable']): IListedRun[] {
  const metrics = columns.filter(({ kind }) => kind === 'metric');
  const counts = new Map(
    metrics.map(column => [column, column.values.filter(value => value !== null).length])
  );
  const rank = ({ name }: { name: string }): number => Number(SECOND.test(name));
  metrics.sort((a, b) => rank(a) - rank(b) || (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  return items.map(({ id, name, experiment, state, started_at: at }, index) => {
    const column =
      metrics.find(({ values }) => typeof values[index] === 'number') ??
      metrics.find(({ values }) => values[index] !== null);
    return {
      id,
      name,
      experiment,
      state,
      at,
      metric: column?.name ?? null,
      value: column?.values[index] ?? null,
      stale: []
    };
  });
}
