import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { CompareModel, type RunComparison } from './compare-model';
import { CompareView } from './compare-view';

vi.mock('./compare-curves', () => ({ Curves: () => null })); // charts need a canvas

const trans = nullTranslator.load('');
const openRun = vi.fn();
const RUN = {
  ...{ experiment: 'trees', state: 'finished', started_at: '2026-01-01T10:00:00Z', seconds: 2 },
  ...{ notebook: 'a.ipynb', job: null, user: 'ada' }
} as const;
const CELL = { type: 'code', outputs: [], one_seconds: null, other_seconds: null } as const;

const PAIR: RunComparison['pairs'][number] = {
  ...{ other: 'b', metric: 'auc', one_value: 0.8, other_value: 0.9 },
  explanations: [
    {
      ...{ kind: 'param', name: 'depth', sentence: 'depth went from 6 to 12.', reason: '' },
      ...{ weight: 0.7, section: 'params' }
    },
    {
      ...{ kind: 'cell', name: '3', sentence: 'Cell 3 changed: `x = 1` became `x = 2`.' },
      ...{ reason: 'The result depends on this cell.', weight: 0.3, section: 'notebook' }
    }
  ],
  cells: [
    { ...CELL, kind: 'same', one: 1, other: 1, lines: [{ kind: 'same', text: 'import os' }] },
    { ...CELL, kind: 'changed', one: 3, other: 3, lines: [{ kind: 'added', text: 'x = 2' }] }
  ],
  ...{ cells_note: '', columns: [], columns_note: 'There is no profile.', recipe: [] }
};

const FOUND: RunComparison = {
  runs: [
    { ...RUN, id: 'a', name: 'first' },
    { ...RUN, id: 'b', name: 'second' }
  ],
  reference: 'a',
  params: [
    { name: 'depth', values: ['6', '12'], differs: true },
    { name: 'trees', values: ['10'], differs: false }
  ],
  metrics: [{ name: 'auc', values: [0.8, 0.9], differs: true }],
  ...{ tags: [], environment: [], git: [], data: [], artifacts_note: '', markdown: '# both' },
  artifacts: [
    { name: 'a.txt', paths: ['a.txt', null], sizes: [3, null], digests: ['x', null], differs: true }
  ],
  pairs: [PAIR]
};

let view: CompareView | null = null;

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

async function show(answer: RunComparison | Error): Promise<ReturnType<typeof vi.fn>> {
  const POST = vi.fn(async (_: string, options: { body: { reference: string } }) => {
    if (answer instanceof Error) {
      throw answer;
    }
    const { reference } = options.body;
    return {
      data: { ...answer, reference, pairs: [{ ...PAIR, other: reference === 'a' ? 'b' : 'a' }] }
    };
  });
  const model = new CompareModel({ POST } as unknown as Api, ['a', 'b', 'a']);
  view = new CompareView(model, { openRun }, trans);
  await changed(async () => {
    Widget.attach(view as CompareView, document.body);
    await model.refresh();
  });
  return POST;
}

it('begins with what explains the change, then shows what differs', async () => {
  await show(FOUND);
  const why = screen.getByRole('list', { name: 'What changed, the likeliest cause first' });
  expect(within(why).getAllByRole('listitem')[0]?.textContent).toContain(
    'depth went from 6 to 12.'
  );
  expect(screen.getByText('x = 1').tagName).toBe('CODE');
  expect(screen.getByText('+0.1')).toBeTruthy();
  expect(screen.queryByRole('rowheader', { name: 'trees' })).toBeNull();
  await changed(() => void fireEvent.click(screen.getByLabelText('Only what differs')));
  expect(screen.getByRole('rowheader', { name: 'trees' })).toBeTruthy();
  expect(screen.getByText(/import os/)).toBeTruthy();
});

it('narrows the rows down to those that are searched', async () => {
  await show(FOUND);
  const search = screen.getByRole('searchbox');
  await changed(() => void fireEvent.change(search, { target: { value: 'AUC' } }));
  expect(screen.queryByRole('rowheader', { name: 'depth' })).toBeNull();
  expect(screen.getByRole('rowheader', { name: 'auc' })).toBeTruthy();
});

it('holds the others against the run that is chosen as the reference', async () => {
  const POST = await show(FOUND);
  await changed(() => void fireEvent.click(screen.getByRole('button', { name: 'Swap' })));
  expect(POST.mock.lastCall?.[1]).toMatchObject({ body: { ids: ['a', 'b'], reference: 'b' } });
  const [first, second] = screen.getAllByRole('radio');
  expect([first, second].map(radio => (radio as HTMLInputElement).checked)).toEqual([false, true]);
  fireEvent.click(screen.getByRole('button', { name: 'second' }));
  expect(openRun).toHaveBeenCalledWith('b');
});

it('says what went wrong and offers to try again', async () => {
  const POST = await show(new Error('There is no run x.'));
  expect(screen.getByRole('alert').textContent).toContain('There is no run x.');
  await changed(() => void fireEvent.click(screen.getByRole('button', { name: 'Retry' })));
  expect(POST).toHaveBeenCalledTimes(2);
});
