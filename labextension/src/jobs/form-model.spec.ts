import { nullTranslator } from '@jupyterlab/translation';
import { expect, it } from 'vitest';

import type { Api, Schemas } from '../api';
import { FormModel, type Draft, type When } from './form-model';
import type { Parameter } from './form-values';
import type { TextOption } from './form-options';
import { parameter, schedule } from './testing';

const trans = nullTranslator.load('');

async function form(
  items: Parameter[],
  draft: Draft = {},
  typed = true,
  when: When = 'now'
): Promise<FormModel> {
  const declared: Schemas['NotebookParameters'] = {
    notebook: 'a.ipynb',
    language: 'python',
    kernel: 'python3',
    tagged: true,
    typed,
    items
  };
  const api = { GET: async () => ({ data: declared }) } as unknown as Api;
  const model = new FormModel(api, trans, { notebook: 'a.ipynb', ...draft }, when);
  await model.load();
  return model;
}

it('asks for nothing that is as it is in the notebook', async () => {
  const model = await form([parameter({}), parameter({ name: 'lr', type: 'float', default: 0.1 })]);
  expect(model.spec).toEqual({
    notebook: 'a.ipynb',
    parameters: {},
    kernel: null,
    name: null,
    priority: 0,
    resources: { cpu: 1, memory: 0, gpu: 0, custom: {} },
    timeout: null,
    cell_timeout: null,
    retries: [],
    executor: null,
    clean_start: false,
    environment: {},
    keep_kernel_minutes: null,
    report_mode: false,
    output: null
  });
  expect(model.options.set).toBe(0);
});

const text = parameter({ name: 's', type: 'str', default: 'x' });
const perhaps = parameter({ name: 'n', nullable: true, default: 1 });

it.each<[Parameter, string, unknown]>([
  [parameter({}), '12', 12],
  [parameter({ type: 'float' }), '1e-3', 0.001],
  [parameter({ type: 'bool', default: false }), 'true', true],
  [text, '12', '12'],
  [text, '', ''],
  [perhaps, '', null],
  [parameter({ type: 'list', default: [1] }), '[1, "a"]', [1, 'a']],
  [parameter({ type: 'dict', default: {} }), '{"a": null}', { a: null }],
  [parameter({ type: 'any', default: null, literal: false }), '5', 5],
  [parameter({ type: 'any', default: null, literal: false }), 'five', 'five'],
  [parameter({ type: 'str', default: 'a', choices: ['a', 'b'] }), '"b"', 'b']
])('reads what is entered with the type of the parameter', async (item, entry, value) => {
  const model = await form([item]);
  model.enter(item, entry);
  expect(model.problem(item)).toBeNull();
  expect(model.spec.parameters).toEqual({ [item.name]: value });
});

it.each<[Parameter['type'], unknown, string, string]>([
  ['int', 3, '1.5', 'Enter a whole number.'],
  ['int', 3, '', 'Enter a whole number.'],
  ['float', 0.5, 'fast', 'Enter a number.'],
  ['list', [1], '{"a": 1}', 'Enter a list such as [1, 2].'],
  ['dict', {}, '[1', 'Enter an object such as {"a": 1}.']
])('says what is wrong with an entry for %s', async (type, value, entry, problem) => {
  const item = parameter({ type, default: value });
  const model = await form([item]);
  model.enter(item, entry);
  expect([model.problem(item), model.isValid]).toEqual([problem, false]);
});

it('begins with the values of the draft, and can go back to those of the notebook', async () => {
  const model = await form([parameter({})], { parameters: { rows: 9 }, kernel: 'ir' });
  expect(model.spec).toMatchObject({ parameters: { rows: 9 }, kernel: 'ir' });
  model.reset(parameter({}));
  expect(model.spec.parameters).toEqual({});
});

it('keeps a text that looks like a number a text', async () => {
  const model = await form([parameter({ type: 'any', default: '12', default_code: '"12"' })]);
  expect(model.entry(parameter({}))).toBe('"12"');
  expect(model.spec.parameters).toEqual({});
});

it('takes any name where the parameters cannot be read', async () => {
  const model = await form([], { parameters: { rows: 9 } }, false);
  expect(model.free).toEqual([{ name: 'rows', value: '9' }]);
  model.free = [...model.free, { name: 'label', value: 'x' }, { name: '', value: 'y' }];
  expect(model.spec.parameters).toEqual({ rows: 9, label: 'x' });
});

it.each<[TextOption, string, string]>([
  ['timeout', 'soon', 'Enter a time such as 90 s, 10 min or 2 h.'],
  ['priority', '1.5', 'Enter a whole number from −100 to 100.'],
  ['memory', '-1', 'Enter a number that is not below 0.'],
  ['custom', 'licence', 'Enter names with amounts, such as licence=1.'],
  ['environment', 'no value', 'Enter a line such as NAME=value for each variable.']
])('does not take what is no %s', async (option, text, problem) => {
  const model = await form([]);
  model.options.enter(option, text);
  expect([model.isValid, model.options.problem(option, trans)]).toEqual([false, problem]);
});

