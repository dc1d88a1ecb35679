import { expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { printed } from './cell';
import { JobModel } from './detail';
import { event, job } from './testing';

/** An API that answers with one job, its events from a number on, and a log. */
function server(state: { job: object; events: ReturnType<typeof event>[]; log?: string }): Api {
  const GET = vi.fn(async (path: string, init: { params: { query?: { since?: number } } }) => {
    const since = init.params.query?.since ?? 0;
    switch (path) {
      case '/jobs/{id}/events': {
        const items = state.events.filter(({ seq }) => seq > since);
        return { data: { job: state.job, items, next: items.at(-1)?.seq ?? since, more: false } };
      }
      case '/jobs/{id}/log':
        return { data: { text: state.log ?? '', next: 0 } };
      default:
        return { data: { items: [{ id: 'r', name: 'clever-owl' }] } };
    }
  });
  return { GET } as unknown as Api;
}

const BEGUN = [
  event(1, 'planned', { titles: ['import a', 'fit()', 'score()'] }),
  event(2, 'started', { cell: 1 }),
  event(3, 'done', { cell: 1, seconds: 0.5, memory: 1000 }),
  event(4, 'started', { cell: 2 }),
  event(5, 'output', { cell: 2, text: 'epoch 1\n' })
];

it('follows the cells as they go', async () => {
  const state = { job: job({ state: 'running', ended_at: null }), events: BEGUN };
  const model = new JobModel(server(state), 'j');
  await model.refresh();
  expect(model.cells.map(({ state, seconds }) => [state, seconds])).toEqual([
    ['succeeded', 0.5],
    ['running', null],
    ['queued', null]
  ]);
  expect(model.selected?.output).toBe('epoch 1\n');
});

it('asks only for what is new, and adds it to what it has', async () => {
  const state = { job: job({ state: 'running', ended_at: null }), events: [...BEGUN] };
  const model = new JobModel(server(state), 'j');
  await model.refresh();
  state.events.push(event(6, 'output', { cell: 2, text: 'epoch 2\n' }));
  await model.refresh();
  expect(model.selected?.output).toBe('epoch 1\nepoch 2\n');
});

it('shows the cell that somebody chose rather than the one that runs', async () => {
  const model = new JobModel(server({ job: job({}), events: BEGUN }), 'j');
  await model.refresh();
  model.select(1);
  expect(model.selected?.number).toBe(1);
  model.select(null);
  expect(model.selected?.number).toBe(2);
});

it('knows that the cell that ran has ended with its job', async () => {
  const stopped = new JobModel(server({ job: job({ state: 'stopped' }), events: BEGUN }), 'j');
  const lost = new JobModel(server({ job: job({ state: 'failed' }), events: BEGUN }), 'j');
  await Promise.all([stopped.refresh(), lost.refresh()]);
  expect(stopped.cells[1]?.state).toBe('stopped');
  expect(lost.cells[1]?.state).toBe('failed');
});

it('keeps what ended before the cell from which a job was resumed', async () => {
  const titles = ['import a', 'fit(2)', 'score()'];
  const resumed = [
    ...BEGUN,
    event(6, 'failed', { cell: 2, text: 'KeyError', seconds: 1 }),
    event(7, 'planned', { titles }),
    event(8, 'resumed', { cell: 2 }),
    event(9, 'started', { cell: 2 })
  ];
  const state = { job: job({ state: 'running', ended_at: null }), events: resumed };
  const model = new JobModel(server(state), 'j');
  await model.refresh();
  expect(model.cells.map(({ title, state, seconds }) => [title, state, seconds])).toEqual([
    ['import a', 'succeeded', 0.5],
    ['fit(2)', 'running', null],
    ['score()', 'queued', null]
  ]);
  expect(model.turns.map(({ kind, cell }) => [kind, cell])).toEqual([['resumed', 2]]);
});

it('shows the runs that the job made', async () => {
  const model = new JobModel(server({ job: job({}), events: [] }), 'j');
  await model.refreshRuns();
  expect(model.runs.map(({ name }) => name)).toEqual(['clever-owl']);
});

it('says why a job could not be had', async () => {
  const api = { GET: () => Promise.reject(new Error('There is no such job.')) } as unknown as Api;
  const model = new JobModel(api, 'j');
  await model.refresh();
  expect(model.failure).toBe('There is no such job.');
});

it.each([
  ['10%\r20%\r30%', '30%'],
  ['a\nb\rc\nd', 'a\nc\nd'],
  ['windows\r\nlines\r\n', 'windows\nlines\n'],
  ['waiting\r', 'waiting\r']
])('lets a carriage return overwrite its line: %j', (text, shown) => {
  expect(printed(text)).toBe(shown);
});
