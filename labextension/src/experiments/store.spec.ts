import { Widget } from '@lumino/widgets';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { RunStore, type IRow } from './store';
import { row, table } from './testing';

afterEach(() => vi.useRealTimers());

function server(rows: IRow[]): { api: Api; rows: IRow[] } {
  const state = { rows };
  const GET = vi.fn(async (_: string, { params }: { params: { query: { ids?: string } } }) => {
    const ids = params.query.ids?.split(',');
    return { data: table(state.rows.filter(({ run }) => !ids || ids.includes(run.id))) };
  });
  return Object.assign(state, { api: { GET } as unknown as Api });
}

function seen(): Widget {
  const widget = new Widget();
  vi.spyOn(widget, 'isVisible', 'get').mockReturnValue(true);
  return widget;
}

it('has the runs by row, and what they logged by name', async () => {
  const rows = [row('2', {}, { 'metric:auc': 0.9 }), row('1', {}, { 'param:depth': '3' })];
  const store = new RunStore(server(rows).api);
  await store.refresh();
  expect(store.rows).toEqual(rows);
  expect(store.columns).toEqual([
    { key: 'metric:auc', kind: 'metric', name: 'auc' },
    { key: 'param:depth', kind: 'param', name: 'depth' }
  ]);
});

it('asks only for the runs that changed, and puts new ones on top', async () => {
  vi.useFakeTimers();
  const data = server([row('1', { state: 'running' })]);
  const store = new RunStore(data.api);
  store.watch(seen());
  await store.refresh();
  data.rows = [row('2'), row('1', {}, { 'metric:auc': 1 })];
  store.note({ kind: 'run', id: '2', change: 'added' });
  store.note({ kind: 'run', id: '1', change: 'changed' });
  store.note({ kind: 'job', id: '9', change: 'changed' });
  await vi.runAllTimersAsync();
  expect(store.rows).toEqual(data.rows);
  expect(store.total).toBe(2);
  expect(store.columns.map(({ key }) => key)).toEqual(['metric:auc']);
  expect(data.api.GET).toHaveBeenCalledTimes(2);
});

it('lets go of a run that is gone', async () => {
  const data = server([row('2'), row('1')]);
  const store = new RunStore(data.api);
  store.watch(seen());
  await store.refresh();
  data.rows = [row('1')];
  store.note({ kind: 'run', id: '2', change: 'removed' });
  await store.catchUp();
  expect([store.rows.length, store.total]).toEqual([1, 1]);
});

it('asks for nothing while nobody looks, and catches up later', async () => {
  const data = server([row('1')]);
  const store = new RunStore(data.api);
  const hidden = new Widget();
  const visible = vi.spyOn(hidden, 'isVisible', 'get').mockReturnValue(false);
  store.watch(hidden);
  store.note({ kind: 'run', id: '1', change: 'added' });
  await store.catchUp();
  expect(data.api.GET).not.toHaveBeenCalled();
  visible.mockReturnValue(true);
  await store.catchUp();
  expect(store.rows).toEqual(data.rows);
});

it('says why it could not get the runs, until it can', async () => {
  const data = server([row('1')]);
  const store = new RunStore(data.api);
  vi.mocked(data.api.GET).mockRejectedValueOnce(new Error('The tracking store could not be read.'));
  await store.refresh();
  expect([store.failure, store.rows]).toEqual(['The tracking store could not be read.', []]);
  await store.refresh();
  expect(store.failure).toBeNull();
});
