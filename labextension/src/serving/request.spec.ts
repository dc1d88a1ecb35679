import { expect, it } from 'vitest';

import { bodyOf, entriesOf, fitsForm, rowOf } from './request';
import { signature } from './testing';

const { inputs, example } = signature();

it('fills the fields from the example and reads the same row back', () => {
  const { row, problems } = rowOf(inputs, entriesOf(inputs, example[0]));
  expect(row).toEqual(example[0]);
  expect(problems.size).toBe(0);
});

it('says of each field what is wrong with it', () => {
  const entries = { carrier: '', month: '1.5', wind: 'strong', weekend: '' };
  const { problems } = rowOf(inputs, entries);
  expect([...problems]).toEqual([
    ['month', 'whole'],
    ['wind', 'number'],
    ['weekend', 'missing']
  ]);
});

it('sends an empty text where a text is required and nothing where it may be missing', () => {
  const columns = [
    { name: 'wanted', type: 'string', required: true },
    { name: 'free', type: 'string', required: false }
  ];
  expect(rowOf(columns, { wanted: '', free: '' }).row).toEqual({ wanted: '', free: null });
});

it('names the method in the body only if it was chosen', () => {
  expect(JSON.parse(bodyOf([{ a: 1 }]))).toEqual({ dataframe_records: [{ a: 1 }] });
  expect(JSON.parse(bodyOf([{ a: 1 }], 'predict_proba'))).toEqual({
    dataframe_records: [{ a: 1 }],
    params: { predict_method: 'predict_proba' }
  });
});

it('makes a form only of columns with plain values', () => {
  const tensor = [{ name: 'pixels', type: 'tensor', required: true }];
  expect(fitsForm(signature())).toBe(true);
  expect(fitsForm(signature({ inputs: tensor }))).toBe(false);
  expect(fitsForm(signature({ inputs: [] }))).toBe(false);
  expect(fitsForm(null)).toBe(false);
});
