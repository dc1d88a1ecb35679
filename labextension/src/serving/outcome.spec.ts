import { expect, it } from 'vitest';

import { summary } from './outcome';
import { refusal } from './predict';

it('says an answer in one line', () => {
  expect(summary({ predictions: [1] })).toBe('1');
  expect(summary({ predictions: [[0.87282909, 0.12717091]] })).toBe('0.8728  0.1272');
  expect(summary({ predictions: ['late', 'late'] })).toBe('late … (2)');
  expect(summary({ predictions: [{ price: 3 }] })).toBe('{"price":3}');
});

it('takes the sentence out of a refusal, whoever wrote it', () => {
  expect(
    refusal('{"message": "Column \'a\' is missing.", "reason": "missing"}', 'Bad Request')
  ).toBe("Column 'a' is missing.");
  expect(refusal('{"error": "No such model."}', 'Bad Request')).toBe('No such model.');
  expect(refusal('gateway down', 'Bad Gateway')).toBe('gateway down');
  expect(refusal('', 'Bad Gateway')).toBe('Bad Gateway');
});
