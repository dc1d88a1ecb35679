import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { ComparisonModel, type Comparison } from './comparison-model';
import { ComparisonView } from './comparison-view';

const trans = nullTranslator.load('');
const actions = { openJob: vi.fn(), openFile: vi.fn() };
const [FIRST, FILE] = ['a, first', 'a.ipynb'];
const SIDE = { notebook: 'a.ipynb', state: 'succeeded', seconds: 2 } as const;
const CELL = { type: 'code', outputs: [], one_seconds: 1, other_seconds: 2 } as const;

const COMPARISON: Comparison = {
  one: { ...SIDE, label: FIRST, job_id: 'j1' },
  other: { ...SIDE, label: FILE, job_id: null, state: null, seconds: null },
  parameters: [
    { name: 'rate', one: 0.1, other: 0.3, same: false },
    { name: 'rows', one: 10, other: 10, same: true }
  ],
  items: [
    { ...CELL, kind: 'same', one: 1, other: 1, lines: [{ kind: 'same', text: 'import os' }] },
    {
      ...CELL,
      ...{ kind: 'changed', one: 2, other: 2 },
      lines: [
        { kind: 'removed', text: 'fit(a)' },
        { kind: 'added', text: 'fit(b)' }
      ]
    }
  ],
  changed: 1
};

let view: ComparisonView | null = null;

afterEach(() => {
  view?.dispose();
});

async function changed(change: () => Promise<void> | void): Promise<void> {
  await act(async () => {
    await change();
    MessageLoop.flush();
    await view?.renderPromise;
    await new Promise(resolve => setTimeout(resolve));
  });
}

async function show(answer: Comparison | Error): Promise<void> {
  const GET = async (): Promise<object> => {
    if (answer instanceof Error) {
      throw answer;
    }
    return { data: answer };
  };
  const model = new ComparisonModel({ GET } as unknown as Api, 'j1', 'source');
  view = new ComparisonView(model, actions, trans);
  await changed(async () => {
    Widget.attach(view as ComparisonView, document.body);
    await model.refresh();
  });
}

it('shows the parameters and cells that differ, and the others when asked', async () => {
  await show(COMPARISON);
  expect(screen.getByText('1 of 2 cells differ')).toBeTruthy();
  expect(screen.getByRole('table', { name: 'Parameters' }).textContent).toBe('rate0.10.3');
  expect(screen.getByText(/fit\(b\)/)).toBeTruthy();
  expect(screen.queryByText(/import os/)).toBeNull();
  await changed(() => void fireEvent.click(screen.getByLabelText('only these')));
  expect(screen.getByText(/import os/)).toBeTruthy();
});

it('opens each side: a job, or the notebook file', async () => {
  await show(COMPARISON);
  fireEvent.click(screen.getByRole('button', { name: 'a, first' }));
  fireEvent.click(screen.getByRole('button', { name: 'a.ipynb' }));
  expect(actions.openJob).toHaveBeenCalledWith('j1');
  expect(actions.openFile).toHaveBeenCalledWith('a.ipynb');
});

it('says that nothing differs, or what went wrong', async () => {
  await show({ ...COMPARISON, items: COMPARISON.items.slice(0, 1), changed: 0 });
  expect(screen.getByText('All cells and their outputs are the same.')).toBeTruthy();
  view?.dispose();
  await show(new Error('The job has no result notebook.'));
  expect(screen.getByRole('alert').textContent).toContain('The job has no result notebook.');
});
