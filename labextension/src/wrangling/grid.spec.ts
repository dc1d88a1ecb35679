import { describe, expect, it } from 'vitest';

import { headPart } from './grid-head';
import { fitted, fittedName, isolated, visible } from './grid-text';
import type { Profile } from './table';
import { isMissing, plain, shareWords, written } from './values';

const number = { name: 'n', dtype: 'Int64', role: 'number' } as const;
const pen = {
  font: '12px sans-serif',
  measureText: (text: string) => ({ width: Array.from(text).length * 7 })
} as unknown as CanvasRenderingContext2D;

describe('a text in a cell', () => {
  it('is cut where it has no room, and never inside a letter', () => {
    expect(fitted(pen, 'abcdefghij', 42)).toBe('abcde…');
    expect(fitted(pen, '😀😀😀😀😀😀😀😀', 42)).toBe('😀😀😀😀😀…');
    expect(fitted(pen, 'abc', 42)).toBe('abc');
  });

  it('shows what one would not see', () => {
    expect(visible('a\nb\tc')).toBe('a↵b⇥c');
  });

  it('keeps its own direction', () => {
    expect(isolated('مدينة')).toBe('\u2067مدينة\u2069');
    expect(isolated('town')).toBe('town');
  });
});

describe('a value', () => {
  it('keeps every digit of large whole numbers', () => {
    expect(written(9007199254740993n, number)).toBe('9007199254740993');
    expect(plain(9007199254740993n, number)).toBe('9007199254740993');
  });

  it('that is no number is missing', () => {
    expect([null, undefined, NaN, 0, ''].map(isMissing)).toEqual([true, true, true, false, false]);
  });

  it('of a date is copied whole', () => {
    expect(plain(86_400_123, { role: 'datetime' })).toBe('1970-01-02T00:00:00.123');
    expect(plain(86_400_000, { role: 'date' })).toBe('1970-01-02');
  });

  it('that is there at all has a share', () => {
    expect([0, 0.00001, 0.5].map(shareWords)).toEqual(['0%', '<0.1%', '50%']);
  });
});

describe('the head of a column', () => {
  const histogram = { histogram: { counts: [1, 2, 3, 4], edges: [] }, top: [], missing: 2 };
  const top = { histogram: null, top: [{}, {}, {}, {}], distinct: 9, missing: 0 };
  const at = (x: number, y: number, profile: object | null): unknown =>
    headPart(x, y, 116, profile as Profile | null);

  it('sorts by its arrows', () => {
    expect(at(110, 10, null)).toEqual({ kind: 'sort' });
    expect(at(20, 10, null)).toEqual({ kind: 'name' });
  });

  it('has a bar for each part of the values', () => {
    expect(at(10, 80, histogram)).toEqual({ kind: 'bar', index: 0 });
    expect(at(100, 80, histogram)).toEqual({ kind: 'bar', index: 3 });
    expect(at(2, 80, histogram)).toEqual({ kind: 'name' });
  });

  it('has a line for each frequent value, and one for the rest', () => {
    expect(at(10, 60, top)).toEqual({ kind: 'value', index: 0 });
    expect(at(10, 84, top)).toEqual({ kind: 'name' });
  });

  it('finds the missing ones, if there are any', () => {
    expect(at(10, 44, histogram)).toEqual({ kind: 'missing' });
    expect(at(10, 44, top)).toEqual({ kind: 'name' });
  });
});

describe('a name', () => {
  it('is cut in the middle, so that its end can be read', () => {
    expect(fittedName(pen, 'measurement_of_something_251', 120)).toBe(
      'measurem…ing_251'.slice(0, 8) + '…hing_251'
    );
  });
});
