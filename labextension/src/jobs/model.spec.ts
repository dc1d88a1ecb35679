import { expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { JobsModel, type Job } from './model';
import { job } from './testing';

function server(jobs: Job[]): { api: Api; jobs: Job[] } {
  const state = { jobs };
  const api = {
    GET: vi.fn(async () => ({ data: { items: state.jobs, total: state.jobs.length } })),
    POST: vi.fn(async (path: string) => {
      if (path === '/jobs') {
        state.jobs = [job({ id: 'new', state: 'running', ended_at: null }), ...state.jobs];
        return { data: state.jobs[0] };
      }
      const stopping = { ...state.jobs[0], stop_requested_at: '2026-01-01T10:00:03Z' };
      return { data: stopping };
    })
  } as unknown as Api;
  return Object.assign(state, { api });
}

const JOBS = [
  job({ id: '1', name: 'train', state: 'running', ended_at: null }),
  job({ id: '2', name: 'score', state: 'queued', ended_at: null }),
  job({ id: '3', name: 'clean', state: 'failed' })
];

it('shows the jobs that pass the search and the filter', async () => {
  const model = new JobsModel(server(JOBS).api);
  await model.refresh();
  expect(model.shown).toEqual(JOBS);
  model.filter = 'running';
  expect(model.shown.map(({ id }) => id)).toEqual(['1', '2']);
  model.filter = 'all';
  model.search = 'CLE';
  expect(model.shown.map(({ id }) => id)).toEqual(['3']);
});

it('keeps the list it has and says why it could not get a new one', async () => {
  const { api } = server(JOBS);
  const model = new JobsModel(api);
  await model.refresh();
  vi.mocked(api.GET).mockRejectedValueOnce(new Error('The Jupyter server does not answer.'));
  await model.refresh();
  expect([model.jobs, model.failure]).toEqual([JOBS, 'The Jupyter server does not answer.']);
});

it('asks once more, not many times more, when it is asked to while asking', async () => {
  const { api } = server(JOBS);
  const model = new JobsModel(api);
  await Promise.all([model.refresh(), model.refresh(), model.refresh(), model.refresh()]);
  expect(vi.mocked(api.GET).mock.calls.length).toBeLessThanOrEqual(2);
});

it('asks for one job when one has changed, and for all when one has ended', async () => {
  const state = server(JOBS);
  const model = new JobsModel(state.api);
  await model.refresh();
  const GET = vi.mocked(state.api.GET) as unknown as { mockImplementation(f: unknown): void };
  const paths: string[] = [];
  GET.mockImplementation(async (path: string) => {
    paths.push(path);
    const changed = job({
      id: '1',
      name: 'train',
      state: 'running',
      ended_at: null,
      cells_done: 2
    });
    return { data: path === '/jobs' ? { items: JOBS } : changed };
  });
  model.note({ kind: 'job', id: '1', change: 'changed' });
  await vi.waitFor(() => expect(model.jobs[0]?.cells_done).toBe(2));
  model.note({ kind: 'job', id: 'new', change: 'added' });
  await vi.waitFor(() => expect(paths).toEqual(['/jobs/{id}', '/jobs']));
});

it('knows how many wait before a job', async () => {
  const waiting = (id: string, priority: number, minute: number): Job =>
    job({
      id,
      state: 'queued',
      ended_at: null,
      created_at: `2026-01-01T10:0${minute}:00Z`,
      spec: { notebook: 'a.ipynb', priority }
    });
  const jobs = [waiting('c', 0, 3), waiting('b', 0, 2), waiting('a', 5, 4)];
  const model = new JobsModel(server([...jobs, job({ id: 'd' })]).api);
  await model.refresh();
  expect(model.jobs.map(each => model.placeOf(each))).toEqual([3, 2, 1, 0]);
});

it('shows at once that a job was asked to stop', async () => {
  const model = new JobsModel(server([...JOBS]).api);
  await model.refresh();
  await model.stop('1');
  expect(model.jobs[0]?.stop_requested_at).not.toBeNull();
});

it('lists older jobs when asked, and keeps them when the list is asked for again', async () => {
  const GET = vi.fn(async (_: string, { params }: { params: { query: { before?: string } } }) => ({
    data: params.query.before
      ? { items: [job({ id: '2' }), job({ id: '1' })], total: 4, next: null }
      : { items: [job({ id: '4' }), job({ id: '3' })], total: 4, next: '3' }
  }));
  const model = new JobsModel({ GET } as unknown as Api);
  await model.refresh();
  expect(model.hasOlder).toBe(true);
  await model.loadOlder();
  await model.refresh();
  expect(model.jobs.map(({ id }) => id)).toEqual(['4', '3', '2', '1']);
  expect(model.hasOlder).toBe(false);
  model.note({ kind: 'job', id: '2', change: 'removed' });
  expect(model.jobs.map(({ id }) => id)).toEqual(['4', '3', '1']);
});
