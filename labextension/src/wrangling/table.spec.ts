import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';

import type { Schemas } from '../api';
import { matchingColumns, rowOf } from './table-jump';
import { TableModel, type Column } from './table';
import type { IAnswer, ISession } from './transport';

const columns: Column[] = ['a', 'b', 'c'].map(name => ({ name, dtype: 'Int64', role: 'number' }));

class Kernel implements ISession {
  readonly kernel = 'k';
  readonly progress = new Signal<ISession, Schemas['Progress']>(this);
  readonly lost = new Signal<ISession, string>(this);
  readonly asked: [string, Record<string, unknown>][] = [];
  isDisposed = false;
  broken = false;

  async ask<T>(verb: string, args: object = {}): Promise<IAnswer<T>> {
    this.asked.push([verb, args as Record<string, unknown>]);
    if (this.broken) {
      throw new Error('The file is gone.');
    }
    return { result: { items: [], next: null } as T, table: null };
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

function shown(): [TableModel, Kernel] {
  const [table, kernel] = [new TableModel(), new Kernel()];
  table.show(kernel, { upto: 0, columns, rows: 9 });
  return [table, kernel];
}

describe('the order of rows', () => {
  it('turns round and ends with the third click', () => {
    const [table] = shown();
    table.cycleSort('a');
    table.cycleSort('a');
    expect(table.sort).toEqual([{ column: 'a', descending: true }]);
    table.cycleSort('a');
    expect(table.sort).toEqual([]);
  });

  it('has several keys when asked for another one beside it', () => {
    const [table] = shown();
    table.cycleSort('a');
    table.cycleSort('b', true);
    table.cycleSort('a', true);
    expect(table.sort).toEqual([
      { column: 'a', descending: true },
      { column: 'b', descending: false }
    ]);
    table.cycleSort('c');
    expect(table.sort).toHaveLength(1);
  });
});

describe('the choice of rows', () => {
  it('is narrowed by a value, and widened by the same again', () => {
    const [table] = shown();
    const one = { column: 'a', test: '==', value: 1 } as const;
    table.narrow([one]);
    table.narrow([{ ...one, column: 'b' }]);
    table.narrow([one]);
    expect(table.filter).toEqual([{ ...one, column: 'b' }]);
  });
});

describe('rows that cannot be fetched', () => {
  it('say why, and are asked for again', async () => {
    const [table, kernel] = [new TableModel(), new Kernel()];
    kernel.broken = true;
    table.show(kernel, { upto: 0, columns, rows: 9 });
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(String(table.problem)).toContain('The file is gone.');
    const before = kernel.asked.length;
    table.retry();
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(kernel.asked.length).toBeGreaterThan(before);
  });
});

describe('columns', () => {
  it('that are pinned stand apart, those that are hidden nowhere', () => {
    const { layout } = new TableModel();
    layout.pin('c', true);
    layout.hide(['a'], true);
    const { pinned, scrolled } = layout.apart(columns);
    expect([pinned, scrolled].map(some => some.map(({ name }) => name))).toEqual([['c'], ['b']]);
    expect(layout.hiddenOf(columns)).toBe(1);
  });

  it('are found by a part of their name, the beginning first', () => {
    const named = ['delay', 'arr_delay', 'city'].map(name => ({ ...columns[0]!, name }));
    expect(matchingColumns(named, 'DEL').map(({ name }) => name)).toEqual(['delay', 'arr_delay']);
  });

  it('give way to rows when a number is typed', () => {
    expect(rowOf('1,000', 5000)).toBe(999);
    expect(rowOf('9 999 999', 5000)).toBe(4999);
    expect(rowOf('city', 5000)).toBeNull();
  });
});
