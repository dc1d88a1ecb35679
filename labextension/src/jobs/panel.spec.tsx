import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { segments } from './bar';
import { JobsModel, type Job } from './model';
import { JobsPanel } from './panel';
import { job } from './testing';

const trans = nullTranslator.load('');
const actions = { run: vi.fn(), open: vi.fn(), stop: vi.fn(), again: vi.fn(), remove: vi.fn() };

let panel: JobsPanel | null = null;

afterEach(() => {
  panel?.dispose();
});

async function show(answer: Job[] | Error): Promise<JobsModel> {
  const GET = async (): Promise<object> => {
    if (answer instanceof Error) {
      throw answer;
    }
    return { data: { items: answer, total: answer.length, unfinished: 0 } };
  };
  const model = new JobsModel({ GET } as unknown as Api);
  panel = new JobsPanel(model, actions, trans);
  await act(async () => {
    Widget.attach(panel as JobsPanel, document.body);
    await model.refresh();
    MessageLoop.flush();
    await panel?.renderPromise;
    await new Promise(resolve => setTimeout(resolve));
  });
  return model;
}

it('says what jobs are for and offers the first one', async () => {
  await show([]);
  fireEvent.click(screen.getByRole('button', { name: 'Run notebook…' }));
  expect(screen.getByText('No job yet')).toBeTruthy();
  expect(actions.run).toHaveBeenCalled();
});

it('says what went wrong and offers to try again', async () => {
  await show(new Error('The Jupyter server does not answer.'));
  expect(screen.getByRole('alert').textContent).toContain('The Jupyter server does not answer.');
  expect(screen.getByRole('button', { name: 'Retry' })).toBeTruthy();
});

it('shows how far each job is, opens it, and stops the one that runs', async () => {
  const running = job({ id: '1', name: 'train', state: 'running', ended_at: null, cells_done: 1 });
  await show([running, job({ id: '2', name: 'clean' })]);
  expect(screen.getByRole('progressbar', { name: '1 of 3 cells' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: /^Running\s*train/ }));
  fireEvent.click(screen.getByRole('button', { name: 'Stop train' }));
  fireEvent.click(screen.getByRole('button', { name: 'Run clean again' }));
  expect(actions.open).toHaveBeenCalledWith(running);
  expect(actions.stop).toHaveBeenCalledWith(running);
  expect(actions.again).toHaveBeenCalledWith(job({ id: '2', name: 'clean' }));
});

it('does not stop a job twice', async () => {
  const stopping = {
    state: 'running',
    ended_at: null,
    stop_requested_at: '2026-01-01T10:00:03Z'
  } as const;
  await show([job({ name: 'train', ...stopping })]);
  expect(screen.getByRole('button', { name: 'Stop train' })).toHaveProperty('disabled', true);
});

it('draws a tick for each cell, and melts very many into one bar', () => {
  const failed = { state: 'failed', ended_at: null } as const;
  expect(
    segments(job({ ...failed, cells_total: 3, cells_done: 1 })).map(({ state }) => state)
  ).toEqual(['succeeded', 'failed', 'queued']);
  expect(segments(job({ ...failed, cells_total: 100, cells_done: 60 }))).toEqual([
    { state: 'succeeded', count: 60 },
    { state: 'failed', count: 1 },
    { state: 'queued', count: 39 }
  ]);
});
