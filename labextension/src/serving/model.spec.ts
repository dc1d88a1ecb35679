import { expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { EndpointsModel, requestRate } from './model';
import { onFailure } from './notices';
import { endpoint } from './testing';

function modelOf(answers: Record<string, unknown>, POST = vi.fn()): EndpointsModel {
  const GET = async (path: string): Promise<unknown> => ({ data: answers[path] });
  return new EndpointsModel({ GET, POST } as unknown as Api);
}

const LIST = '/serving/endpoints';

it('lists the endpoints and counts those that answer', async () => {
  const items = [endpoint('late'), endpoint('early', { state: 'stopped' })];
  const model = modelOf({ [LIST]: { items } });
  expect(model.loaded).toBe(false);
  await model.refresh();
  expect(model.endpoints).toEqual(items);
  expect(model.ready).toEqual([items[0]]);
});

it('narrows the list down by words and by state', async () => {
  const late = endpoint('late');
  const early = endpoint('early', { state: 'failed' });
  const model = modelOf({ [LIST]: { items: [late, early] } });
  await model.refresh();
  model.search = 'FLIGHTS ear';
  expect(model.shown).toEqual([early]);
  model.search = '';
  model.filter = 'running';
  expect(model.shown).toEqual([late]);
});

it('keeps what it knew when the server does not answer, and says why', async () => {
  const GET = vi.fn();
  const model = new EndpointsModel({ GET } as unknown as Api);
  GET.mockResolvedValueOnce({ data: { items: [endpoint('late')] } });
  await model.refresh();
  GET.mockRejectedValueOnce(new Error('The Jupyter server does not answer.'));
  await model.refresh();
  expect(model.endpoints).toHaveLength(1);
  expect(model.failure).toBe('The Jupyter server does not answer.');
});

it('shows a stopped endpoint as the server answers it', async () => {
  const stopped = endpoint('late', { state: 'stopped', url: null });
  const model = modelOf(
    { [LIST]: { items: [endpoint('late')] } },
    vi.fn(async () => ({ data: stopped }))
  );
  await model.refresh();
  await model.stop('id-late');
  expect(model.endpoints).toEqual([stopped]);
});

it('counts requests over the last minute only', () => {
  const now = Date.parse('2026-01-01T10:10:00Z');
  const point = (at: string, requests: number) => ({
    at,
    requests,
    errors: 0,
    rows: requests,
    p50_ms: null,
    p99_ms: null,
    workers: 1,
    memory_mb: 12,
    cpu: 1
  });
  const history = [point('2026-01-01T10:08:00Z', 600), point('2026-01-01T10:09:30Z', 120)];
  expect(requestRate(history, now)).toBe(2);
});

it('tells once of an endpoint that failed by itself', async () => {
  const GET = vi.fn();
  const model = new EndpointsModel({ GET } as unknown as Api);
  const told: string[] = [];
  onFailure(model, ({ name }) => told.push(name));
  for (const state of ['ready', 'failed', 'failed', 'starting', 'failed'] as const) {
    GET.mockResolvedValueOnce({ data: { items: [endpoint('late', { state })] } });
    await model.refresh();
  }
  expect(told).toEqual(['late']);
});
