import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { SweepModel, type SweepResults, type SweepRow } from './sweep-model';
import { SweepView } from './sweep-view';
import { sweep } from './testing';

const trans = nullTranslator.load('');
const actions = {
  stop: vi.fn(),
  retry: vi.fn(),
  remove: vi.fn(),
  again: vi.fn(),
  csv: vi.fn(),
  openJob: vi.fn(),
  openFile: vi.fn(),
  openRun: null
};

let view: SweepView | null = null;

afterEach(() => {
  view?.dispose();
  vi.clearAllMocks();
});

function row(number: number, depth: number, auc: number | null): SweepRow {
  return {
    ...{ number, parameters: { depth }, values: [auc], job_id: `j${number}`, rank: null },
    ...{ state: 'succeeded', attempts: 1, cells_done: 3, cells_total: 3, seconds: 2 },
    ...{ error: null, output: null, outputs: {}, runs: [], started_at: null }
  };
}

const RESULTS: SweepResults = {
  sweep: sweep({}),
  items: [row(1, 1, 0.7), row(2, 2, 0.9), row(3, 4, null)],
  parameters: ['depth'],
  metrics: ['auc'],
  metric: 'auc',
  direction: 'maximize',
  best: 2
};

async function show(answer: SweepResults | Error): Promise<void> {
  const GET = async (): Promise<object> => {
    if (answer instanceof Error) {
      throw answer;
    }
    return { data: answer };
  };
  const model = new SweepModel({ GET } as unknown as Api, 'w');
  view = new SweepView(model, actions, trans);
  await act(async () => {
    Widget.attach(view as SweepView, document.body);
    await model.refresh();
    await drawn();
  });
}

async function drawn(): Promise<void> {
  MessageLoop.flush();
  await view?.renderPromise;
  await new Promise(resolve => setTimeout(resolve));
}

function numbers(): (string | null)[] {
  const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
  return rows.map(each => within(each).getByRole('button').textContent);
}

it('begins with the best job and opens it', async () => {
  await show(RESULTS);
  expect(numbers()).toEqual(['2', '1', '3']);
  expect(screen.getByText('best').closest('tr')?.textContent).toContain('0.9');
  fireEvent.click(screen.getByRole('button', { name: 'Open best' }));
  expect(actions.openJob).toHaveBeenCalledWith('j2');
});

it('is sorted by a parameter, and the other way round; what has no value comes last', async () => {
  await show(RESULTS);
  const click = async (name: RegExp): Promise<void> =>
    act(async () => {
      fireEvent.click(screen.getByRole('button', { name }));
      await drawn();
    });
  await click(/^depth/);
  expect(numbers()).toEqual(['1', '2', '3']);
  await click(/^depth/);
  expect(numbers()).toEqual(['3', '2', '1']);
  expect(screen.getByRole('columnheader', { name: /depth/ }).getAttribute('aria-sort')).toBe(
    'descending'
  );
  await click(/^auc/);
  expect(numbers()).toEqual(['1', '2', '3']);
});

it('says why a job failed, and runs the failed ones again', async () => {
  const error = { kind: 'cell', cell: 2, name: 'ValueError', message: 'too deep' } as const;
  const failed = {
    ...row(3, 4, null),
    state: 'failed',
    error: { ...error, traceback: '' }
  } as const;
  await show({ ...RESULTS, items: [failed] });
  expect(screen.getByText('too deep')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Run failed again' }));
  expect(actions.retry).toHaveBeenCalled();
});

it('has no best before a job has given a number', async () => {
  await show({ ...RESULTS, best: null });
  expect(screen.getByRole('button', { name: 'Open best' })).toHaveProperty('disabled', true);
});

it('says what went wrong', async () => {
  await show(new Error('There is no such sweep.'));
  expect(screen.getByRole('alert').textContent).toContain('There is no such sweep.');
});
