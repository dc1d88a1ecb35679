import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { RunsModel } from './model';
import { RunStore } from './store';
import type { ITableActions } from './table';
import { entriesAt } from './table-menu';
import { packedOf, type ITestRun } from './testing';
import { RunsView } from './view';
import { tagIn } from './view-actions';
import { SavedViews } from './views';

const trans = nullTranslator.load('jupyter_mlstudio');
let shown: Widget | null = null;

afterEach(() => {
  shown?.dispose();
  shown = null;
});

interface IDrawn {
  model: RunsModel;
  actions: ITableActions;
  grid: HTMLElement;
}

async function draw(
  runs: readonly ITestRun[] | Error,
  change: Partial<ITableActions> = {}
): Promise<IDrawn> {
  const GET = async (): Promise<unknown> => {
    if (runs instanceof Error) {
      throw runs;
    }
    return { data: packedOf(runs) };
  };
  const api = { GET } as unknown as Api;
  const store = new RunStore(api);
  const model = new RunsModel(store, new RunStore(api, true));
  const views = new SavedViews(
    api,
    model,
    async () => null,
    vi.fn(),
    () => null
  );
  const actions = {
    open: vi.fn(),
    remove: vi.fn(),
    restore: vi.fn(),
    tag: vi.fn(),
    edit: vi.fn(async () => {}),
    compare: vi.fn(),
    insert: null,
    insertCode: null,
    ...change
  };
  await store.refresh();
  const widget = new RunsView(model, actions, views, trans);
  shown = widget;
  Widget.attach(widget, document.body);
  MessageLoop.sendMessage(widget, Widget.Msg.UpdateRequest);
  const isTable = !(runs instanceof Error) && runs.length > 0;
  const grid = isTable ? await screen.findByLabelText('Runs') : widget.node;
  return { model, actions, grid };
}

it('keeps only the rows and columns in sight in the page', async () => {
  const params = Object.fromEntries(Array.from({ length: 500 }, (_, place) => [`p${place}`, 'x']));
  const runs = Array.from({ length: 3000 }, (_, place) => ({
    id: `r${place}`,
    params: place ? {} : params
  }));
  const { model, grid } = await draw(runs);
  model.change({ columns: model.columns.map(({ key }) => key) });
  await waitFor(() => expect(grid.getAttribute('aria-colcount')).toBe('501'));
  expect(grid.getAttribute('aria-rowcount')).toBe('3001');
  expect(within(grid).getAllByRole('row').length).toBeLessThan(60);
  expect(within(grid).getAllByRole('columnheader').length).toBeLessThan(20);
});

it('shows the code that makes a run while there is none', async () => {
  await draw([]);
  await screen.findByText('No run yet');
});

it('says what went wrong and tries again', async () => {
  const { model } = await draw(new Error('The tracking store could not be read.'));
  await screen.findByText('The tracking store could not be read.');
  const refresh = vi.spyOn(model.source, 'refresh');
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(refresh).toHaveBeenCalledOnce();
});

it('goes through the rows with the arrow keys, selects with the space bar and deletes with Delete', async () => {
  const { model, actions, grid } = await draw([{ id: '2' }, { id: '1' }]);
  fireEvent.keyDown(grid, { key: 'ArrowDown' });
  fireEvent.keyDown(grid, { key: 'ArrowDown' });
  expect(model.current).toBe('1');
  fireEvent.keyDown(grid, { key: ' ' });
  expect(model.selected).toEqual(['1']);
  await screen.findByRole('toolbar', { name: 'Selected runs' });
  fireEvent.keyDown(grid, { key: 'Delete' });
  expect(actions.remove).toHaveBeenCalledWith(['1']);
  fireEvent.keyDown(grid, { key: 'a', ctrlKey: true });
  expect(model.selected).toEqual(['2', '1']);
  fireEvent.keyDown(grid, { key: 'Escape' });
  expect(model.selected).toEqual([]);
  fireEvent.keyDown(grid, { key: 'Enter' });
  expect(actions.open).toHaveBeenCalledWith('1');
  fireEvent.keyDown(grid, { key: '/' });
  expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Filter runs' }));
});

