import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { segments } from './bar';
import { Desk } from './desk';
import type { Job } from './model';
import { JobsPanel } from './panel';
import type { Schedule } from './form-schedule';
import type { Sweep } from './sweeps';
import { job, schedule, sweep } from './testing';

const trans = nullTranslator.load('');
const actions = {
  run: vi.fn(),
  open: vi.fn(),
  stop: vi.fn(),
  again: vi.fn(),
  remove: vi.fn(),
  schedule: vi.fn(),
  sweep: vi.fn(),
  workflow: null,
  openSchedule: vi.fn(),
  openSweep: vi.fn(),
  openFlow: vi.fn(),
  pause: vi.fn(),
  runSchedule: vi.fn(),
  removeSchedule: vi.fn(),
  stopSweep: vi.fn(),
  removeSweep: vi.fn(),
  stopFlow: vi.fn()
};

let panel: JobsPanel | null = null;

afterEach(() => {
  panel?.dispose();
});

interface IKept {
  schedules?: Schedule[];
  sweeps?: Sweep[];
}

async function show(answer: Job[] | Error, kept: IKept = {}): Promise<Desk> {
  const GET = async (path: string): Promise<object> => {
    if (answer instanceof Error) {
      throw answer;
    }
    const lists: Record<string, object[] | undefined> = {
      '/jobs/schedules': kept.schedules,
      '/jobs/sweeps': kept.sweeps
    };
    const items = path === '/jobs' ? answer : (lists[path] ?? []);
    return { data: { items, total: items.length, unfinished: 0, capacity: {} } };
  };
  const model = new Desk({ GET } as unknown as Api);
  panel = new JobsPanel(model, actions, trans);
  await act(async () => {
    Widget.attach(panel as JobsPanel, document.body);
    await model.refresh();
    await drawn();
  });
  return model;
}

async function drawn(): Promise<void> {
  MessageLoop.flush();
  await panel?.renderPromise;
  await new Promise(resolve => setTimeout(resolve));
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

it('says what made a job, and why it waits', async () => {
  const owner = { kind: 'sweep', id: 's', node: '3' } as const;
  await show([job({ state: 'queued', ended_at: null, started_at: null, owner })]);
  expect(screen.getByText('Sweep: 3')).toBeTruthy();
  expect(screen.getByText('next in the queue')).toBeTruthy();
});

it('lists the schedules, pauses one and runs it now', async () => {
  const model = await show([], { schedules: [schedule({ id: 'c', name: 'nightly' })] });
  await act(async () => {
    model.section = 'schedules';
    await drawn();
  });
  expect(screen.getByText('Every day at 07:00')).toBeTruthy();
  fireEvent.click(screen.getByRole('switch', { name: 'nightly is on' }));
  fireEvent.click(screen.getByRole('button', { name: 'Run nightly now' }));
  fireEvent.click(screen.getByRole('button', { name: /nightly/, description: /Every day/ }));
  expect(actions.pause).toHaveBeenCalledWith('c', true);
  expect(actions.runSchedule).toHaveBeenCalledWith('c');
  expect(actions.openSchedule).toHaveBeenCalledWith('c');
});

it('shows how far a sweep is, and stops it', async () => {
  const model = await show([], { sweeps: [sweep({ id: 'w', name: 'depths' })] });
  await act(async () => {
    model.section = 'sweeps';
    await drawn();
  });
  expect(screen.getByRole('progressbar', { name: '3 of 6 jobs' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Stop depths' }));
  expect(actions.stopSweep).toHaveBeenCalledWith('w');
});

it('goes through the sections with the arrow keys', async () => {
  const model = await show([]);
  fireEvent.keyDown(screen.getByRole('tab', { name: 'Jobs' }), { key: 'ArrowRight' });
  expect(model.section).toBe('schedules');
});
