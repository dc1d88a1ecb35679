import { beforeEach, describe, expect, it } from 'vitest';

import type { Api } from '../api';
import { RunsModel } from './model';
import { RunStore } from './store';
import { packedOf, type ITestRun } from './testing';
import { asCode, asCsv, asJson } from './view-export';

const RUNS: ITestRun[] = [
  {
    id: '3',
    name: 'c',
    state: 'failed',
    experiment: 'weather',
    params: { depth: '10' },
    parent: '0'
  },
  { id: '2', name: 'b', metrics: { auc: NaN }, params: { depth: '9', seed: '7' }, parent: '0' },
  { id: '1', name: 'a', metrics: { auc: 0.5 }, params: { depth: '100', seed: '7' }, parent: '2' },
  { id: '0', name: 'd', metrics: { auc: 0.9 }, params: { depth: '100', seed: '7' } }
];

let model: RunsModel;

beforeEach(async () => {
  model = await modelOf(RUNS);
});

async function modelOf(runs: readonly ITestRun[]): Promise<RunsModel> {
  const api = { GET: async () => ({ data: packedOf(runs) }) } as unknown as Api;
  const store = new RunStore(api);
  const made = new RunsModel(store, new RunStore(api, true));
  await store.refresh();
  made.change({ nested: false });
  return made;
}

const names = (of = model): string[] => Array.from(of.order, row => of.table.nameAt(row));

/** The lines of the table as text, one level in for each level below. */
function lines(): string[] {
  return Array.from({ length: model.lines.length }, (_, line) => {
    const group = model.lines.groupAt(line);
    const text = group
      ? `${group.value} (${group.rows.length})`
      : model.table.nameAt(model.lines.rowAt(line));
    return `${' '.repeat(model.lines.depthAt(line))}${text}`;
  });
}

describe('The order of runs', () => {
  it('begins with the newest', () => {
    expect(names()).toEqual(['c', 'b', 'a', 'd']);
  });

  it('goes by a metric, largest first, and leaves what has no number for the end both ways', () => {
    model.sortBy('metric:auc');
    expect(names()).toEqual(['d', 'a', 'c', 'b']);
    model.sortBy('metric:auc');
    expect(names()).toEqual(['a', 'd', 'c', 'b']);
  });

  it('goes by number where params are numbers, and further by a second column', () => {
    model.sortBy('param:depth');
    model.sortBy('param:depth');
    expect(names()).toEqual(['b', 'c', 'a', 'd']);
    model.sortBy('metric:auc', true);
    expect(names()).toEqual(['b', 'c', 'd', 'a']);
  });

  it('takes numbers within words as numbers', async () => {
    const many = await modelOf(['run 10', 'run 9', 'Run 1'].map(name => ({ id: name, name })));
    many.sortBy('name');
    expect(names(many)).toEqual(['Run 1', 'run 9', 'run 10']);
  });

  it('takes less than 50 ms for ten thousand runs, filtering too', async () => {
    const runs = Array.from({ length: 10_000 }, (_, place) => ({
      id: `r${place}`,
      metrics: { loss: Math.sin(place) },
      params: { depth: String(place % 7) }
    }));
    const large = await modelOf(runs);
    large.sortBy('metric:loss');
    void large.order;
    const began = performance.now();
    large.sortBy('metric:loss');
    void large.order;
    const sorted = performance.now();
    large.change({ filter: 'metrics.loss > 0.5 and params.depth = "3"' });
    void large.order;
    expect(sorted - began).toBeLessThan(50);
    expect(performance.now() - sorted).toBeLessThan(50);
    expect(large.order.length).toBeGreaterThan(100);
  });
});

describe('The filter', () => {
  it('holds together with experiment and state', () => {
    model.change({ experiment: 'late flights' });
    expect(names()).toEqual(['b', 'a', 'd']);
    model.change({ filter: 'metrics.auc > 0.6' });
    expect(names()).toEqual(['d']);
    model.change({ filter: '', experiment: null, state: 'failed' });
    expect(names()).toEqual(['c']);
  });

  it('keeps what it last understood while it is being typed', () => {
    model.change({ filter: 'metrics.auc > 0.6' });
    model.change({ filter: 'metrics.auc > ' });
    expect(names()).toEqual(['d']);
    expect(model.filterError?.message).toContain('missing');
  });

  it('limits the table to what was brushed in a chart', () => {
    model.brushed = ['1', '3'];
    expect(names()).toEqual(['c', 'a']);
  });
});

