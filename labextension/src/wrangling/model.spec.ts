import { Signal } from '@lumino/signaling';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Schemas } from '../api';
import type { StepKind } from './draft';
import { WrangleModel } from './model';
import type { IWranglingHost } from './opening';
import type { Recipe } from './recipes';
import { activeUpto, shownUpto, type Stage } from './stages';
import { SessionError, type IAnswer, type ISession } from './transport';

const column = { name: 'delay', dtype: 'Int64', role: 'number' } as const;
const drop: StepKind = {
  op: 'drop',
  title: 'Drop columns',
  group: 'Columns',
  kind: 'row',
  summary: 'Remove columns.',
  form: {
    type: 'object',
    properties: {
      columns: { type: 'array', items: { type: 'string' }, title: 'Columns', format: 'columns' }
    },
    required: ['columns']
  }
};

const python: StepKind = {
  ...drop,
  op: 'python',
  title: 'Python code',
  form: { type: 'object', properties: { code: { type: 'string', title: 'Code' } } }
};

/** A kernel that remembers what it was asked, and fails steps that drop `lost`. */
class Kernel implements ISession {
  readonly kernel = 'k';
  readonly verbs = ['rules.check', 'sources.settle', 'combining.allow'];
  /** What is otherwise about the table, at first and once all of its rows were read. */
  opens: object = {};
  settles: object = {};
  readonly progress = new Signal<ISession, Schemas['Progress']>(this);
  readonly lost = new Signal<ISession, string>(this);
  readonly asked: [string, Record<string, unknown>][] = [];
  isDisposed = false;

  async ask<T>(verb: string, args: object = {}): Promise<IAnswer<T>> {
    this.asked.push([verb, args as Record<string, unknown>]);
    return { result: this._answer(verb, args as { recipe: Recipe }) as T, table: null };
  }

  dispose(): void {
    this.isDisposed = true;
  }

  private _answer(verb: string, { recipe }: { recipe: Recipe }): unknown {
    switch (verb) {
      case 'open':
        return {
          title: 'f.csv',
          kind: 'csv',
          rows: 9,
          exact: true,
          columns: [column],
          settled: true,
          notes: [],
          recipe: { source: null },
          ...this.opens
        };
      case 'sources.settle':
        return { ...(this._answer('open', { recipe }) as object), settled: true, ...this.settles };
      case 'steps':
        return { items: [drop, python] };
      case 'apply':
        return { stages: stagesOf(recipe), recipe, findings: [] };
      default:
        return { items: [], next: null };
    }
  }
}

function stagesOf(recipe: Recipe): Stage[] {
  let broken = false;
  return (recipe.steps ?? []).map(step => {
    const fails = JSON.stringify(step).includes('lost');
    const state = broken ? 'not run' : fails ? 'failed' : 'ran';
    broken ||= fails;
    const error = fails ? 'There is no column “lost”.' : null;
    return {
      sentence: step.op,
      title: 'Drop',
      kind: 'row',
      state,
      columns: [column],
      rows: 9,
      error,
      reason: fails ? 'no_column' : null
    };
  });
}

let kernel: Kernel;
let host: IWranglingHost & { keep: ReturnType<typeof vi.fn> };

beforeEach(() => {
  kernel = new Kernel();
  host = { connect: async () => kernel, keep: vi.fn() };
});

async function opened(recipe: Recipe | null = null): Promise<WrangleModel> {
  const model = new WrangleModel(host, { kind: 'file', path: 'data/f.csv' }, recipe);
  await model.open();
  return model;
}

