import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api, Schemas } from '../api';
import { RunsPanel, type IListActions } from './panel';
import { PanelModel } from './panel-model';
import { row, table } from './testing';

const trans = nullTranslator.load('jupyter_mlstudio');
let shown: Widget | null = null;

afterEach(() => {
  shown?.dispose();
  shown = null;
});

function made(id: string, change: Partial<Schemas['NotebookRun']> = {}): Schemas['NotebookRun'] {
  return {
    run_id: id,
    cell_id: 'cell',
    name: `run ${id}`,
    experiment: 'late flights',
    parent: null,
    job: null,
    state: 'finished',
    metric: 'auc',
    value: 0.912345,
    at: '2026-01-01T10:00:00Z',
    ended_at: null,
    newest: true,
    stale: [],
    ...change
  };
}

async function drawn(
  answer: (path: string, query: Record<string, unknown>) => unknown,
  notebook: string | null = null,
  change: Partial<IListActions> = {}
): Promise<{ model: PanelModel; actions: IListActions }> {
  const GET = async (
    path: string,
    { params }: { params: { query: Record<string, unknown> } }
  ): Promise<unknown> => ({ data: answer(path, params.query) });
  const model = new PanelModel({ GET } as unknown as Api);
  const actions: IListActions = {
    open: vi.fn(),
    openAll: vi.fn(),
    track: vi.fn(),
    compare: vi.fn(),
    insert: null,
    ...change
  };
  model.notebook = notebook;
  await model.refresh();
  shown = new RunsPanel(model, actions, trans);
  Widget.attach(shown, document.body);
  MessageLoop.sendMessage(shown, Widget.Msg.UpdateRequest);
  return { model, actions };
}

it('shows the code that makes a run while there is none', async () => {
  const insert = vi.fn();
  await drawn(() => table([]), null, { insert });
  await screen.findByText('No run yet');
  fireEvent.click(screen.getByRole('button', { name: 'Insert into Notebook' }));
  expect(insert).toHaveBeenCalledOnce();
});

it('cannot insert the code where there is no notebook, and says why', async () => {
  await drawn(() => table([]));
  const button = await screen.findByRole<HTMLButtonElement>('button', {
    name: 'Insert into Notebook'
  });
  expect([button.disabled, button.title]).toEqual([true, 'Open a notebook first']);
});

it('lists runs with their state and a metric, and opens one', async () => {
  const { actions } = await drawn(() =>
    table([row('1', { name: 'forest' }, { 'metric:auc': 0.912345 })])
  );
  const opener = await screen.findByRole('button', { name: /forest/ });
  expect(opener.textContent).toContain('Finished');
  expect(opener.textContent).toContain('0.9123');
  fireEvent.click(opener);
  expect(actions.open).toHaveBeenCalledWith('1');
});

it('shows what the user measured before scores that were logged by themselves', async () => {
  const own = { 'metric:training_score': 1, 'metric:auc': 0.75 };
  await drawn(() => table([row('1', {}, own), row('2', {}, { 'metric:training_score': 0.99 })]));
  const shown = await screen.findAllByText(/^(0\.75|0\.99|1)$/);
  expect(shown.map(({ textContent }) => textContent).sort()).toEqual(['0.75', '0.99']);
});

it('lists the runs of the notebook in front above all others, with what is stale', async () => {
  const here = { items: [made('1', { stale: ['The data were edited since.'] })], total: 41 };
  const { model } = await drawn(
    path => (path.endsWith('notebooks') ? here : table([row('2')])),
    'models/train.ipynb'
  );
  const region = await screen.findByRole('region', { name: 'Runs of this notebook' });
  expect(region.textContent).toContain('train.ipynb 41');
  expect(region.textContent).toContain('stale');
  expect(model.all.map(({ id }) => id)).toEqual(['2']);
  model.state = 'running';
  await screen.findByText('None of its runs fits the search.');
});

it('compares the runs that are ticked', async () => {
  const { actions } = await drawn(() => table([row('2'), row('1')]));
  fireEvent.click(await screen.findByRole('checkbox', { name: 'Tick run 2' }));
  const single = await screen.findByRole<HTMLButtonElement>('button', {
    name: 'Tick another to compare'
  });
  expect(single.disabled).toBe(true);
  fireEvent.click(screen.getByRole('checkbox', { name: 'Tick run 1' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Compare 2' }));
  expect(actions.compare).toHaveBeenCalledWith(['2', '1']);
});

it('says what went wrong and tries again', async () => {
  let isBroken = true;
  await drawn(() => {
    if (isBroken) {
      throw new Error('The tracking store could not be read.');
    }
    return table([row('1')]);
  });
  await screen.findByText('The tracking store could not be read.');
  isBroken = false;
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  await screen.findByRole('button', { name: /run 1/ });
});

it('asks for nothing while nobody can see it', async () => {
  const GET = vi.fn(async () => ({ data: table([]) }));
  const model = new PanelModel({ GET } as unknown as Api);
  model.isSeen = () => false;
  model.note({ kind: 'run', id: '1', change: 'changed' });
  await model.catchUp();
  expect(GET).not.toHaveBeenCalled();
});