it('asks for the options that were set, and begins with those of the draft', async () => {
  const asked = {
    resources: { cpu: 2, memory: 4, gpu: 0, custom: { licence: 1 } },
    timeout: 7200,
    cell_timeout: 90,
    retries: [{ on: ['kernel', 'OSError'], times: 3, wait: 60, factor: 3, longest: 100 }],
    environment: { MODE: 'a=b' },
    keep_kernel_minutes: 5,
    report_mode: true
  };
  const model = await form([], asked);
  expect(model.spec).toMatchObject(asked);
  expect(model.options.text('timeout')).toBe('2 h');
});

const RATE = parameter({ name: 'rate', type: 'float', default: 0.1 });
const MODEL = parameter({ name: 'model', type: 'str', default: 'a', choices: ['a', 'b'] });

it('makes a grid of several values and of a range', async () => {
  const model = await form([RATE, MODEL, parameter({})], {}, true, 'sweep');
  expect(model.isValid).toBe(false);
  model.sweep.put(RATE, { kind: 'range', low: '0.1', high: '1', count: '4', log: true });
  model.sweep.put(MODEL, { kind: 'values' });
  model.enter(parameter({}), '7');
  expect(model.isValid).toBe(true);
  expect(model.sweepSpec).toMatchObject({
    job: { notebook: 'a.ipynb', parameters: { rows: 7 } },
    space: {
      kind: 'grid',
      values: { rate: { low: 0.1, high: 1, count: 4, log: true }, model: ['a', 'b'] }
    }
  });
});

it('puts values side by side, as many of each', async () => {
  const model = await form([RATE, parameter({})], {}, true, 'sweep');
  model.sweep.combine = 'list';
  model.sweep.put(RATE, { kind: 'values', values: '0.1, 0.2' });
  model.sweep.put(parameter({}), { kind: 'range', low: '1', high: '9', count: '3' });
  expect(model.whenProblem).toBe('Side by side, every parameter needs as many values.');
  model.sweep.put(parameter({}), { count: '2' });
  expect(model.sweepSpec.space).toEqual({
    kind: 'list',
    items: [
      { rate: 0.1, rows: 1 },
      { rate: 0.2, rows: 9 }
    ]
  });
});

it('draws at random from ranges and choices', async () => {
  const model = await form([RATE, MODEL, parameter({})], {}, true, 'sweep');
  Object.assign(model.sweep, { combine: 'random', draws: '20', seed: '7' });
  model.sweep.put(RATE, { kind: 'range', low: '0.001', high: '1', log: true });
  model.sweep.put(MODEL, { kind: 'values', values: 'b' });
  model.sweep.put(parameter({}), { kind: 'range', low: '1', high: '9' });
  expect(model.sweepSpec.space).toEqual({
    kind: 'random',
    count: 20,
    seed: 7,
    draws: {
      rate: { kind: 'loguniform', low: 0.001, high: 1 },
      model: { kind: 'choice', values: ['b'] },
      rows: { kind: 'integer', low: 1, high: 9 }
    }
  });
});

it.each([
  ['1, 2.5', 'Enter values with commas between them.'],
  ['', 'Enter values with commas between them.']
])('does not take the values %j of a whole number', async (values, problem) => {
  const model = await form([parameter({})], {}, true, 'sweep');
  model.sweep.put(parameter({}), { kind: 'values', values });
  expect([model.problem(parameter({})), model.isValid]).toEqual([problem, false]);
});

it('asks for a schedule with the job and the times', async () => {
  const model = await form([parameter({})], { name: 'nightly' }, true, 'schedule');
  model.schedule.cron = '30 7 * * 1-5';
  model.schedule.timezone = 'Europe/Berlin';
  model.schedule.missed = 'all';
  expect(model.scheduleSpec).toMatchObject({
    name: 'nightly',
    job: { notebook: 'a.ipynb', name: null },
    trigger: { kind: 'cron', cron: '30 7 * * 1-5', timezone: 'Europe/Berlin' },
    missed: 'all'
  });
});

it('keeps what the form does not show when a schedule is changed', async () => {
  const spec = {
    job: { notebook: 'a.ipynb' },
    trigger: { kind: 'file', path: 'raw/*.csv', settle: 60, parameter: 'path' },
    max_active: 3,
    due_parameter: 'due'
  } as const;
  const model = new FormModel({} as Api, trans, spec.job, 'now', schedule({ spec }));
  model.schedule.path = 'raw/*.parquet';
  expect(model.scheduleSpec).toMatchObject({
    trigger: { path: 'raw/*.parquet', settle: 60, parameter: 'path' },
    max_active: 3,
    due_parameter: 'due'
  });
});

it('says why a notebook could not be read', async () => {
  const api = { GET: () => Promise.reject(new Error('There is no file.')) } as unknown as Api;
  const model = new FormModel(api, trans, { notebook: 'b.ipynb' });
  await model.load();
  expect([model.failure, model.isValid]).toEqual(['There is no file.', false]);
});
