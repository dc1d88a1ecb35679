import type { Schemas } from '../api';
import type { IRow, RunRow, Value } from './store';

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

/** A table as the server answers it, for tests. */
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
