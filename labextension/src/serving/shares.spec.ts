import { expect, it } from 'vitest';

import { Division, type Share } from './shares';

const share = (number: number, weight: number, shadow = false, model = ''): Share => ({
  number,
  model,
  weight,
  shadow
});
const weights = ({ shares }: Division): number[] => shares.map(({ weight }) => weight);

it('shows weights as per cent of those that answer to the same name', () => {
  const division = Division.of([
    share(1, 3),
    share(2, 1),
    share(3, 5, true),
    share(4, 2, false, 'b')
  ]);
  expect(weights(division)).toEqual([75, 25, 0, 100]);
  expect(division.names).toEqual(['', 'b']);
});

it('takes from the others in proportion what one is given, and the sum stays 100', () => {
  const division = Division.of([share(1, 50), share(2, 30), share(3, 20)]);
  const moved = division.weigh(share(3, 20), 33);
  expect(weights(moved)).toEqual([41.9, 25.1, 33]);
  expect(weights(moved).reduce((sum, weight) => sum + weight)).toBeCloseTo(100, 9);
  expect(weights(division.weigh(share(1, 50), 100))).toEqual([100, 0, 0]);
  expect(weights(division.weigh(share(1, 50), 100).weigh(share(1, 100), 40))).toEqual([40, 30, 30]);
});

it('leaves the only one that answers all of it', () => {
  const division = Division.of([share(1, 100)]);
  expect(division.weigh(share(1, 100), 10)).toBe(division);
});

it('lets a canary join with a tenth and a shadow with nothing', () => {
  const division = Division.of([share(1, 100)]);
  expect(weights(division.join(2, false))).toEqual([90, 10]);
  expect(weights(division.join(2, true))).toEqual([100, 0]);
  expect(division.join(2, false).without(share(2, 10)).equals(division)).toBe(true);
});

it('makes a shadow of one that answers, and back', () => {
  const division = Division.of([share(1, 60), share(2, 40)]);
  const shadowed = division.shadow(share(2, 40), true);
  expect(weights(shadowed)).toEqual([100, 0]);
  expect(weights(shadowed.shadow(share(2, 0, true), false))).toEqual([90, 10]);
});

it('works only while somebody answers', () => {
  const division = Division.of([share(1, 100), share(2, 0, true)]);
  expect(division.works).toBe(true);
  expect(division.without(share(1, 100)).works).toBe(false);
});
