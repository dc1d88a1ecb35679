import { describe, expect, it, vi } from 'vitest';

import type { Profile } from './table';
import { ProfileBook, type Describe } from './table-profiles';

const NEXT = { facts: 'sampled', sampled: 'exact', exact: 'quantiles', quantiles: null } as const;

/** A kernel that knows ever more. */
const describing = (): Describe =>
  vi.fn(async (columns, tier) => ({
    items: columns.map(name => ({ name, exactness: tier }) as unknown as Profile),
    rows: 9,
    tier,
    next: NEXT[tier]
  }));

describe('statistics', () => {
  it('are a sample first, and exact in the end', async () => {
    const seen: unknown[] = [];
    const book: ProfileBook = new ProfileBook(describing(), () =>
      seen.push(book.get('a')?.exactness)
    );
    await book.read(['a'], []);
    expect(seen.slice(0, 3)).toEqual(['sampled', 'exact', 'quantiles']);
    expect(book.isBusy).toBe(false);
  });

  it('come many columns at a time, those that are looked at first', async () => {
    const describe = describing();
    const names = Array.from({ length: 100 }, (_, index) => `c${index}`);
    await new ProfileBook(describe, () => undefined).read(names, ['c90']);
    const [columns] = vi.mocked(describe).mock.calls[0] ?? [];
    expect(columns?.[0]).toBe('c90');
    expect(columns).toHaveLength(64);
    expect(vi.mocked(describe).mock.calls.filter(([, tier]) => tier === 'sampled')).toHaveLength(2);
  });

  it('of another table are not shown', async () => {
    const book = new ProfileBook(describing(), () => undefined);
    const first = book.read(['a'], []);
    await Promise.all([first, book.read(['b'], [])]);
    expect([book.get('a'), book.get('b')?.name]).toEqual([null, 'b']);
  });

  it('end with a kernel that does not say what comes next', async () => {
    const describe = vi.fn(async () => ({ items: [], rows: 9, tier: 'sampled' }));
    const book = new ProfileBook(describe as unknown as Describe, () => undefined);
    await book.read(['a'], []);
    expect(describe).toHaveBeenCalledTimes(1);
  });

  it('stop when the kernel refuses', async () => {
    const book = new ProfileBook(
      () => Promise.reject(new Error('no')),
      () => undefined
    );
    await book.read(['a'], []);
    expect([book.size, book.isBusy]).toEqual([0, false]);
  });
});
