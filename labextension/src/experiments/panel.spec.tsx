import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { RunsModel } from './model';
import { RunsPanel, type IListActions } from './panel';
import { RunStore, type IRow } from './store';
import { row, table } from './testing';
import { RunsView } from './view';

const trans = nullTranslator.load('jupyter_mlstudio');
let shown: Widget | null = null;

afterEach(() => {
  shown?.dispose();
  shown = null;
});

function draw<T extends Widget>(widget: T): T {
  shown = widget;
  Widget.attach(widget, document.body);
  MessageLoop.sendMessage(widget, Widget.Msg.UpdateRequest);
  return widget;
}

async function modelOf(rows: readonly IRow[] | Error): Promise<RunsModel> {
  const GET = async (): Promise<unknown> => {
    if (rows instanceof Error) {
      throw rows;
    }
    return { data: table(rows) };
  };
  const store = new RunStore({ GET } as unknown as Api);
  const model = new RunsModel(store, new RunStore({ GET } as unknown as Api, true));
  await store.refresh();
  return model;
}

function actions(change: Partial<IListActions> = {}): IListActions {
  return { open: vi.fn(), openAll: vi.fn(), track: vi.fn(), insert: null, ...change };
}

it('shows the code that makes a run while there is none', async () => {
  const insert = vi.fn();
  draw(new RunsPanel(await modelOf([]), actions({ insert }), trans));
  await screen.findByText('No run yet');
  fireEvent.click(screen.getByRole('button', { name: 'Insert into Notebook' }));
  expect(insert).toHaveBeenCalledOnce();
});

it('cannot insert the code where there is no notebook, and says why', async () => {
  draw(new RunsPanel(await modelOf([]), actions(), trans));
  const button = await screen.findByRole<HTMLButtonElement>('button', {
    name: 'Insert into Notebook'
  });
  expect([button.disabled, button.title]).toEqual([true, 'Open a notebook first']);
});

it('lists runs with their state and a metric, and opens one', async () => {
  const told = actions();
  draw(
    new RunsPanel(
      await modelOf([row('1', { name: 'forest' }, { 'metric:auc': 0.912345 })]),
      told,
      trans
    )
  );
  const opener = await screen.findByRole('button', { name: /forest/ });
  expect(opener.textContent).toContain('Finished');
  expect(opener.textContent).toContain('0.9123');
  fireEvent.click(opener);
  expect(told.open).toHaveBeenCalledWith('1');
});

it('says what went wrong and tries again', async () => {
  const model = await modelOf(new Error('The tracking store could not be read.'));
  draw(new RunsPanel(model, actions(), trans));
  await screen.findByText('The tracking store could not be read.');
  const refresh = vi.spyOn(model.source, 'refresh');
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(refresh).toHaveBeenCalledOnce();
});

it('keeps only the rows in sight in the page', async () => {
  const rows = Array.from({ length: 3000 }, (_, index) =>
    row('1', { id: `r${index}`, name: `run ${index}` })
  );
  const model = await modelOf(rows);
  draw(
    new RunsView(model, { open: vi.fn(), remove: vi.fn(), restore: vi.fn(), insert: null }, trans)
  );
  const grid = await screen.findByRole('grid', { name: 'Runs' });
  expect(grid.getAttribute('aria-rowcount')).toBe('3001');
  expect(screen.getAllByRole('row').length).toBeLessThan(60);
});

it('goes through the rows with the arrow keys, selects with the space bar and deletes with Delete', async () => {
  const model = await modelOf([row('2'), row('1')]);
  const open = vi.fn((id: string) => {
    model.current = id;
  });
  const remove = vi.fn();
  draw(new RunsView(model, { open, remove, restore: vi.fn(), insert: null }, trans));
  const grid = await screen.findByRole('grid', { name: 'Runs' });
  fireEvent.keyDown(grid, { key: 'ArrowDown' });
  fireEvent.keyDown(grid, { key: 'ArrowDown' });
  expect(model.current).toBe('1');
  fireEvent.keyDown(grid, { key: ' ' });
  expect(model.selected).toEqual(['1']);
  await waitFor(() => screen.getByRole('toolbar', { name: 'Selected runs' }));
  fireEvent.keyDown(grid, { key: 'Delete' });
  expect(remove).toHaveBeenCalledWith(['1']);
});

it('sorts by the column whose title is pressed', async () => {
  const model = await modelOf([
    row('2', {}, { 'metric:auc': 0.1 }),
    row('1', {}, { 'metric:auc': 0.2 })
  ]);
  draw(
    new RunsView(model, { open: vi.fn(), remove: vi.fn(), restore: vi.fn(), insert: null }, trans)
  );
  fireEvent.click(await screen.findByRole('button', { name: 'auc' }));
  await waitFor(() => {
    const head = screen.getByRole('columnheader', { name: 'auc' });
    expect(head.getAttribute('aria-sort')).toBe('descending');
  });
  expect(model.shown.map(({ run }) => run.id)).toEqual(['1', '2']);
});
