import { describe, expect, it, vi } from 'vitest';

import { Find, type Search } from './table-find';

const wait = (time = 250): Promise<void> => new Promise(resolve => setTimeout(resolve, time));

describe('finding', () => {
  it('begins at the rows that are seen once typing has stopped', async () => {
    const search = vi.fn<Search>(async () => ({ row: 7, column: 'city', index: 1, total: 3 }));
    const find = new Find(search);
    find.open();
    find.type('p', 5);
    find.type('pa', 5);
    await wait();
    expect(search).toHaveBeenCalledOnce();
    expect(search).toHaveBeenCalledWith('pa', { row: 5, column: null }, false);
    expect(find.match).toEqual({ row: 7, column: 'city' });
    expect(find.place).toEqual({ index: 1, total: 3 });
  });

  it('goes on from the match that is looked at, in both directions', async () => {
    const search = vi.fn<Search>(async () => ({ row: 7, column: 'city', index: 1, total: 3 }));
    const find = new Find(search);
    find.open();
    find.type('pa', 0);
    await wait();
    find.step(true);
    await wait(5);
    expect(search).toHaveBeenLastCalledWith('pa', { row: 7, column: 'city' }, true);
  });

  it('shows nothing of an answer that came too late', async () => {
    let answer: (() => void) | null = null;
    const search: Search = () =>
      new Promise(resolve => {
        answer = () => resolve({ row: 1, column: 'a', index: 1, total: 1 });
      });
    const find = new Find(search);
    find.open();
    find.type('pa', 0);
    await wait();
    find.close();
    (answer as (() => void) | null)?.();
    await wait(5);
    expect(find.match).toBeNull();
  });

  it('shows a match at once, and how many there are when they are counted', async () => {
    const near = { row: 7, column: 'city', index: null, total: null };
    const search = vi.fn<Search>(async () => near);
    search.mockResolvedValueOnce(near).mockResolvedValueOnce({ ...near, index: 2, total: 9 });
    const find = new Find(search);
    find.open();
    find.type('pa', 0);
    await wait();
    expect([find.match?.row, find.place?.total]).toEqual([7, null]);
    await wait(750);
    expect(find.place).toEqual({ index: 2, total: 9 });
  });

  it('says why it cannot look', async () => {
    const find = new Find(() => Promise.reject(new Error('A step fails.')));
    find.open();
    find.type('pa', 0);
    await wait();
    expect([find.problem, find.busy]).toEqual(['A step fails.', false]);
  });
});
