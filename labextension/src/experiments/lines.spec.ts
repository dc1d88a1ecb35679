import { expect, it } from 'vitest';

import { aligned, smooth } from './lines';
import type { Series } from './run';

const PLAIN = { logarithmic: false, smoothing: 0 };

function series(change: Partial<Series>): Series {
  const times = [1000, 2000, 3000];
  return {
    run_id: '1',
    metric: 'loss',
    total: 3,
    steps: [0, 1, 2],
    times,
    values: [3, 2, 1],
    low: null,
    high: null,
    ...change
  };
}

it('brings runs of different length onto one axis', () => {
  const data = aligned([series({}), series({ steps: [1, 5, 6], values: [9, 8, 7] })], PLAIN);
  expect(data[0]).toEqual([0, 1, 2, 5, 6]);
  expect(Array.from(data[1] ?? [])).toEqual([3, 2, 1, undefined, undefined]);
  expect(Array.from(data[4] ?? [])).toEqual([undefined, 9, undefined, 8, 7]);
});

it('draws over time what has no steps', () => {
  expect(aligned([series({ steps: [0, 0, 0] })], PLAIN)[0]).toEqual([1, 2, 3]);
});

it('leaves out what a logarithm cannot show, and what is no number', () => {
  const data = aligned([series({ values: [0, null, 1] })], { ...PLAIN, logarithmic: true });
  expect(Array.from(data[1] ?? [])).toEqual([null, null, 1]);
});

it('smooths without pulling the beginning towards zero', () => {
  expect(smooth([4, 4, null, 4], 0.9).map(value => value && Math.round(value))).toEqual([
    4,
    4,
    null,
    4
  ]);
});
