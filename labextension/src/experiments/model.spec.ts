import { beforeEach, expect, it } from 'vitest';

import type { Api } from '../api';
import { RunsModel } from './model';
import { RunStore } from './store';
import { row, table } from './testing';

const ROWS = [
  row('3', { name: 'c', state: 'failed', experiment: 'weather' }, { 'param:depth': '10' }),
  row('2', { name: 'b' }, { 'metric:auc': 'NaN', 'param:depth': '9', 'param:seed': '7' }),
  row('1', { name: 'a' }, { 'metric:auc': 0.5, 'param:depth': '100', 'param:seed': '7' }),
  row('0', { name: 'd' }, { 'metric:auc': 0.9, 'param:depth': '100', 'param:seed': '7' })
];

let model: RunsModel;

beforeEach(async () => {
  const api = { GET: async () => ({ data: table(ROWS) }) } as unknown as Api;
  const store = new RunStore(api);
  model = new RunsModel(store, new RunStore(api, true));
  await store.refresh();
});

const names = (): string[] => model.shown.map(({ run }) => run.name);

it('begins with the newest', () => {
  expect(names()).toEqual(['c', 'b', 'a', 'd']);
});

it('sorts by a metric, largest first, and leaves what has no number for the end both ways', () => {
  model.sortBy('metric:auc');
  expect(names()).toEqual(['d', 'a', 'c', 'b']);
  model.sortBy('metric:auc');
  expect(names().slice(0, 2)).toEqual(['a', 'd']);
});

it('sorts params that are numbers as numbers', () => {
  model.sortBy('param:depth');
  model.sortBy('param:depth');
  expect(names()).toEqual(['b', 'c', 'a', 'd']);
});

it('filters by experiment, state and text together', () => {
  model.experiment = 'late flights';
  expect(names()).toEqual(['b', 'a', 'd']);
  model.search = 'auc > 0.6';
  expect(names()).toEqual(['d']);
  model.search = '';
  model.experiment = null;
  model.state = 'failed';
  expect(names()).toEqual(['c']);
});

it('suggests columns that tell something, until others are chosen', () => {
  expect(model.visible).toEqual([
    'state',
    'started',
    'metric:auc',
    'param:depth',
    'param:seed',
    'experiment',
    'duration'
  ]);
  model.chosen = ['metric:auc'];
  expect(model.visible).toEqual(['metric:auc']);
  model.chosen = null;
  expect(model.visible).toContain('state');
});

it('compares what is selected, in the order of selection', () => {
  model.toggle('1');
  model.toggle('3');
  expect(model.compared.map(({ run }) => run.id)).toEqual(['1', '3']);
  model.toggle('1');
  expect(model.selected).toEqual(['3']);
});
