import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { candidate, endpoint } from './testing';
import { missingIn, transformChoice, transformSpec } from './transform-choice';
import { paceLabel, TransformsPanel, type ITransformActions } from './transforms';
import { TransformsModel, type Transform } from './transforms-model';

const trans = nullTranslator.load('jupyter_mlstudio');
let shown: Widget | null = null;

afterEach(() => {
  shown?.dispose();
  shown = null;
});

function transform(change: Partial<Transform> = {}): Transform {
  return {
    id: 't',
    label: 'late-flights 3',
    spec: { source: 'new.parquet', trust: false, output: '', carry: [], column: 'prediction' },
    state: 'running',
    created_at: '2026-01-01T10:00:00Z',
    started_at: '2026-01-01T10:00:00Z',
    ended_at: null,
    progress: {
      rows: 500_000,
      total: 2_000_000,
      share: 0.25,
      errors: 0,
      rows_a_second: 250_000.4,
      seconds: 2,
      seconds_left: 6,
      workers: 2,
      continued_rows: 0,
      way: 'compiled'
    },
    result: null,
    error: null,
    can_continue: false,
    notebook: null,
    ...change
  };
}

async function panelOf(items: readonly Transform[]): Promise<ITransformActions> {
  const model = new TransformsModel({ GET: async () => ({ data: { items } }) } as unknown as Api);
  await model.refresh();
  const actions = {
    create: vi.fn(),
    open: vi.fn(),
    openErrors: vi.fn(),
    stop: vi.fn(),
    again: vi.fn(),
    remove: vi.fn()
  };
  shown = new TransformsPanel(model, actions, trans);
  Widget.attach(shown, document.body);
  MessageLoop.sendMessage(shown, Widget.Msg.UpdateRequest);
  return actions;
}

it('says how far a transform is, how fast, and how long it still takes', () => {
  expect(paceLabel(transform(), trans)).toBe(
    '500,000 of 2,000,000 rows · 250,000 rows/s · 6.0 s left'
  );
});

it('offers the rows that could not be answered, and to go on where it was stopped', async () => {
  const result = {
    output: 'new.predictions.parquet',
    rows: 10,
    errors: 2,
    errors_path: 'new.errors.parquet',
    columns: ['prediction'],
    seconds: 1,
    rows_a_second: 10,
    workers: 1,
    continued_rows: 0,
    way: 'compiled'
  };
  const done = transform({ id: 'd', state: 'succeeded', progress: null, result });
  const stopped = transform({ id: 's', state: 'stopped', can_continue: true });
  const actions = await panelOf([done, stopped]);
  fireEvent.click(await screen.findByRole('button', { name: '2 errors' }));
  expect(actions.openErrors).toHaveBeenCalledWith('new.errors.parquet');
  fireEvent.click(screen.getByRole('button', { name: 'Go on with new.parquet' }));
  expect(actions.again).toHaveBeenCalledWith(stopped);
});

it('sends rows through the model of an endpoint, or through one that is named', () => {
  const version = candidate('late-flights 3', { model: { name: 'late-flights', version: 3 } });
  const byEndpoint = transformChoice('new.parquet', endpoint('late'), version);
  expect(transformSpec({ ...byEndpoint, carry: ['id'] }, false)).toEqual({
    endpoint: 'late',
    trust: false,
    source: 'new.parquet',
    output: '',
    carry: ['id']
  });
  const byModel = { ...transformChoice('new.parquet', null, version), method: 'predict_proba' };
  expect(transformSpec(byModel, true)).toMatchObject({
    model: { name: 'late-flights', version: 3 },
    method: 'predict_proba',
    trust: true
  });
  expect(missingIn(transformChoice(' ', null, version))).toBe('source');
  expect(missingIn(transformChoice('new.parquet', null, null))).toBe('model');
});
