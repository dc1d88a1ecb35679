import { nullTranslator } from '@jupyterlab/translation';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { JobModel } from './detail';
import type { Job } from './model';
import { Resume } from './resume';
import { ResumeModel } from './resume-model';
import { job } from './testing';
import type { IJobActions } from './view';

const trans = nullTranslator.load('');
const error = { kind: 'cell', cell: 2, name: 'NameError', message: 'x', traceback: '' } as const;
const FAILED = job({
  state: 'failed',
  error,
  kept_until: new Date(Date.now() + 90_000).toISOString()
});

afterEach(cleanup);

async function show(shown: Job): Promise<ReturnType<typeof vi.fn>> {
  let current = shown;
  const POST = vi.fn(async () => {
    current = { ...shown, state: 'running', ended_at: null, kept_until: null };
    return { data: current };
  });
  const GET = async (path: string): Promise<object> =>
    path === '/jobs/{id}/source'
      ? { data: { items: [{ number: 2, source: 'fit(x)' }], language: 'python' } }
      : { data: { job: current, items: [], next: 0, more: false } };
  const model = new JobModel({ GET, POST } as unknown as Api, 'j');
  const resume = new ResumeModel({ GET, POST } as unknown as Api, model);
  const actions = { attach: vi.fn() } as unknown as IJobActions;
  await act(async () => {
    await model.refresh();
    render(<Resume model={resume} job={shown} editors={null} actions={actions} trans={trans} />);
  });
  return POST;
}

it('goes on from the failed cell with its edited code', async () => {
  const POST = await show(FAILED);
  expect(screen.getByText(/The kernel stays for 1 min/)).toBeTruthy();
  const code = await screen.findByRole('textbox', { name: 'Code of cell 2' });
  fireEvent.change(code, { target: { value: 'fit(y)' } });
  fireEvent.click(screen.getByLabelText('also write it to the notebook'));
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name: 'Resume from cell 2' }));
  });
  expect(POST).toHaveBeenCalledWith('/jobs/{id}/resume', {
    params: { path: { id: 'j' } },
    body: { cells: { 2: 'fit(y)' }, write: true }
  });
  expect(screen.queryByRole('button', { name: 'Resume from cell 2' })).toBeNull();
});

it('offers nothing when the kernel has gone', async () => {
  await show({ ...FAILED, kept_until: null });
  expect(screen.queryByRole('button')).toBeNull();
});
