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

it('tells of the end of a job that was submitted here, once, and of no other', async () => {
  const state = server([]);
  const model = new JobsModel(state.api);
  const ended: string[] = [];
  model.ended.connect((_, { id }) => ended.push(id));
  await model.submit({ notebook: 'a.ipynb' });
  state.jobs = [job({ id: 'new' }), job({ id: 'other' })];
  await model.refresh();
  await model.refresh();
  expect(ended).toEqual(['new']);
});

it('shows at once that a job was asked to stop', async () => {
  const model = new JobsModel(server([...JOBS]).api);
  await model.refresh();
  await model.stop('1');
  expect(model.jobs[0]?.stop_requested_at).not.toBeNull();
});
