import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { IWorkflowActions } from './workflow-actions';
import { WorkflowDesk } from './workflow-desk';
import { WorkflowPanel } from './workflow-panel';
import { MemoryText, workflowServer } from './workflow-testing';
import type { Workflow } from './workflow-types';

const trans = nullTranslator.load('');
const actions = {
  notebooks: async () => ['prepare.ipynb'],
  pickFile: vi.fn(async () => 'x.ipynb'),
  confirm: vi.fn(async () => true),
  askParameters: async () => ({}),
  openJob: vi.fn(),
  tell: vi.fn(),
  fail: vi.fn()
} as unknown as IWorkflowActions;

let panel: WorkflowPanel | null = null;

afterEach(() => panel?.dispose());

const FLOW: Workflow = {
  nodes: [
    { id: 'train', notebook: 'train.ipynb', needs: ['clean'] },
    { id: 'clean', title: 'Clean the data', notebook: 'clean.ipynb' }
  ]
};

async function show(flow: Workflow | string, more = {}): Promise<WorkflowDesk> {
  const text = new MemoryText(typeof flow === 'string' ? flow : JSON.stringify(flow));
  const desk = new WorkflowDesk(workflowServer(more).api, text, actions, trans);
  desk.mode = 'list';
  desk.width = 1200;
  panel = new WorkflowPanel(desk);
  await act(async () => {
    Widget.attach(panel as WorkflowPanel, document.body);
    await desk.open();
  });
  await settled();
  return desk;
}

async function settled(): Promise<void> {
  await act(async () => {
    MessageLoop.flush();
    await panel?.renderPromise;
    await new Promise(resolve => setTimeout(resolve, 20));
  });
}

it('lists the nodes in the order in which they run, with what they need', async () => {
  await show(FLOW);
  const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
  expect(rows.map(row => within(row).getAllByRole('cell')[1]?.textContent)).toEqual(['–', 'clean']);
  expect(within(rows[0] as HTMLElement).getByText('Clean the data')).toBeTruthy();
});

it('adds a node behind the chosen one from the palette', async () => {
  const desk = await show(FLOW);
  desk.paletteOpen = true; // it is folded beside nodes that are there already
  desk.model.select(['train']);
  await settled();
  fireEvent.click(screen.getByRole('button', { name: 'prepare' }));
  await settled();
  expect(desk.model.workflow.nodes?.at(-1)).toEqual({
    id: 'prepare',
    notebook: 'prepare.ipynb',
    needs: ['train']
  });
});

it('connects and disconnects without a pointer', async () => {
  const desk = await show({
    nodes: [...(FLOW.nodes ?? []), { id: 'report', notebook: 'r.ipynb' }]
  });
  fireEvent.click(screen.getByRole('button', { name: 'report' }));
  await settled();
  fireEvent.change(screen.getByLabelText('Another node that it needs'), {
    target: { value: 'train' }
  });
  await settled();
  expect(desk.model.selected?.needs).toEqual(['train']);
  fireEvent.click(screen.getByRole('button', { name: 'No longer need train' }));
  await settled();
  expect(desk.model.selected?.needs).toBeUndefined();
});

it('asks before Delete removes a node', async () => {
  const desk = await show(FLOW);
  const opener = screen.getByRole('button', { name: 'Clean the data' });
  fireEvent.focus(opener);
  fireEvent.keyDown(opener, { key: 'Delete' });
  await settled();
  expect(actions.confirm).toHaveBeenCalled();
  expect(desk.model.workflow.nodes?.map(({ id }) => id)).toEqual(['train']);
});

it('goes from row to row with the arrow keys', async () => {
  await show(FLOW);
  const [first, second] = ['Clean the data', 'train'].map(name =>
    screen.getByRole('button', { name })
  );
  first?.focus();
  fireEvent.keyDown(first as HTMLElement, { key: 'ArrowDown' });
  expect(document.activeElement).toBe(second);
});

it('says what a workflow is for while there is none, and takes the first notebook', async () => {
  const desk = await show('');
  fireEvent.click(screen.getByRole('button', { name: 'Add a notebook…' }));
  await settled();
  expect(desk.model.workflow.nodes).toEqual([{ id: 'x', notebook: 'x.ipynb' }]);
});

it('shows how a run goes, why a node ran again, and leads to its job', async () => {
  const run = {
    ...{ id: 'r1', path: 'flow.workflow.yaml', title: 'Flow', state: 'failed', attempt: 1 },
    ...{ parameters: {}, spec: { path: 'flow.workflow.yaml' }, created_at: '2026-01-01T10:00:00Z' },
    ...{ ended_at: '2026-01-01T10:00:09Z', stop_requested_at: null, owner: null },
    ...{ counts: { failed: 1, cached: 1 }, message: 'train failed.' }
  };
  const node = {
    ...{ kind: 'notebook', attempt: 1, parameters: {}, outputs: {}, why: [], cached_from: null },
    ...{ started_at: null, ended_at: null, notebook: null, items: [], message: '' }
  };
  const item = {
    index: null,
    item: null,
    state: 'failed',
    job: 'j1',
    cells_done: 1,
    cells_total: 3
  };
  const nodes = [
    { ...node, id: 'clean', title: 'Clean', state: 'cached' },
    {
      ...node,
      ...{ id: 'train', title: 'train', state: 'failed', why: ['The notebook was changed.'] },
      items: [{ ...item, started_at: null, ended_at: null, message: '', notebook: null }]
    }
  ];
  const detail = { run, nodes, workflow: FLOW, edges: [], text: '' };
  await show(FLOW, {
    '/jobs/workflows/runs': { items: [run], total: 1 },
    '/jobs/workflows/runs/{id}': detail
  });
  const rows = within(screen.getByRole('table')).getAllByRole('row').slice(1);
  expect(rows.map(row => within(row).getAllByRole('cell')[2]?.textContent)).toEqual([
    'Cached',
    'Failed'
  ]);
  expect(screen.getByRole('button', { name: 'Repair' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'train' }));
  await settled();
  expect(screen.getByText('The notebook was changed.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show the job' }));
  expect(actions.openJob).toHaveBeenCalledWith('j1');
});
