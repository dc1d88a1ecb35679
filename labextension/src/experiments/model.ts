import { VDomModel } from '@jupyterlab/ui-components';

import { order, parseFilter } from './filter';
import type { IColumn, IRow, RunStore, Value } from './store';

/** The states by which lists are filtered; `deleted` shows the bin. */
export type StateFilter = 'all' | 'running' | 'finished' | 'failed' | 'deleted';

/** What every run has, as columns. */
export const OWN_COLUMNS = ['state', 'experiment', 'started', 'duration'] as const;
export type OwnColumn = (typeof OWN_COLUMNS)[number];

/** What a table is sorted by: `name`, one of the own columns, or the key of a column. */
export interface ISort {
  key: string;
  descending: boolean;
}

const SHOWN_METRICS = 6;
const SHOWN_PARAMS = 5;

/** The runs as a list shows them: filtered, sorted, some of them selected. */
export class RunsModel extends VDomModel {
  constructor(
    private readonly _store: RunStore,
    private readonly _bin: RunStore | null = null
  ) {
    super();
    _store.changed.connect(this._onChanged, this);
    _bin?.changed.connect(this._onChanged, this);
  }

  override dispose(): void {
    this._store.changed.disconnect(this._onChanged, this);
    this._bin?.changed.disconnect(this._onChanged, this);
    super.dispose();
  }

  /** Where the runs come from: the project, or its bin. */
  get source(): RunStore {
    return this._state === 'deleted' && this._bin ? this._bin : this._store;
  }

  get search(): string {
    return this._search;
  }

  set search(search: string) {
    this._search = search;
    this._change();
  }

  get state(): StateFilter {
    return this._state;
  }

  set state(state: StateFilter) {
    this._state = state;
    this.select([]);
    if (state === 'deleted') {
      void this._bin?.refresh();
    }
  }

  /** The experiment whose runs are shown; null shows those of all. */
  get experiment(): string | null {
    return this._experiment;
  }

  set experiment(experiment: string | null) {
    this._experiment = experiment;
    this._change();
  }

  /** The experiments that the runs belong to. */
  get experiments(): readonly string[] {
    return [...new Set(this._store.rows.map(({ run }) => run.experiment))].sort();
  }

  get sort(): ISort {
    return this._sort;
  }

  /** Sort by a column; by the same one again, the other way round. Numbers begin with the largest. */
  sortBy(key: string): void {
    const isSame = this._sort.key === key;
    this._sort = { key, descending: isSame ? !this._sort.descending : key !== 'name' };
    this._change();
  }

  /** The runs that pass the filters, in order. */
  get shown(): readonly IRow[] {
    this._shown ??= this._sorted(this._filtered());
    return this._shown;
  }

  /** The columns that a user chose to see, or a few that tell most. */
  get visible(): readonly string[] {
    return this._chosen ?? this.suggested;
  }

  /** What was chosen; null while nobody has. */
  get chosen(): readonly string[] | null {
    return this._chosen;
  }

  set chosen(keys: readonly string[] | null) {
    this._chosen = keys;
    this.stateChanged.emit();
  }

  /** The columns to begin with: state and time, the first metrics, and params that are not the same everywhere. */
  get suggested(): readonly string[] {
    const { columns, rows } = this.source;
    const metrics = columns.filter(({ kind }) => kind === 'metric').slice(0, SHOWN_METRICS);
    const params = columns
      .filter(({ key, kind }) => kind === 'param' && differs(rows, key))
      .slice(0, SHOWN_PARAMS);
    const logged = [...metrics, ...params].map(({ key }) => key);
    const experiment = this.experiments.length > 1 ? ['experiment'] : [];
    return ['state', 'started', ...logged, ...experiment, 'duration'];
  }

  /** All columns that can be chosen. */
  get columns(): readonly IColumn[] {
    return this.source.columns;
  }

  /** The run whose details are shown. */
  get current(): string | null {
    return this._current;
  }

  set current(id: string | null) {
    if (id !== this._current) {
      this._current = id;
      this.stateChanged.emit();
    }
  }

  /** The runs that are compared, in the order they were selected. */
  get selected(): readonly string[] {
    return this._selected;
  }

  /** Select these runs and no others. */
  select(ids: readonly string[]): void {
    this._selected = ids;
    this._change();
  }

  /** Select a run, or no longer. */
  toggle(id: string): void {
    const others = this._selected.filter(other => other !== id);
    this.select(others.length < this._selected.length ? others : [...others, id]);
  }

  /** The selected runs that are still there. */
  get compared(): readonly IRow[] {
    const rows = new Map(this.source.rows.map(row => [row.run.id, row]));
    return this._selected.flatMap(id => rows.get(id) ?? []);
  }

  private _filtered(): IRow[] {
    const passes = parseFilter(this._search);
    return this.source.rows.filter(
      row =>
        (this._experiment === null || row.run.experiment === this._experiment) &&
        fits(row, this._state) &&
        passes(row)
    );
  }

  private _sorted(rows: IRow[]): IRow[] {
    const { key, descending } = this._sort;
    const sign = descending ? -1 : 1;
    const keyed = rows.map(row => ({ row, value: sortValue(row, key) }));
    keyed.sort((a, b) => {
      if (isMissing(a.value) || isMissing(b.value)) {
        return Number(isMissing(a.value)) - Number(isMissing(b.value));
      }
      return sign * order(a.value, b.value);
    });
    return keyed.map(({ row }) => row);
  }

  private _onChanged(): void {
    this._change();
  }

  private _change(): void {
    this._shown = null;
    this.stateChanged.emit();
  }

  private _search = '';
  private _state: StateFilter = 'all';
  private _experiment: string | null = null;
  private _sort: ISort = { key: 'started', descending: true };
  private _shown: readonly IRow[] | null = null;
  private _chosen: readonly string[] | null = null;
  private _current: string | null = null;
  private _selected: readonly string[] = [];
}

/** Tell how long a run took, or has taken until now, in milliseconds. */
export function lasted({ started_at, ended_at }: IRow['run'], now = Date.now()): number {
  return Math.max(0, (ended_at ? Date.parse(ended_at) : now) - Date.parse(started_at));
}

/** Tell whether some of the runs differ in a column. */
export function differs(rows: readonly IRow[], key: string): boolean {
  const first = rows[0]?.values[key];
  return rows.some(({ values }) => values[key] !== first);
}

function fits({ run }: IRow, state: StateFilter): boolean {
  if (state === 'failed') {
    return run.state === 'failed' || run.state === 'killed';
  }
  return state === 'all' || state === 'deleted' || run.state === state;
}

function sortValue({ run, values }: IRow, key: string): Value {
  switch (key) {
    case 'name':
      return run.name;
    case 'state':
      return run.state;
    case 'experiment':
      return run.experiment;
    case 'started':
      return Date.parse(run.started_at);
    case 'duration':
      return lasted(run);
    default:
      return values[key] ?? null;
  }
}

function isMissing(value: Value): boolean {
  return value === null || value === 'NaN';
}
