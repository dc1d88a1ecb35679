import { tableFromArrays } from 'apache-arrow';
import { describe, expect, it, vi } from 'vitest';

import { PAGE, PENDING, Pages, type IRows } from './pages';

const TOTAL = 10_000;

function rows(start: number, stop: number): IRows {
  const end = Math.min(stop, TOTAL);
  const n = Int32Array.from({ length: end - start }, (_, offset) => start + offset);
  return {
    table: tableFromArrays({ n }),
    window: { start, rows: end - start, rows_total: TOTAL, exact: true }
  };
}

const settle = (): Promise<unknown> => new Promise(resolve => setTimeout(resolve, 10));

describe('rows in pages', () => {
  it('come when they are looked at, and the next page beforehand', async () => {
    const fetch = vi.fn(async (start: number, stop: number) => rows(start, stop));
    const pages = new Pages(fetch, TOTAL);
    expect(pages.value(3, 'n')).toBe(PENDING);
    await settle();
    expect(pages.value(3, 'n')).toBe(3);
    expect(fetch.mock.calls.map(([start]) => start)).toEqual([0, PAGE]);
  });

  it('that were scrolled past are not asked for', async () => {
    const answers: (() => void)[] = [];
    const fetch = vi.fn(
      (start: number, stop: number) =>
        new Promise<IRows>(resolve => answers.push(() => resolve(rows(start, stop))))
    );
    const pages = new Pages(fetch, TOTAL);
    for (let page = 0; page < 20; page++) {
      pages.attend(() => [page * PAGE, page * PAGE + 40]);
      pages.value(page * PAGE, 'n');
      await settle();
    }
    while (answers.length > 0) {
      answers.shift()?.();
      await settle();
    }
    const asked = fetch.mock.calls.map(([start]) => start / PAGE);
    expect(asked).toContain(19);
    expect(asked.length).toBeLessThan(10);
  });

  it('are forgotten when many others were used since', async () => {
    const pages = new Pages(async (start, stop) => rows(start, stop), TOTAL);
    for (let page = 0; page < 50; page++) {
      pages.value(page * PAGE, 'n');
      await settle();
    }
    expect(pages.kept).toBeLessThan(50);
    expect(pages.value(0, 'n')).toBe(PENDING);
  });

  it('say how many there are once that is known', async () => {
    const pages = new Pages(async (start, stop) => rows(start, stop), null);
    const grown = vi.fn();
    pages.arrived.connect((_, arrived) => grown(arrived.grown));
    pages.start();
    await settle();
    expect([pages.rows, grown.mock.calls[0]]).toEqual([TOTAL, [true]]);
  });

  it('say why they could not be fetched', async () => {
    const pages = new Pages(() => Promise.reject(new Error('no')), TOTAL);
    const failed = vi.fn();
    pages.failed.connect((_, error) => failed(String(error)));
    pages.start();
    await settle();
    expect(failed).toHaveBeenCalledWith('Error: no');
  });
});

describe('rows of a wide table', () => {
  const names = Array.from({ length: 100 }, (_, index) => `c${index}`);

  it('come in blocks of columns', async () => {
    const fetch = vi.fn(async (start: number, stop: number, columns: readonly string[]) => ({
      ...rows(start, stop),
      table: tableFromArrays({ [columns[0] ?? '']: [7] })
    }));
    const pages = new Pages(fetch, TOTAL, names);
    expect(pages.value(0, 'c40')).toBe(PENDING);
    await settle();
    expect(fetch.mock.calls[0]?.[2]).toEqual(names.slice(32, 64));
    expect(pages.peek(0, 'c0')).toBe(PENDING);
  });
});

describe('rows that nobody looks at any more', () => {
  it('are not fetched', async () => {
    const fetch = vi.fn(async (start: number, stop: number) => rows(start, stop));
    const pages = new Pages(fetch, TOTAL);
    pages.attend(() => [8000, 8040]);
    pages.value(0, 'n');
    pages.value(8000, 'n');
    await settle();
    expect(fetch.mock.calls.map(([start]) => start)).not.toContain(0);
  });
});
