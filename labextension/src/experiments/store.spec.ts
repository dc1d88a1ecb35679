import { Widget } from '@lumino/widgets';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { RunStore } from './store';
import { packedOf, type ITestRun } from './testing';

afterEach(() => vi.useRealTimers());

interface IAsked {
  since?: string;
  limit?: number;
  columns?: string[];
  ids?: string[];
}

interface IServer {
  api: Api;
  runs: ITestRun[];
  /** What was asked, in order. */
  asked: IAsked[];
  /** What the next answer tells beside the runs. */
  told: object;
  changed: ITestRun[];
}

function server(runs: ITestRun[]): IServer {
  const state: IServer = { api: {} as Api, runs, asked: [], told: {}, changed: [] };
  const answer = (query: IAsked & { deleted?: boolean }): { data: ArrayBuffer } => {
    const asked = { ...query };
    delete asked.deleted;
    state.asked.push(asked);
    const found = asked.since ? state.changed : state.runs.slice(0, asked.limit);
    const told = { total: state.runs.length, full: !asked.since, ...state.told };
    return { data: packedOf(found, told) };
  };
  const GET = vi.fn(async (_: string, { params }: { params: { query: IAsked } }) =>
    answer(params.query)
  );
  const POST = vi.fn(async (_: string, { body }: { body: IAsked }) => answer(body));
  return Object.assign(state, { api: { GET, POST } as unknown as Api });
}

function seen(): Widget {
  const widget = new Widget();
  vi.spyOn(widget, 'isVisible', 'get').mockReturnValue(true);
  return widget;
}

it('has the runs by column', async () => {
  const runs = [
    { id: '2', metrics: { auc: 0.9 }, started: 5000 },
    { id: '1', params: { depth: '3' }, started: 4000 }
  ];
  const store = new RunStore(server(runs).api);
  await store.refresh();
  const { table } = store;
  expect(table.ids).toEqual(['2', '1']);
  expect(store.columns.map(({ key, count }) => [key, count])).toEqual([
    ['metric:auc', 1],
    ['param:depth', 1]
  ]);
  expect(table.column('metric:auc')?.at(0)).toBe(0.9);
  expect(table.column('metric:auc')?.at(1)).toBeNull();
  expect([table.nameAt(1), table.textAt('param:depth', 1)]).toEqual(['run 1', '3']);
});

it('shows the first runs before all have come', async () => {
  const runs = Array.from({ length: 150 }, (_, place) => ({ id: `r${place}` }));
  const data = server(runs);
  const store = new RunStore(data.api);
  const sizes: [number, boolean][] = [];
  store.changed.connect(() => sizes.push([store.table.size, store.complete]));
  await store.refresh();
  expect(sizes).toEqual([
    [100, false],
    [150, true]
  ]);
  expect(data.asked).toEqual([{ limit: 100 }, {}]);
});

it('asks only for what has changed, and keeps the rest as it was', async () => {
  vi.useFakeTimers();
  const data = server([
    { id: '1', state: 'running', tags: { old: 'x' }, params: { depth: '3' } },
    { id: '0', metrics: { loss: 1 } }
  ]);
  const store = new RunStore(data.api);
  store.watch(seen());
  await store.refresh();
  data.changed = [
    { id: '2', metrics: { auc: NaN } },
    { id: '1', params: { depth: '4' }, metrics: { loss: 0.5 } }
  ];
  data.told = { total: 3, revision: 'e.2' };
  store.note({ kind: 'run' });
  store.note({ kind: 'run' });
  store.note({ kind: 'job' });
  await vi.runAllTimersAsync();
  const { table } = store;
  expect(data.asked.at(-1)).toEqual({ since: 'e.1' });
  expect(data.asked).toHaveLength(3);
  expect(table.ids).toEqual(['1', '0', '2']);
  expect(table.ids.map((_, row) => table.column('metric:loss')?.at(row) ?? null)).toEqual([
    0.5,
    1,
    null
  ]);
  expect(table.column('metric:auc')?.at(2)).toBeNaN();
  expect(table.column('metric:auc')?.has(0)).toBe(false);
  expect(table.ids.map((_, row) => table.column('param:depth')?.at(row))).toEqual([
    '4',
    null,
    null
  ]);
  expect(table.column('tag:old')?.count).toBe(0);
  expect(table.textAt('state', 0)).toBe('finished');
  expect(store.total).toBe(3);
});

it('lets go of runs that are gone', async () => {
  const data = server([
    { id: '2', metrics: { auc: 1 } },
    { id: '1', metrics: { auc: 2 } }
  ]);
  const store = new RunStore(data.api);
  await store.refresh();
  data.told = { removed: ['2'], total: 1 };
  await store.update();
  expect([store.table.ids, store.table.column('metric:auc')?.at(0), store.total]).toEqual([
    ['1'],
    2,
    1
  ]);
});

it('brings the columns of a wide store when they are needed', async () => {
  const data = server([{ id: '2' }, { id: '1' }]);
  data.told = { more: [{ kind: 'param', name: 'p,1', count: 1 }] };
  const store = new RunStore(data.api);
  await store.refresh();
  expect(store.columns.map(({ key }) => key)).toEqual(['param:p,1']);
  data.told = {};
  data.runs = [{ id: '1', params: { 'p,1': 'a' } }, { id: '2' }];
  await Promise.all([store.need(['param:p,1']), store.need(['param:p,1', 'metric:none'])]);
  expect(data.asked.filter(({ columns }) => columns)).toEqual([{ columns: ['param:p,1'] }]);
  expect(store.table.ids.map((_, row) => store.table.column('param:p,1')?.at(row))).toEqual([
    null,
    'a'
  ]);
  expect(store.table.more).toEqual([]);
});

it('asks for nothing while nobody looks, and catches up later', async () => {
  const data = server([{ id: '1' }]);
  const store = new RunStore(data.api);
  const hidden = new Widget();
  const visible = vi.spyOn(hidden, 'isVisible', 'get').mockReturnValue(false);
  store.watch(hidden);
  store.note({ kind: 'run' });
  await store.catchUp();
  expect(data.asked).toEqual([]);
  visible.mockReturnValue(true);
  await store.catchUp();
  expect(store.table.ids).toEqual(['1']);
});

it('says why it could not get the runs, until it can', async () => {
  const data = server([{ id: '1' }]);
  const store = new RunStore(data.api);
  vi.mocked(data.api.GET).mockRejectedValueOnce(new Error('The tracking store could not be read.'));
  await store.refresh();
  expect([store.failure, store.table.size]).toEqual(['The tracking store could not be read.', 0]);
  await store.refresh();
  expect(store.failure).toBeNull();
});
