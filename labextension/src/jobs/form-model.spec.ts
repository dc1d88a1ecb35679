import { nullTranslator } from '@jupyterlab/translation';
import { expect, it } from 'vitest';

import type { Api, Schemas } from '../api';
import { FormModel, type Draft, type Parameter } from './form-model';
import { parameter } from './testing';

const trans = nullTranslator.load('');

async function form(items: Parameter[], draft: Draft = {}, typed = true): Promise<FormModel> {
  const declared: Schemas['NotebookParameters'] = {
    notebook: 'a.ipynb',
    language: 'python',
    kernel: 'python3',
    tagged: true,
    typed,
    items
  };
  const api = { GET: async () => ({ data: declared }) } as unknown as Api;
  const model = new FormModel(api, trans, { notebook: 'a.ipynb', ...draft });
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
    cell_timeout: null
  });
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

it('does not take a limit of time that is no number', async () => {
  const model = await form([]);
  model.timeout = '1h';
  expect([model.isValid, model.timeoutProblem]).toEqual([
    false,
    'Enter whole seconds, or nothing for no limit.'
  ]);
});

it('says why a notebook could not be read', async () => {
  const api = { GET: () => Promise.reject(new Error('There is no file.')) } as unknown as Api;
  const model = new FormModel(api, trans, { notebook: 'b.ipynb' });
  await model.load();
  expect([model.failure, model.isValid]).toEqual(['There is no file.', false]);
});