describe('a wrangling model', () => {
  it('opens its source and shows the table', async () => {
    const model = await opened();
    expect([model.opening.phase, model.title, model.column]).toEqual(['ready', 'f.csv', 'delay']);
    expect(kernel.asked.map(([verb]) => verb)).toEqual(
      expect.arrayContaining(['open', 'steps', 'apply', 'window'])
    );
  });

  it('says why it could not', async () => {
    host.connect = () => Promise.reject(new SessionError('No module', 'not_installed'));
    const model = await opened();
    expect(model.opening.problem).toEqual({ message: 'No module', reason: 'not_installed' });
  });

  it('adds a step through its form, and takes it back', async () => {
    const model = await opened();
    model.add(drop);
    expect(model.draft?.missing).toEqual(['Columns']);
    model.draft?.fill({ columns: ['delay'] });
    await model.applyDraft();
    expect(model.steps).toEqual([{ op: 'drop', columns: ['delay'] }]);
    await model.undo();
    expect(model.steps).toEqual([]);
    await model.redo();
    expect(model.steps.length).toBe(1);
  });

  it('keeps a step that fails, with the reason, and shows the table before it', async () => {
    const steps = [
      { op: 'drop', columns: ['lost'] },
      { op: 'drop', columns: ['delay'] }
    ];
    const model = await opened({ version: 1, source: null, steps });
    expect(model.stages.map(({ state }) => state)).toEqual(['failed', 'not run']);
    expect(kernel.asked.filter(([verb]) => verb === 'window').pop()?.[1]).toMatchObject({
      upto: 0
    });
  });

  it('keeps the recipe when the kernel ends, and goes on with it', async () => {
    const model = await opened({
      version: 1,
      source: null,
      steps: [{ op: 'drop', columns: ['delay'] }]
    });
    kernel.lost.emit('The kernel has ended.');
    expect([model.opening.phase, model.steps.length]).toEqual(['ended', 1]);
    kernel = new Kernel();
    await model.open();
    expect(kernel.asked.find(([verb]) => verb === 'apply')?.[1]).toMatchObject({
      recipe: { steps: [{ op: 'drop', columns: ['delay'] }] }
    });
  });

  it('begins with the draft that was kept', async () => {
    host.before = async () => ({
      version: 1,
      source: null,
      steps: [{ op: 'drop', columns: ['delay'] }]
    });
    const model = await opened();
    expect([model.steps.length, model.output.dirty]).toEqual([1, true]);
  });

  it('asks a moved step to be learned and shown anew, and remembers it', async () => {
    const steps = [
      { op: 'drop', columns: ['a'] },
      { op: 'drop', columns: ['b'] }
    ];
    const model = await opened({ version: 1, source: null, steps });
    await model.move(1, 0);
    expect(host.keep).toHaveBeenLastCalledWith(
      expect.objectContaining({ steps: [steps[1], steps[0]] }),
      true
    );
  });
});

describe('a large text file', () => {
  const asked = (verb: string): number => kernel.asked.filter(([one]) => one === verb).length;
  const settled = (model: WrangleModel): Promise<void> =>
    vi.waitFor(() => expect(model.settling.isReading).toBe(false));

  it('is read whole beside the work, and goes on with the types that all rows fit', async () => {
    const source = { kind: 'file', path: 'data/f.csv', csv: { types: { delay: 'text' } } };
    kernel.opens = { settled: false, rows: null, notes: ['Guessed.'] };
    kernel.settles = {
      ...{ rows: 3, columns: [{ ...column, dtype: 'String' }], recipe: { source } },
      notes: ['Text from row 3 on.']
    };
    const model = await opened();
    expect([model.isReady, model.settling.isReading]).toEqual([true, true]);
    await settled(model);
    expect(model.settling.notes).toEqual(['Guessed.', 'Text from row 3 on.']);
    expect([asked('open'), asked('apply'), model.recipe.source]).toEqual([1, 2, source]);
    expect(model.columnsBefore(0)[0]?.dtype).toBe('String');
    model.settling.dismiss();
    expect(model.settling.notes).toEqual([]);
  });

  it('only learns how many rows there are where the types were right', async () => {
    kernel.opens = { settled: false, rows: null };
    kernel.settles = { rows: 3, notes: [] };
    const model = await opened();
    await settled(model);
    expect([model.table.total, asked('apply')]).toEqual([3, 1]);
  });

  it('is not read again when its types are known', async () => {
    await opened();
    expect(asked('sources.settle')).toBe(0);
  });
});

describe('code of a recipe', () => {
  const step = { op: 'python', code: 'return df' };

  it('is allowed with the step that somebody writes, before it runs', async () => {
    const model = await opened();
    model.add(python);
    model.draft?.fill({ code: 'return df' });
    await model.applyDraft();
    const verbs = kernel.asked.map(([verb]) => verb);
    const last = kernel.asked.find(([verb]) => verb === 'combining.allow')?.[1];
    expect(last).toEqual({ code: 'return df' });
    expect(verbs.indexOf('combining.allow')).toBeLessThan(verbs.lastIndexOf('apply'));
  });

  it('of a file is allowed by nobody but the user', async () => {
    const model = await opened({ version: 1, source: null, steps: [step] });
    const allows = (): unknown[] => kernel.asked.filter(([verb]) => verb === 'combining.allow');
    model.look(1);
    await model.applyDraft();
    expect(allows()).toEqual([]);
    await model.allow(step);
    expect(allows()).toEqual([['combining.allow', { code: step.code }]]);
  });
});

describe('the table that is shown', () => {
  it('is the last one before a step that failed', () => {
    const stages = stagesOf({ steps: [{ op: 'a' }, { op: 'b', columns: ['lost'] }, { op: 'c' }] });
    expect([shownUpto(stages, 3), shownUpto(stages, 1)]).toEqual([1, 1]);
  });

  it('does not count steps that are switched off', () => {
    expect(activeUpto([{ op: 'a' }, { op: 'b', on: false }, { op: 'c' }], 3)).toBe(2);
  });
});
