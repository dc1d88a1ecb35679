import { describe, expect, it } from 'vitest';

import {
  History,
  inserted,
  moved,
  removed,
  replaced,
  stepsOf,
  toggled,
  type Recipe
} from './recipes';

const recipe: Recipe = { version: 1, source: null, steps: [{ op: 'a' }, { op: 'b' }, { op: 'c' }] };
const ops = (changed: Recipe): string =>
  stepsOf(changed)
    .map(({ op }) => op)
    .join('');

describe('an edit of a recipe', () => {
  it('makes another recipe and leaves the first as it was', () => {
    const edits = [
      inserted(recipe, 1, { op: 'x' }),
      replaced(recipe, 1, { op: 'x' }),
      removed(recipe, 1),
      moved(recipe, 0, 2),
      moved(recipe, 2, 0)
    ];
    expect(edits.map(ops)).toEqual(['axbc', 'axc', 'ac', 'bca', 'cab']);
    expect(ops(recipe)).toBe('abc');
  });

  it('switches a step off and on again', () => {
    const off = toggled(recipe, 1);
    expect(stepsOf(off)[1]).toEqual({ op: 'b', on: false });
    expect(stepsOf(toggled(off, 1))[1]).toEqual({ op: 'b', on: true });
  });
});

describe('the history', () => {
  it('takes back and does again', () => {
    const history = new History();
    history.start(recipe);
    history.push(removed(recipe, 0));
    history.push(removed(history.now, 0));
    history.undo();
    expect(ops(history.now)).toBe('bc');
    history.undo();
    expect([ops(history.now), history.canUndo]).toEqual(['abc', false]);
    history.redo();
    expect([ops(history.now), history.canRedo]).toEqual(['bc', true]);
  });

  it('forgets what was taken back once something else is done', () => {
    const history = new History();
    history.start(recipe);
    history.push(removed(recipe, 0));
    history.undo();
    history.push(removed(recipe, 2));
    expect(history.canRedo).toBe(false);
  });
});
