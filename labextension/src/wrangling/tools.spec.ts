import { Signal } from '@lumino/signaling';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { WrangleModel } from './model';
import * as recipes from './recipes';
import type { Recipe } from './recipes';
import type { IAnswer, ISession } from './transport';

const column = { name: 'city', dtype: 'String', role: 'text' } as const;

/** A kernel that answers the verbs of the tools with what a test says. */
class Kernel implements ISession {
  readonly kernel = 'k';
  readonly verbs = ['assist.suggest'];
  readonly progress = new Signal<ISession, never>(this);
  readonly lost = new Signal<ISession, string>(this);
  readonly asked: [string, Record<string, unknown>][] = [];
  answers: Record<string, unknown> = {};
  isDisposed = false;

  async ask<T>(verb: string, args: object = {}): Promise<IAnswer<T>> {
    this.asked.push([verb, args as Record<string, unknown>]);
    return { result: (this.answers[verb] ?? this._own(verb, args)) as T, table: null };
  }

  dispose(): void {
    this.isDisposed = true;
  }

  private _own(verb: string, args: object): unknown {
    const { recipe } = args as { recipe?: Recipe };
    switch (verb) {
      case 'open':
        return {
          ...{ title: 'f.csv', kind: 'csv', rows: 9, exact: true, columns: [column] },
          ...{ settled: true, notes: [], recipe: { source: (args as { source: unknown }).source } }
        };
      case 'apply':
        return { stages: (recipe?.steps ?? []).map(stage), recipe, findings: [] };
      default:
        return { items: [], next: null, start: 0, rows: 9, rows_total: 9, exact: true };
    }
  }
}

function stage(): object {
  const plain = { sentence: 's', title: 't', kind: 'row', state: 'ran', error: null };
  return { ...plain, columns: [column], rows: 9 };
}

let kernel: Kernel;
let model: WrangleModel;

beforeEach(async () => {
  kernel = new Kernel();
  const host = { connect: async () => kernel, keep: vi.fn() };
  model = new WrangleModel(host, { kind: 'file', path: 'f.csv' });
  await model.open();
});

describe('the clusters', () => {
  const values = [
    { value: 'New York', count: 9 },
    { value: 'new york', count: 2 },
    { value: 'NY', count: 1 }
  ];

  it('become one step with what was chosen', async () => {
    const items = [{ values, suggestion: 'New York', rows: 12 }];
    kernel.answers['assist.clusters'] = { items, found: 1, distinct: 3, exactness: 'exact' };
    const { clustering } = model.tools;
    await clustering.search({ column: 'city' });
    expect(clustering.count).toBe(0);
    clustering.all(true);
    clustering.set(0, { without: new Set(['NY']) });
    await clustering.apply();
    expect(model.steps).toEqual([
      { op: 'replace', column: 'city', values: [{ old: 'new york', new: 'New York' }] }
    ]);
  });
});

describe('the report', () => {
  it('mends with several steps as one edit, and says that it is stale', async () => {
    const mend = { label: 'Mend', steps: [{ op: 'drop' }, { op: 'dedupe' }] };
    const insight = { id: 'leak:city', mends: [mend] };
    kernel.answers['report.insights'] = { insights: [insight] };
    const { report } = model.tools;
    await report.run();
    const found = report.insights.answer?.insights[0];
    await report.mend(found!, found!.mends[0]!);
    expect([model.steps.length, report.isMended(found!), report.stale]).toEqual([2, true, true]);
    await model.undo();
    expect([model.steps.length, report.stale]).toEqual([0, false]);
  });
});

describe('a suggestion', () => {
  it('is asked for once as long as the selection is the same, and added as one edit', async () => {
    const item = { id: 'a', steps: [{ op: 'drop', columns: ['city'] }], opens: null, columns: [] };
    kernel.answers['assist.suggest'] = { items: [item], rows: 9, exactness: 'exact' };
    const { suggestions } = model.tools;
    suggestions.follow();
    suggestions.follow();
    await vi.waitFor(() => expect(suggestions.found.answer).not.toBeNull());
    expect(kernel.asked.filter(([verb]) => verb === 'assist.suggest').length).toBe(1);
    await suggestions.add(suggestions.found.answer!.items[0]!);
    expect(model.steps).toEqual([{ op: 'drop', columns: ['city'] }]);
  });
});

describe('the rules', () => {
  it('belong to the recipe, and can be taken back', async () => {
    const rule = { kind: 'missing', column: 'city' } as unknown as recipes.Rule;
    await model.tools.rules.add(rule);
    expect([model.tools.rules.items, model.output.dirty]).toEqual([[rule], true]);
    await model.undo();
    expect(model.tools.rules.items).toEqual([]);
  });
});

describe('the source', () => {
  it('is read again as corrected, with the same recipe', async () => {
    await model.append('drop', { columns: ['city'] });
    await model.reopen({ kind: 'file', path: 'f.csv', csv: { separator: ';' } });
    const [, args] = kernel.asked.filter(([verb]) => verb === 'open').pop() ?? [];
    expect(args).toMatchObject({ source: { csv: { separator: ';' } } });
    expect([model.steps.length, model.opening.corrected]).toEqual([1, true]);
  });
});

describe('edits of a recipe', () => {
  const recipe: Recipe = { version: 1, source: null, steps: [{ op: 'a' }, { op: 'b' }] };

  it('follow a fix of the linter', () => {
    const edits = [
      { edit: 'move', position: 0, to: 1, step: null },
      { edit: 'insert', position: 0, to: null, step: { op: 'c' } },
      { edit: 'delete', position: 1, to: null, step: null }
    ] as Parameters<typeof recipes.mended>[1];
    const ops = recipes.stepsOf(recipes.mended(recipe, edits)).map(({ op }) => op);
    expect(ops).toEqual(['c', 'a']);
  });

  it('name a step, and take the name away again', () => {
    const named = recipes.annotated(recipe, 0, { label: 'Tidy', note: 'why' });
    expect(recipes.stepsOf(named)[0]).toEqual({ op: 'a', label: 'Tidy', note: 'why' });
    const bare = recipes.annotated(named, 0, { label: '', note: ' ' });
    expect(recipes.stepsOf(bare)[0]).toEqual({ op: 'a' });
  });

  it('put a step twice, and switch the rest off and on', () => {
    expect(recipes.stepsOf(recipes.doubled(recipe, 0)).map(({ op }) => op)).toEqual([
      'a',
      'a',
      'b'
    ]);
    const off = recipes.cut(recipe, 1);
    expect(recipes.stepsOf(off).map(({ on }) => on ?? true)).toEqual([true, false]);
    expect(recipes.stepsOf(recipes.cut(off, 1)).map(({ on }) => on ?? true)).toEqual([true, true]);
  });
});
