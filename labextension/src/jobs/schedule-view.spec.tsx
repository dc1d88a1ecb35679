import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import type { Schedule } from './form-schedule';
import { JobsModel } from './model';
import { ScheduleView } from './schedule-view';
import { SchedulesModel } from './schedules';
import { job, schedule } from './testing';

const trans = nullTranslator.load('');
const actions = {
  run: vi.fn(),
  pause: vi.fn(),
  edit: vi.fn(),
  remove: vi.fn(),
  openJob: vi.fn(),
  openFlow: vi.fn(),
  openFile: vi.fn()
};
const FIRED = {
  due: '2026-01-01T07:00:00Z',
  at: '2026-01-01T07:00:01Z',
  job_id: null,
  run_id: null,
  reason: ''
};

let view: ScheduleView | null = null;

afterEach(() => {
  view?.dispose();
  vi.clearAllMocks();
});

async function show(shown: Schedule[] | Error): Promise<void> {
  const GET = async (path: string): Promise<object> => {
    if (shown instanceof Error) {
      throw shown;
    }
    return { data: { items: path === '/jobs' ? [job({ id: 'j' })] : shown } };
  };
  const api = { GET } as unknown as Api;
  const [schedules, jobs] = [new SchedulesModel(api), new JobsModel(api)];
  view = new ScheduleView(schedules, 'c', jobs, actions, trans);
  await act(async () => {
    Widget.attach(view as ScheduleView, document.body);
    await Promise.all([schedules.refresh(), jobs.refresh()]);
    MessageLoop.flush();
    await view?.renderPromise;
    await new Promise(resolve => setTimeout(resolve));
  });
}

it('says when it is due next, and runs, pauses and edits it', async () => {
  await show([schedule({ name: 'nightly' })]);
  expect(screen.getByText('Every day at 07:00')).toBeTruthy();
  expect(screen.getByText(/Jan 2/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Run now' }));
  fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
  fireEvent.click(screen.getByRole('button', { name: 'Edit…' }));
  expect(actions.run).toHaveBeenCalled();
  expect(actions.pause).toHaveBeenCalledWith(true);
  expect(actions.edit).toHaveBeenCalled();
});

it('tells times that lie seconds apart from one another', async () => {
  const next = ['2026-01-02T07:00:06Z', '2026-01-02T07:00:12Z'];
  const trigger = { kind: 'interval', every: 6, unit: 'seconds' } as const;
  await show([schedule({ next, spec: { job: { notebook: 'a.ipynb' }, trigger } })]);
  expect(screen.getByText(/00:06/)).toBeTruthy();
  expect(screen.getByText(/00:12/)).toBeTruthy();
});

it('shows what came of past times, and why one was left out', async () => {
  const skipped = { ...FIRED, state: 'skipped', reason: 'Its last job still runs.' } as const;
  await show([schedule({ last: [{ ...FIRED, state: 'made', job_id: 'j' }, skipped] })]);
  expect(screen.getByText('Succeeded')).toBeTruthy();
  expect(screen.getByText('Its last job still runs.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Open' }));
  expect(actions.openJob).toHaveBeenCalledWith('j');
});

it('says that it is paused, removed, or cannot be had', async () => {
  await show([schedule({ paused: true, next: [] })]);
  expect(screen.getByText('None while it is paused.')).toBeTruthy();
  view?.dispose();
  await show([]);
  expect(screen.getByText('This schedule is no longer there.')).toBeTruthy();
  view?.dispose();
  await show(new Error('The Jupyter server does not answer.'));
  expect(screen.getByRole('button', { name: 'Retry' })).toBeTruthy();
});
