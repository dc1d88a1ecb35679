import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { MonitorModel, type Monitor } from './monitor';
import { monitor } from './testing';
import { MonitorView, type IMonitorActions } from './view';

const trans = nullTranslator.load('jupyter_mlstudio');
let shown: Widget | null = null;

afterEach(() => {
  shown?.dispose();
  shown = null;
});

async function viewOf(change: Partial<Monitor> = {}): Promise<IMonitorActions> {
  const answers: Record<string, unknown> = {
    '/monitoring/monitors/{id}': monitor(change),
    '/monitoring/monitors/{id}/reports': { items: [] }
  };
  const GET = async (path: string): Promise<unknown> => ({ data: answers[path] });
  const model = new MonitorModel({ GET } as unknown as Api, 'id-late');
  await model.refresh();
  const actions: IMonitorActions = {
    openEndpoint: vi.fn(),
    retrain: vi.fn(),
    truth: vi.fn(),
    save: vi.fn(),
    see: vi.fn(),
    choose: vi.fn(),
    rows: vi.fn(),
    workflows: async () => ['train.workflow.yaml'],
    capture: vi.fn(),
    check: vi.fn(),
    baseline: vi.fn()
  };
  shown = new MonitorView(model, actions, trans);
  Widget.attach(shown, document.body);
  MessageLoop.sendMessage(shown, Widget.Msg.UpdateRequest);
  return actions;
}

it('says how to begin while nothing is kept', async () => {
  const actions = await viewOf({ capture_share: 0, captured_rows: 0, report: null });
  await screen.findByText('Nothing is watched yet');
  fireEvent.click(screen.getByRole('button', { name: 'Keep requests and answers' }));
  expect(actions.capture).toHaveBeenCalledWith(1);
});

it('shows what was found about the column that has drifted most, and opens its rows', async () => {
  const actions = await viewOf();
  await screen.findByText('Far from training.');
  expect(screen.getByText('ZZ')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Open the rows' }));
  expect(actions.rows).toHaveBeenCalledWith('carrier');
  fireEvent.click(screen.getByRole('button', { name: /^distance/ }));
  await screen.findByText('As in training.');
});

it('offers to retrain only where a workflow is named', async () => {
  const retrain = { workflow: 'train.workflow.yaml', parameters: {} };
  const actions = await viewOf({ spec: { attribution: true, retrain } });
  fireEvent.click(await screen.findByRole('button', { name: 'Retrain' }));
  expect(actions.retrain).toHaveBeenCalledOnce();
});

it('saves a schedule', async () => {
  const actions = await viewOf();
  fireEvent.click(await screen.findByRole('tab', { name: 'Settings' }));
  expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true);
  fireEvent.click(screen.getByRole('button', { name: 'Again and again' }));
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(actions.save).toHaveBeenCalledWith(expect.objectContaining({ every_minutes: 60 }));
});
