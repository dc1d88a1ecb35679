import { describe, expect, it } from 'vitest';

import { order, parseFilter } from './filter';
import { row } from './testing';

const forest = row(
  '1',
  { name: 'Forest 7' },
  { 'metric:auc': 0.9, 'param:depth': '10', 'tag:team': 'blue' }
);
const broken = row('2', { state: 'failed' }, { 'metric:auc': 'NaN' });

describe('The filter of runs', () => {
  it.each([
    ['', true],
    ['forest', true],
    ['late FOREST', true],
    ['oak', false],
    ['auc > 0.8', true],
    ['auc>0.95', false],
    ['auc > 0.8 depth = 10', true],
    ['depth >= 9', true],
    ['depth < 9', false],
    ['team = blue forest', true],
    ['team = "blue"', true],
    ['team != red', true],
    ['state = finished', true],
    ['nothing = 1', false],
    ['nothing != 1', true]
  ])('reads %j', (text, passes) => {
    expect(parseFilter(text)(forest)).toBe(passes);
  });

  it('keeps what is no number out of every comparison', () => {
    expect(parseFilter('auc > 0')(broken)).toBe(false);
    expect(parseFilter('auc < 1')(broken)).toBe(false);
    expect(parseFilter('auc = NaN')(broken)).toBe(true);
  });
});

describe('The order of values', () => {
  it('goes by number where there are numbers, else by text', () => {
    expect(['10', '9', '2'].sort(order)).toEqual(['2', '9', '10']);
    expect(['b', 'A', 'c'].sort(order)).toEqual(['A', 'b', 'c']);
    expect(order('Infinity', 5)).toBeGreaterThan(0);
  });
});
