import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { EndpointModel } from './endpoint';
import { EndpointsModel, type Endpoint } from './model';
import { EndpointsPanel, type IListActions } from './panel';
import type { IAttempt } from './predict';
import { endpoint, signature } from './testing';
import { EndpointView, type IEndpointActions } from './view';

const trans = nullTranslator.load('jupyter_mlstudio');
let shown: Widget | null = null;

afterEach(() => {
  shown?.dispose();
  shown = null;
});

function draw(widget: Widget): void {
  shown = widget;
  Widget.attach(widget, document.body);
  MessageLoop.sendMessage(widget, Widget.Msg.UpdateRequest);
}

async function listOf(items: readonly Endpoint[]): Promise<EndpointsModel> {
  const model = new EndpointsModel({ GET: async () => ({ data: { items } }) } as unknown as Api);
  await model.refresh();
  return model;
}

function listActions(change: Partial<IListActions> = {}): IListActions {
  const nothing = {
    deploy: vi.fn(),
    open: vi.fn(),
    start: vi.fn(),
    stop: vi.fn(),
    remove: vi.fn()
  };
  return { ...nothing, ...change };
}

it('offers to deploy while there is no endpoint', async () => {
  const deploy = vi.fn();
  draw(new EndpointsPanel(await listOf([]), listActions({ deploy }), trans));
  await screen.findByText('No endpoint yet');
  fireEvent.click(screen.getByRole('button', { name: 'Deploy…' }));
  expect(deploy).toHaveBeenCalledOnce();
});

it('stops what runs and starts what does not', async () => {
  const [late, early] = [endpoint('late'), endpoint('early', { state: 'stopped' })];
  const actions = listActions();
  draw(new EndpointsPanel(await listOf([late, early]), actions, trans));
  fireEvent.click(await screen.findByRole('button', { name: 'Stop late' }));
  fireEvent.click(screen.getByRole('button', { name: 'Start early' }));
  expect(actions.stop).toHaveBeenCalledWith(late);
  expect(actions.start).toHaveBeenCalledWith(early);
});

it('asks before it removes the row that has the focus', async () => {
  const actions = listActions();
  draw(new EndpointsPanel(await listOf([endpoint('late')]), actions, trans));
  fireEvent.keyDown(await screen.findByText('late'), { key: 'Delete' });
  expect(actions.remove).toHaveBeenCalledOnce();
});

const VIEW_ACTIONS: IEndpointActions = {
  start: vi.fn(),
  stop: vi.fn(),
  remove: vi.fn(),
  rotateKey: vi.fn(),
  sleep: vi.fn(),
  wake: vi.fn(),
  monitor: null,
  tryPage: vi.fn(),
  transform: vi.fn(),
  exportTo: vi.fn(),
  forget: vi.fn(),
  scale: vi.fn(),
  capture: vi.fn(),
  onRoll: vi.fn(),
  onRollBack: vi.fn(),
  onPromote: vi.fn(),
  onDivide: vi.fn(),
  onFollow: vi.fn(),
  onOpenRun: null,
  onOpenModel: null,
  onOpenNotebook: null
};

async function viewOf(
  change: Partial<Endpoint>,
  predict: (path: string, body: string) => Promise<IAttempt>
): Promise<EndpointModel> {
  const detail = {
    endpoint: endpoint('late', change),
    signature: signature(),
    ways: [],
    snippets: [],
    key_file: '.mlstudio/key'
  };
  const GET = async (path: string): Promise<unknown> => ({
    data: path === '/serving/endpoints/{id}' ? detail : undefined
  });
  const model = new EndpointModel({ GET } as unknown as Api, predict, 'id-late');
  await model.refresh();
  draw(new EndpointView(model, VIEW_ACTIONS, trans));
  return model;
}

it('predicts with the example that the form is filled with', async () => {
  const predict = vi.fn(async (_: string, body: string) => ({
    at: 0,
    body,
    took: 12,
    status: 200,
    answer: { predictions: [1] },
    problem: null
  }));
  await viewOf({}, predict);
  fireEvent.click(await screen.findByRole('button', { name: 'Predict' }));
  await screen.findByText('in 12 ms');
  expect(JSON.parse(predict.mock.calls[0]?.[1] ?? '')).toEqual({
    dataframe_records: [{ carrier: 'UA', month: 1, wind: null, weekend: false }]
  });
  expect(screen.getByText('1', { selector: 'strong' })).toBeTruthy();
});

it('names the column that is wrong and sends nothing', async () => {
  const predict = vi.fn();
  await viewOf({}, predict);
  fireEvent.change(await screen.findByLabelText(/month/), { target: { value: 'May' } });
  fireEvent.click(screen.getByRole('button', { name: 'Predict' }));
  await screen.findByText('Write a whole number.');
  expect(predict).not.toHaveBeenCalled();
});

it('shows why the endpoint refused a request', async () => {
  await viewOf({}, async (_, body) => ({
    at: 0,
    body,
    took: 3,
    status: 400,
    answer: undefined,
    problem: "Column 'origin' is missing."
  }));
  fireEvent.click(await screen.findByRole('button', { name: 'Predict' }));
  await screen.findByText("Column 'origin' is missing.", { selector: 'p' });
});

it('offers to start a stopped endpoint and cannot predict with it', async () => {
  await viewOf({ state: 'stopped', url: null, since: null }, vi.fn());
  await screen.findByRole('button', { name: 'Start again' });
  expect(screen.getByRole('button', { name: 'Predict' })).toHaveProperty('disabled', true);
});

it('hides the key until it is asked for', async () => {
  const model = await viewOf({}, vi.fn());
  fireEvent.click(await screen.findByRole('tab', { name: 'Call it' }));
  expect(await screen.findByText('••••••••••••••••')).toBeTruthy();
  expect(model.key).toBeNull();
});
