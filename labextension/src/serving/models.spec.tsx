import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api, Schemas } from '../api';
import { EndpointModel, type Detail } from './endpoint';
import { Models, type IModelsActions } from './models';
import { ScalingForm } from './scaling-form';
import { comparison } from './share-row';
import { deployment, endpoint, signature } from './testing';

const trans = nullTranslator.load('jupyter_mlstudio');

afterEach(cleanup);

const WAY: Schemas['WayReport'] = {
  way: 'compiled',
  why: 'Compared with the model on 440 rows: the answers are the same.',
  methods: ['predict'],
  rows_compared: 440,
  differing_labels: 0,
  largest_difference: 0,
  one_row_ms: 0.014,
  original_one_row_ms: 4.96,
  prepared_ms: 320
};

function shadow(change: Partial<Schemas['VariantStats']> = {}): Schemas['VariantStats'] {
  return {
    number: 2,
    model: '',
    shadow: true,
    loaded: true,
    requests: 10,
    errors: 0,
    rows: 10,
    p50_ms: 0.4,
    p99_ms: 1,
    compared_rows: 1000,
    agreeing_rows: 992,
    ...change
  };
}

async function drawn(change: Partial<Schemas['Endpoint']> = {}): Promise<IModelsActions> {
  const detail: Detail = {
    endpoint: endpoint('late', {
      deployments: [deployment(3), deployment(2), deployment(1)],
      traffic: [
        { number: 1, model: '', weight: 90, shadow: false },
        { number: 2, model: '', weight: 10, shadow: false }
      ],
      ...change
    }),
    ways: [{ number: 1, report: WAY }],
    signature: signature(),
    snippets: [],
    key_file: 'key'
  };
  const runs = { items: [{ id: 'run1', name: 'tree', notebook: 'work/train.ipynb' }] };
  const aliases = { aliases: [{ alias: 'champion', version: 1 }] };
  const answers: Record<string, unknown> = {
    '/serving/endpoints/{id}': detail,
    '/experiments/runs': runs,
    '/registry/models/{name}': aliases
  };
  const GET = async (path: string): Promise<unknown> => ({ data: answers[path] });
  const model = new EndpointModel({ GET } as unknown as Api, vi.fn(), 'id-late');
  await model.refresh();
  const actions: IModelsActions = {
    onRoll: vi.fn(),
    onRollBack: vi.fn(),
    onPromote: vi.fn(),
    onDivide: vi.fn(),
    onFollow: vi.fn(),
    onOpenRun: vi.fn(),
    onOpenModel: vi.fn(),
    onOpenNotebook: vi.fn()
  };
  render(<Models model={model} detail={detail} actions={actions} trans={trans} />);
  return actions;
}

it('changes nothing for callers until the new division is applied', async () => {
  const { onDivide } = await drawn();
  expect(screen.queryByRole('button', { name: 'Apply' })).toBeNull();
  const slider = screen.getByRole('slider', { name: 'Traffic of late-flights 2' });
  fireEvent.change(slider, { target: { value: '40' } });
  fireEvent.click(screen.getByRole('button', { name: 'Apply' }));
  expect(onDivide).toHaveBeenCalledWith([
    { number: 1, model: '', weight: 60, shadow: false },
    { number: 2, model: '', weight: 40, shadow: false }
  ]);
});

it('leads from a model to its run and its notebook', async () => {
  const { onOpenRun, onOpenNotebook } = await drawn();
  fireEvent.click(screen.getByRole('button', { name: 'tree' }));
  expect(onOpenRun).toHaveBeenCalledWith('run1');
  fireEvent.click(screen.getByRole('button', { name: 'train.ipynb' }));
  expect(onOpenNotebook).toHaveBeenCalledWith('work/train.ipynb');
});

it('unfolds why a model is computed as it is', async () => {
  await drawn();
  fireEvent.click(screen.getByRole('button', { name: 'compiled · proved on 440 rows' }));
  expect(screen.getByText('0.01 ms; by the original 5.0 ms')).toBeTruthy();
});

it('follows an alias, and puts an earlier deployment in service', async () => {
  const { onFollow, onRollBack } = await drawn();
  fireEvent.change(screen.getByLabelText('Follows'), { target: { value: 'champion' } });
  expect(onFollow).toHaveBeenCalledWith({ name: 'late-flights', alias: 'champion' });
  fireEvent.click(screen.getByRole('button', { name: 'Put in service' }));
  expect(onRollBack).toHaveBeenCalledWith(deployment(3));
});

it('says how a shadow compares with what answers', () => {
  const main = shadow({ number: 1, shadow: false, p50_ms: 0.2 });
  expect(comparison(shadow(), main, trans)).toBe(
    'agrees on 99% of 1,000 rows · p50 0.40 ms against 0.20 ms'
  );
  expect(comparison(shadow({ compared_rows: 0 }), main, trans)).toBe('Nothing to compare yet');
});

it('explains serverless and scales only by what makes sense', () => {
  const onScale = vi.fn();
  render(<ScalingForm scaling={{ max_workers: 2 }} onScale={onScale} trans={trans} />);
  fireEvent.click(screen.getByRole('button', { name: 'Serverless' }));
  expect(screen.getByText(/tens of milliseconds/)).toBeTruthy();
  fireEvent.change(screen.getByLabelText('Most workers'), { target: { value: '0' } });
  expect(screen.getByRole('alert').textContent).toContain('at most 64');
  expect(screen.getByRole('button', { name: 'Apply' })).toHaveProperty('disabled', true);
  fireEvent.change(screen.getByLabelText('Most workers'), { target: { value: '4' } });
  fireEvent.click(screen.getByRole('button', { name: 'Apply' }));
  expect(onScale).toHaveBeenCalledWith(
    expect.objectContaining({ min_workers: 0, max_workers: 4, idle_seconds: 60 })
  );
});