it('selects a range with shift, and compares what is selected', async () => {
  const { model, actions, grid } = await draw(
    ['4', '3', '2', '1'].map(id => ({ id, name: `run ${id}` }))
  );
  fireEvent.click(await within(grid).findByRole('checkbox', { name: 'Select run 4' }));
  fireEvent.click(within(grid).getByRole('checkbox', { name: 'Select run 2' }), { shiftKey: true });
  expect(model.selected).toEqual(['4', '3', '2']);
  fireEvent.click(await screen.findByRole('button', { name: 'Compare' }));
  expect(actions.compare).toHaveBeenCalledWith(['4', '3', '2']);
});

it('sorts by the column whose title is pressed', async () => {
  const { model, grid } = await draw([
    { id: '2', metrics: { auc: 0.1 } },
    { id: '1', metrics: { auc: 0.2 } }
  ]);
  fireEvent.click(await within(grid).findByTitle('auc'));
  await waitFor(() => {
    const head = within(grid).getByRole('columnheader', { name: /auc/ });
    expect(head.getAttribute('aria-sort')).toBe('descending');
  });
  expect(Array.from(model.order, row => model.table.idAt(row))).toEqual(['1', '2']);
});

it('filters by a value, groups by a column and hides it from the menu of a cell', async () => {
  const { model, actions } = await draw([
    { id: '2', params: { 'a b': 'it is "x"' } },
    { id: '1', params: { 'a b': 'y' } }
  ]);
  const press = (label: string): void => {
    const entries = entriesAt(
      { line: 0, key: 'param:a b' },
      model,
      { ...actions, copy: vi.fn() },
      trans
    );
    entries.find(entry => entry?.label === label)?.run();
  };
  press('Only This Value');
  expect(model.look.filter).toBe('params.`a b` = "it is \\"x\\""');
  expect(model.order.length).toBe(1);
  model.change({ filter: '' });
  press('Group by This');
  expect(model.lines.groups.map(({ value }) => value)).toEqual(['it is "x"', 'y']);
  model.change({ groups: [] });
  press('Hide');
  expect(model.visible).not.toContain('param:a b');
});

it('proposes names while the filter is typed, and says what is wrong with it', async () => {
  const { model } = await draw([{ id: '1', metrics: { auc: 1 } }]);
  const field = screen.getByRole('combobox', { name: 'Filter runs' });
  field.focus();
  fireEvent.change(field, { target: { value: 'au', selectionStart: 2 } });
  await screen.findByRole('option', { name: /metrics\.auc/ });
  fireEvent.keyDown(field, { key: 'ArrowDown' });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(model.look.filter).toBe('metrics.auc ');
  fireEvent.change(field, { target: { value: 'metrics.auc LIKE "x"' } });
  field.blur();
  const told = await screen.findByRole('alert', undefined, { timeout: 3000 });
  expect(told.textContent).toContain('is a number');
});

it('changes a note in its place', async () => {
  const { model, actions, grid } = await draw([{ id: '1', tags: { team: 'blue' } }]);
  model.change({ columns: ['tag:team'] });
  await waitFor(() => expect(grid.getAttribute('aria-colcount')).toBe('2'));
  fireEvent.keyDown(grid, { key: 'ArrowDown' });
  fireEvent.keyDown(grid, { key: 'ArrowRight' });
  await waitFor(() => expect(grid.querySelector('.jp-mod-current')).not.toBeNull());
  fireEvent.keyDown(grid, { key: 'F2' });
  const field = await within(grid).findByRole('textbox', { name: 'team' });
  fireEvent.change(field, { target: { value: 'red' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  await waitFor(() => expect(actions.edit).toHaveBeenCalledWith('1', 'tag:team', 'red'));
});

it('reads a tag as it is typed', () => {
  expect(tagIn(' team = blue = red ')).toEqual({ team: 'blue = red' });
  expect(tagIn('team')).toEqual({ team: null });
  expect(tagIn(' = x')).toBeNull();
});
