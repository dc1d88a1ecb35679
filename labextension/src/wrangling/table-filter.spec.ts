import { describe, expect, it } from 'vitest';

import type { Column, Profile } from './table';
import {
  barConditions,
  groupsOf,
  isComplete,
  testsOf,
  typed,
  valueConditions,
  wordsOf
} from './table-filter';

const number: Column = { name: 'delay', dtype: 'Int64', role: 'number' };
const text: Column = { name: 'city', dtype: 'String', role: 'text' };
const day: Column = { name: 'day', dtype: 'Date', role: 'date' };
const edges = [0, 10, 20];
const profile = { histogram: { edges, counts: [3, 4] } } as unknown as Profile;

describe('a condition', () => {
  it('offers only tests that fit the column', () => {
    expect(testsOf(number)).toContain('between');
    expect(testsOf(text)[0]).toBe('contains');
    expect(testsOf({ role: 'nested' })).toEqual(['is missing', 'is present']);
  });

  it('is complete when it has as many values as its test compares with', () => {
    expect(isComplete({ column: 'a', test: 'is missing' })).toBe(true);
    expect(isComplete({ column: 'a', test: '==', value: null })).toBe(false);
    expect(isComplete({ column: 'a', test: '==', value: '' })).toBe(true);
    expect(isComplete({ column: 'a', test: 'between', values: [1] })).toBe(false);
    expect(isComplete({ column: 'a', test: 'in', values: ['x'] })).toBe(true);
  });

  it('keeps all digits of numbers too long for a float', () => {
    expect(typed('9007199254740993', number)).toBe('9007199254740993');
    expect(typed('12', number)).toBe(12);
    expect(typed('twelve', number)).toBeNull();
    expect(typed(' x ', text)).toBe(' x ');
  });
});

describe('a bar of a histogram', () => {
  it('stands for the values from its lower edge up to, but not with, its upper one', () => {
    expect(barConditions(number, profile, 0)).toEqual([
      { column: 'delay', test: '>=', value: 0 },
      { column: 'delay', test: '<', value: 10 }
    ]);
  });

  it('includes the largest value if it is the last', () => {
    expect(barConditions(number, profile, 1)[1]?.test).toBe('<=');
  });

  it('begins and ends with whole days for dates', () => {
    const days = { histogram: { edges: [0, 86_400_000 * 1.5], counts: [1] } };
    const [from, to] = barConditions(day, days as unknown as Profile, 0);
    expect([from?.value, to?.value]).toEqual(['1970-01-01', '1970-01-03']);
  });
});

describe('a filter in words', () => {
  it('says the two ends of a range in one', () => {
    const groups = groupsOf([
      ...barConditions(number, profile, 0),
      ...valueConditions(text, 'Paris'),
      ...valueConditions(text, null)
    ]);
    expect(groups.map(({ words, count }) => [words, count])).toEqual([
      ['0 ≤ delay < 10', 2],
      ['city = Paris', 1],
      ['city is missing', 1]
    ]);
  });

  it('shows an empty text as one', () => {
    expect(wordsOf({ column: 'city', test: '==', value: '' })).toBe('city = “”');
  });
});
