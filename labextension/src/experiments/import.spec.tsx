import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { ImportModel, type Importable, type RunImport } from './import-model';
import { ImportView } from './import-view';

const trans = nullTranslator.load('');
const FOUND: Importable = {
  kind: 'tensorboard',
  items: [{ name: 'first', source: 'first', size: 2000 }],
  experiment: 'runs'
};
const BEGUN: RunImport = {
  ...{ id: 'i', state: 'running', experiment: 'boards', total: 1, items: [], left_out: [] },
  error: null
};
const DONE: RunImport = {
  ...BEGUN,
  state: 'succeeded',
  items: [
    {
      ...{ run_id: 'r', name: 'first', source: 'first', state: 'new', points: 12, params: 1 },
      ...{ files: 0, left_out: ['Left out: histograms (3).'] }
    }
  ]
};

let view: ImportView | null = null;
const actions = { choose: vi.fn(async () => 'runs/'), openRun: vi.fn(), close: vi.fn() };

afterEach(() => {
  vi.useRealTimers();
  view?.dispose();
});

async function changed(change: () => Promise<void> | void, wait = 0): Promise<void> {
  await act(async () => {
    await change();
    await new Promise(resolve => setTimeout(resolve, wait));
    MessageLoop.flush();
    await view?.renderPromise;
  });
}

it('looks into the chosen folder, imports it and tells what was left out', async () => {
  const GET = vi.fn(async (path: string) => ({ data: path.endsWith('{id}') ? DONE : FOUND }));
  const POST = vi.fn(async () => ({ data: BEGUN }));
  view = new ImportView(new ImportModel({ GET, POST } as unknown as Api), actions, trans);
  await changed(() => Widget.attach(view as ImportView, document.body));
  await changed(() => void fireEvent.click(screen.getByRole('button', { name: 'Choose…' })));
  expect(screen.getByRole('list', { name: 'Runs found' }).textContent).toContain('first');
  fireEvent.change(screen.getByLabelText('Experiment'), { target: { value: 'boards' } });
  await changed(() => void fireEvent.click(screen.getByRole('button', { name: 'Import' })));
  expect(POST).toHaveBeenCalledWith('/experiments/imports', {
    body: { path: 'runs/', experiment: 'boards' }
  });
  expect(screen.getByText('Importing into boards')).toBeTruthy();
  await changed(() => undefined, 500);
  expect(screen.getByText('Imported into boards')).toBeTruthy();
  expect(screen.getByText('Left out: histograms (3).')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'first' }));
  expect(actions.openRun).toHaveBeenCalledWith('r');
});

it('says that there is nothing to import', async () => {
  const GET = vi.fn(async () => {
    throw new Error('path: nothing there.');
  });
  const model = new ImportModel({ GET } as unknown as Api);
  view = new ImportView(model, actions, trans);
  await changed(() => Widget.attach(view as ImportView, document.body));
  await changed(() => model.look('a'));
  expect(screen.getByRole('alert').textContent).toContain('path: nothing there.');
});
