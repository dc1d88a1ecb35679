import type { Schemas } from '../api';
import { Column, keyOf, type Kind } from './column';
import { Packed, type Place } from './packed';
import { combined } from './store-merge';

/** What lists tell of a run. */
export type RunRow = Pick<
  Schemas['Run'],
  | 'id'
  | 'name'
  | 'experiment'
  | 'state'
  | 'started_at'
  | 'ended_at'
  | 'notebook'
  | 'job'
  | 'parent'
  | 'deleted'
>;

/** A param, metric or tag that runs can have. */
export interface IColumn {
  readonly key: string;
  readonly kind: Kind;
  readonly name: string;
  /** How many runs have it. */
  readonly count: number;
}

interface IWords {
  words: string[];
  codes: Place;
}

interface IHeader {
  revision: string;
  total: number;
  rows: number;
  own: Record<string, readonly (string | null)[] | IWords | Place>;
  columns: {
    kind: Kind;
    name: string;
    count: number;
    rows: Place | null;
    values: Place;
    words?: string[] | null;
  }[];
  more: { kind: Kind; name: string; count: number }[];
  removed?: string[];
  full?: boolean;
  unsettled?: boolean;
  progress?: IProgress | null;
}

/** How far the copy of a server's runs is. */
export interface IProgress {
  /** Whether runs are still on their way for the first time. */
  readonly loading: boolean;
  readonly loaded: number;
  /** Why the server could not be asked the last time; null if it could. */
  readonly problem: string | null;
}

/** An answer of the server: the runs that were asked for, and what else it tells. */
export interface IAnswer {
  readonly table: RunTable;
  readonly revision: string;
  /** How many runs there are, beyond those in the answer. */
  readonly total: number;
  readonly removed: readonly string[];
  /** Whether these are all runs, and no change of an answer before. */
  readonly full: boolean;
  /** Whether tags may have changed that are not in it yet. */
  readonly unsettled: boolean;
  /** How far the copy is, if the runs are on a server; null if they are here. */
  readonly progress: IProgress | null;
}

const STARTED = 'started';

/** Runs by column. Never changed once made; a change makes another that shares what is the same. */
export class RunTable {
  constructor(
    readonly size: number,
    readonly columns: ReadonlyMap<string, Column>,
    /** The columns that the server has and has not sent. */
    readonly more: readonly IColumn[] = []
  ) {
    const ids = columns.get('id');
    this.ids = Array.from({ length: ids ? size : 0 }, (_, row) => String(ids?.at(row) ?? ''));
  }

  static readonly empty = new RunTable(0, new Map());

  /** The ids of the runs, row by row. */
  readonly ids: readonly string[];

  column(key: string): Column | null {
    return this.columns.get(key) ?? null;
  }

  /** What a run logged, and all that could have been; the most frequent metrics, params and tags first. */
  get logged(): readonly IColumn[] {
    this._logged ??= [...this.columns.values(), ...this.more]
      .filter(({ kind }) => kind !== 'own')
      .sort(byKind);
    return this._logged;
  }

  /** The row of a run; below zero if it is not here. */
  rowOf(id: string): number {
    this._rows ??= new Map(this.ids.map((one, row) => [one, row]));
    return this._rows.get(id) ?? -1;
  }

  idAt(row: number): string {
    return this.ids[row] ?? '';
  }

  nameAt(row: number): string {
    return this.textAt('name', row);
  }

  textAt(key: string, row: number): string {
    const value = this.columns.get(key)?.at(row) ?? null;
    return value === null ? '' : String(value);
  }

  numberAt(key: string, row: number): number {
    return this.columns.get(key)?.numberAt(row) ?? NaN;
  }

  /** The same with what has changed: other rows in place of those with their ids, and some gone. */
  merged(other: RunTable, removed: readonly string[]): RunTable {
    return merge(this, other, removed, true);
  }

  /** The same with further columns of its runs. */
  extended(other: RunTable): RunTable {
    return merge(this, other, [], false);
  }

  private _rows: Map<string, number> | null = null;
  private _logged: readonly IColumn[] | null = null;
}

/** Read a table as the server sends it. */
export function readTable(body: ArrayBuffer): IAnswer {
  const packed = new Packed<IHeader>(body);
  const { own, columns, more, rows, revision, total } = packed.header;
  const found = [
    ...Object.entries(own).map(([name, values]) => ownColumn(packed, name, values, rows)),
    ...columns.map(one => {
      const isWords = one.words !== undefined && one.words !== null;
      const values = isWords ? packed.integers(one.values) : packed.floats(one.values);
      const present = one.rows ? packed.integers(one.rows) : null;
      return new Column(one.kind, one.name, rows, present, values, one.words ?? null);
    })
  ];
  const table = new RunTable(
    rows,
    new Map(withDuration(found, rows).map(column => [column.key, column])),
    more.map(one => ({ ...one, key: keyOf(one.kind, one.name) }))
  );
  const { removed = [], full = true, unsettled = false, progress = null } = packed.header;
  return { table, revision, total, removed, full, unsettled, progress };
}

function ownColumn(
  packed: Packed<IHeader>,
  name: string,
  values: IHeader['own'][string],
  size: number
): Column {
  if ('words' in values) {
    return new Column('own', name, size, null, packed.integers(values.codes), values.words);
  }
  if (isPlace(values)) {
    return new Column('own', name, size, null, packed.floats(values), null);
  }
  const codes = Int32Array.from(values, (word, row) => (word === null ? -1 : row));
  return new Column(
    'own',
    name,
    size,
    null,
    codes,
    values.map(word => word ?? '')
  );
}

function isPlace(values: readonly (string | null)[] | Place): values is Place {
  return values.length === 2 && typeof values[0] === 'number';
}

function withDuration(columns: readonly Column[], size: number): readonly Column[] {
  const [started, ended] = [STARTED, 'ended'].map(key => columns.find(one => one.key === key));
  if (!started || !ended) {
    return columns;
  }
  const now = Date.now();
  const lasted = Float64Array.from(ended.values, (end, row) =>
    Math.max(0, (Number.isNaN(end) ? now : end) - (started.values[row] ?? NaN))
  );
  return [...columns, new Column('own', 'duration', size, null, lasted, null)];
}

function merge(
  old: RunTable,
  other: RunTable,
  removed: readonly string[],
  replaces: boolean
): RunTable {
  const gone = new Set(removed.map(id => old.rowOf(id)).filter(row => row >= 0));
  let size = 0;
  const moved = Int32Array.from({ length: old.size }, (_, row) => (gone.has(row) ? -1 : size++));
  const placed = Int32Array.from(other.ids, id => {
    const row = moved[old.rowOf(id)] ?? -1;
    return row >= 0 ? row : replaces ? size++ : -1;
  });
  const keys = new Set([...old.columns.keys(), ...other.columns.keys()]);
  const change = { size, moved: gone.size > 0 ? moved : null, placed, replaces };
  const columns = [...keys].map((key): [string, Column] => {
    const one = combined(old.column(key), other.column(key), change);
    return [key, one];
  });
  const more = [...new Map([...old.more, ...other.more].map(one => [one.key, one])).values()];
  return new RunTable(
    size,
    new Map(columns),
    more.filter(({ key }) => !keys.has(key))
  );
}

function byKind(a: IColumn, b: IColumn): number {
  return (
    ORDER[a.kind] - ORDER[b.kind] ||
    b.count - a.count ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
}

const ORDER: Record<Kind, number> = { own: 0, metric: 1, param: 2, tag: 3 };
