import type { Schemas } from '../api';

export type Recipe = Schemas['Recipe'];
export type Step = NonNullable<Recipe['steps']>[number];
export type Source = NonNullable<Recipe['source']>;

/** The steps of a recipe; one that has never been edited may leave them out. */
export function stepsOf(recipe: Recipe): readonly Step[] {
  return recipe.steps ?? [];
}

export type Rule = NonNullable<Recipe['rules']>[number];

/** The rules of a recipe; one that has none may leave them out. */
export function rulesOf(recipe: Recipe): readonly Rule[] {
  return recipe.rules ?? [];
}

/** Put a step at a position; those from there on move back. */
export function inserted(recipe: Recipe, position: number, step: Step): Recipe {
  return edited(recipe, steps => steps.splice(position, 0, step));
}

/** Put another step in the place of one. */
export function replaced(recipe: Recipe, position: number, step: Step): Recipe {
  return edited(recipe, steps => steps.splice(position, 1, step));
}

/** Take a step out. */
export function removed(recipe: Recipe, position: number): Recipe {
  return edited(recipe, steps => steps.splice(position, 1));
}

/** Move a step to another position. */
export function moved(recipe: Recipe, from: number, to: number): Recipe {
  return edited(recipe, steps => steps.splice(to, 0, ...steps.splice(from, 1)));
}

/** Switch a step on or off. */
export function toggled(recipe: Recipe, position: number): Recipe {
  return edited(recipe, steps => {
    const step = steps[position];
    if (step) {
      steps[position] = { ...step, on: step.on === false };
    }
  });
}

/** Write a name or a remark to a step; an empty one takes it away. */
export function annotated(
  recipe: Recipe,
  position: number,
  words: { label?: string; note?: string }
): Recipe {
  return edited(recipe, steps => {
    const step = { ...(steps[position] ?? { op: '' }), ...words };
    const given = Object.entries(step).filter(
      ([name, value]) => !(name in words) || String(value).trim() !== ''
    );
    steps[position] = Object.fromEntries(given) as Step;
  });
}

/** The name that somebody gave a step; empty if nobody did. */
export function labelOf(step: Step | undefined): string {
  const label = step?.['label'];
  return typeof label === 'string' ? label : '';
}

/** Put a step a second time, right behind itself. */
export function doubled(recipe: Recipe, position: number): Recipe {
  return edited(recipe, steps => {
    const step = steps[position];
    if (step) {
      steps.splice(position + 1, 0, { ...step, state: null });
    }
  });
}

/** Switch off every step from a position on, or switch them all on again if they are. */
export function cut(recipe: Recipe, position: number): Recipe {
  return edited(recipe, steps => {
    const on = steps.slice(position).every(step => step.on === false);
    for (const [at, step] of steps.entries()) {
      if (at >= position) {
        steps[at] = { ...step, on };
      }
    }
  });
}

/** Make the edits that a fix consists of, one after the other. */
export function mended(recipe: Recipe, edits: readonly Schemas['Edit'][]): Recipe {
  return edits.reduce((now, { edit, position, to, step }) => {
    switch (edit) {
      case 'move':
        return moved(now, position, to ?? position);
      case 'delete':
        return removed(now, position);
      case 'replace':
        return replaced(now, position, step as Step);
      default:
        return inserted(now, position, step as Step);
    }
  }, recipe);
}

/** Whether two recipes ask for the same, whatever they have learned. */
export function sameSteps(one: Recipe, other: Recipe | null): boolean {
  const words = (recipe: Recipe | null): string =>
    JSON.stringify([
      recipe ? stepsOf(recipe).map(step => ({ ...step, state: null })) : [],
      recipe ? rulesOf(recipe) : []
    ]);
  return words(one) === words(other);
}

/** What was done, so that it can be taken back and done again. */
export class History {
  /** The recipe as it is now. */
  get now(): Recipe {
    return this._now;
  }

  get canUndo(): boolean {
    return this._past.length > 0;
  }

  get canRedo(): boolean {
    return this._future.length > 0;
  }

  /** Begin anew; what was done before cannot be taken back. */
  start(recipe: Recipe): void {
    this._now = recipe;
    this._past = [];
    this._future = [];
  }

  /** Make an edit that can be taken back. */
  push(recipe: Recipe): void {
    this._past = [...this._past.slice(-LIMIT), this._now];
    this._future = [];
    this._now = recipe;
  }

  /** Put what a recipe has learned in its place; no edit of the user. */
  settle(recipe: Recipe): void {
    this._now = recipe;
  }

  undo(): void {
    const last = this._past.pop();
    if (last) {
      this._future.push(this._now);
      this._now = last;
    }
  }

  redo(): void {
    const next = this._future.pop();
    if (next) {
      this._past.push(this._now);
      this._now = next;
    }
  }

  private _now: Recipe = { version: 1, source: null, steps: [] };
  private _past: Recipe[] = [];
  private _future: Recipe[] = [];
}

const LIMIT = 200;

function edited(recipe: Recipe, edit: (steps: Step[]) => unknown): Recipe {
  const steps = [...stepsOf(recipe)];
  edit(steps);
  return { ...recipe, steps };
}
