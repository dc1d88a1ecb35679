import type { Schemas } from '../api';
import type { Kind } from './column';
import { pack } from './packed';
import { readTable, type RunTable } from './store-table';
import type { RunRow, Value } from './store';

/** A run with what it logged, by key. */
export interface IRow {
  readonly run: RunRow;
  readonly values: Readonly<Record<string, Value>>;
}

/** A run as tests write it down. */
export interface ITestRun {
  id: string;
  name?: string;
  experiment?: string;
  state?: string;
  started?: number;
  ended?: number | null;
  notebook?: string | null;
  parent?: string | null;
  user?: string | null;
  metrics?: Record<string, number | string>;
  params?: Record<string, string>;
  tags?: Record<string, string>;
}

/** A finished run, for tests. */
export function run(id: string, change: Partial<RunRow> = {}): RunRow {
  return {
    id,
    name: `run ${id}`,
    experiment: 'late flights',
    state: 'finished',
    started_at: `2026-01-01T10:00:0${id}Z`,
    ended_at: `2026-01-01T10:01:0${id}Z`,
    notebook: 'train.ipynb',
    job: null,
    parent: null,
    deleted: false,
    ...change
  };
}

/** A run with what it logged, for tests. */
export function row(
  id: string,
  change: Partial<RunRow> = {},
  values: Record<string, Value> = {}
): IRow {
  return { run: run(id, change), values };
}

/** A table as the server answers it in JSON, for tests. */
export function table(rows: readonly IRow[]): Schemas['RunTable'] {
  const keys = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))].sort();
  return {
    items: rows.map(one => one.run),
    columns: keys.map(key => ({
      kind: key.split(':')[0] as Schemas['RunColumn']['kind'],
      name: key.split(':')[1] ?? '',
      values: rows.map(({ values }) => values[key] ?? null)
    })),
    total: rows.length
  };
}

/** Runs by column, for tests. */
export function tableOf(runs: readonly ITestRun[]): RunTable {
  return readTable(packedOf(runs)).table;
}

/** Runs as the server packs them, for tests. */
export function packedOf(runs: readonly ITestRun[], told: object = {}): ArrayBuffer {
  const buffers: (Float64Array | Int32Array)[] = [];
  let length = 0;
  const put = (buffer: Float64Array | Int32Array): [number, number] => {
    const place: [number, number] = [length, buffer.byteLength];
    buffers.push(buffer);
    length += Math.ceil(buffer.byteLength / 8) * 8;
    return place;
  };
  const coded = (
    values: readonly (string | null)[]
  ): { words: string[]; codes: [number, number] } => {
    const words = [...new Set(values.filter(value => value !== null))];
    return {
      words,
      codes: put(Int32Array.from(values, one => (one === null ? -1 : words.indexOf(one))))
    };
  };
  const times = (values: readonly (number | null | undefined)[]): [number, number] =>
    put(Float64Array.from(values, value => value ?? NaN));
  const columns = KINDS.flatMap(([kind, group]) =>
    namesIn(runs, group).map(name => {
      const rows = Int32Array.from(runs.keys()).filter(
        place => runs[place]?.[group]?.[name] !== undefined
      );
      const values = Array.from(rows, place => runs[place]?.[group]?.[name] ?? '');
      const all = rows.length === runs.length;
      const head = { kind, name, count: rows.length, rows: all ? null : put(rows) };
      if (kind === 'metric') {
        return { ...head, form: 'number', values: put(Float64Array.from(values, Number)) };
      }
      const { words, codes } = coded(values.map(String));
      return { ...head, form: 'words', words, values: codes };
    })
  );
  const own = {
    id: runs.map(({ id }) => id),
    name: runs.map(({ id, name }) => name ?? `run ${id}`),
    experiment: coded(runs.map(({ experiment }) => experiment ?? 'late flights')),
    state: coded(runs.map(({ state }) => state ?? 'finished')),
    started: times(runs.map(({ started }, place) => started ?? 1000 * (runs.length - place))),
    ended: times(
      runs.map(({ ended, started }) => (ended === undefined ? (started ?? 0) + 9000 : ended))
    ),
    notebook: coded(runs.map(({ notebook }) => notebook ?? null)),
    parent: coded(runs.map(({ parent }) => parent ?? null)),
    user: coded(runs.map(({ user }) => user ?? null))
  };
  const head = {
    revision: 'e.1',
    full: true,
    total: runs.length,
    rows: runs.length,
    removed: [],
    more: []
  };
  return pack({ ...head, own, columns, ...told }, buffers);
}

const KINDS: readonly [Kind, 'metrics' | 'params' | 'tags'][] = [
  ['metric', 'metrics'],
  ['param', 'params'],
  ['tag', 'tags']
];

function namesIn(runs: readonly ITestRun[], group: 'metrics' | 'params' | 'tags'): string[] {
  return [...new Set(runs.flatMap(one => Object.keys(one[group] ?? {})))];
}