describe('Groups', () => {
  it('stand in the order of their first run, and fold', () => {
    model.change({ groups: ['param:depth'] });
    expect(lines()).toEqual(['10 (1)', ' c', '9 (1)', ' b', '100 (2)', ' a', ' d']);
    model.fold('/param:depth=100');
    expect(lines().slice(-2)).toEqual([' b', '100 (2)']);
    model.fold(null);
    expect(lines().slice(-2)).toEqual([' a', ' d']);
  });

  it('stand within each other', () => {
    model.change({ groups: ['experiment', 'param:seed'] });
    expect(lines()).toEqual([
      'weather (1)',
      ' null (1)',
      '  c',
      'late flights (3)',
      ' 7 (3)',
      '  b',
      '  a',
      '  d'
    ]);
  });

  it('show the parts of a run below it', () => {
    model.change({ nested: true });
    expect(lines()).toEqual(['d', ' c', ' b', '  a']);
    model.fold('2');
    expect(lines()).toEqual(['d', ' c', ' b']);
    model.change({ filter: 'name != "d"' });
    expect(lines()).toEqual(['c', 'b']);
  });

  it('loses no run that is its own ancestor', async () => {
    const round = await modelOf([
      { id: '2', name: 'b', parent: '1' },
      { id: '1', name: 'a', parent: '2' },
      { id: '0', name: 'c', parent: '1' }
    ]);
    round.change({ nested: true });
    expect(
      Array.from({ length: round.lines.length }, (_, line) => round.lines.rowAt(line))
    ).toEqual([0, 1, 2]);
  });
});

describe('Columns', () => {
  it('are suggested that tell something, until others are chosen', () => {
    expect(model.visible).toEqual([
      'state',
      'started',
      'metric:auc',
      'param:depth',
      'param:seed',
      'experiment',
      'duration'
    ]);
    model.change({ columns: ['metric:auc', 'state'], pins: ['state'] });
    expect(model.visible).toEqual(['state', 'metric:auc']);
  });

  it('can be only those in which the shown runs differ', () => {
    model.change({ differing: true, filter: 'experiment = "late flights"' });
    expect(model.visible).toEqual(['metric:auc', 'param:depth']);
  });

  it('know their best value, which is the smallest of a loss', async () => {
    expect(model.span('metric:auc')?.best).toBe(3);
    const losses = await modelOf(
      [1, 0.5, Infinity].map((loss, id) => ({ id: `${id}`, metrics: { val_loss: loss } }))
    );
    expect(losses.span('metric:val_loss')?.best).toBe(1);
    losses.change({ lower: { 'metric:val_loss': false } });
    expect(losses.span('metric:val_loss')?.best).toBe(0);
  });
});

it('draws what is selected, or the first runs, each in a colour of its own', () => {
  expect(model.drawn).toEqual(['3', '2', '1', '0']);
  const colour = model.colours.of('1');
  model.toggle('1');
  model.toggle('3');
  expect(model.drawn).toEqual(['1', '3']);
  expect([model.colours.of('1'), model.colours.of('2')]).toEqual([colour, null]);
  expect(new Set(model.drawn.map(id => model.colours.of(id))).size).toBe(2);
  model.toggle('1');
  expect(model.selected).toEqual(['3']);
});

it('goes out as CSV, as JSON and as code', () => {
  model.change({ columns: ['metric:auc', 'param:depth'], filter: 'params.seed = "7"' });
  expect(asCsv(model).split('\r\n')).toEqual([
    'id,name,metrics.auc,params.depth',
    '2,b,NaN,9',
    '1,a,0.5,100',
    '0,d,0.9,100',
    ''
  ]);
  expect(JSON.parse(asJson(model))[0]).toEqual({
    id: '2',
    name: 'b',
    'metrics.auc': 'NaN',
    'params.depth': '9'
  });
  expect(asCode(model)).toContain(String.raw`studio.runs(filter="params.seed = \"7\"")`);
});
