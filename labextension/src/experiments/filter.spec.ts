import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

import { passing } from './filter';
import { FilterError, parseFilter } from './filter-parse';
import { completed } from './filter-words';
import { tableOf, type ITestRun } from './testing';

interface ICases {
  runs: (Omit<ITestRun, 'ended'> & { ended?: number | null; datasets: object[] })[];
  cases: { filter: string; fits: string[] }[];
  errors: { filter: string; at: number }[];
}

const file = resolve(import.meta.dirname, '../../../tests/library/experiments/filter_cases.json');
const { runs, cases, errors } = JSON.parse(readFileSync(file, 'utf8')) as ICases;
const table = tableOf(runs);

describe('The filter of runs', () => {
  it.each(cases.filter(({ filter }) => !filter.startsWith('dataset')))(
    'reads $filter as the server does',
    ({ filter, fits }) => {
      const mask = passing(parseFilter(filter), table);
      expect(table.ids.filter((_, row) => mask[row])).toEqual(fits);
    }
  );

  it.each(errors)('tells where $filter is wrong', ({ filter, at }) => {
    let found: unknown = null;
    try {
      parseFilter(filter);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(FilterError);
    expect((found as FilterError).from).toBe(at);
  });
});

describe('The proposals', () => {
  const proposed = (text: string): string[] =>
    completed(text, text.length, table).items.map(item => item.text);

  it('are names first, by any part of them', () => {
    expect(proposed('auc')).toEqual(['metrics.auc', 'metrics.val/auc']);
    expect(proposed('metrics.')).toContain('metrics.loss');
    expect(proposed('a b')).toContain('params.`a b`');
  });

  it('are comparisons after a name, and values after a comparison', () => {
    expect(proposed('metrics.auc ')).toEqual(['>', '<', '>=', '<=', '=', '!=']);
    expect(proposed('params.model = ')).toEqual(['"rf"', '"RF"', '"linear"']);
    expect(proposed('params.model = "li')).toEqual(['"linear"']);
    expect(proposed('status = ')).toContain('"FINISHED"');
  });

  it('replace what is being typed', () => {
    expect(completed('metrics.auc > 0 and mod', 23, table)).toMatchObject({ from: 20, to: 23 });
  });
});
