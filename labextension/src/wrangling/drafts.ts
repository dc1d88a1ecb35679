import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { rulesOf, stepsOf, type Recipe } from './recipes';

const KEY = 'mlstudio-wrangling-draft';

/** Keeps recipes that have not been saved, so that closing a view, reloading the page or a dead kernel lose nothing. */
export class Drafts {
  constructor(private readonly _state: IStateDB | null) {}

  /** Get the recipe that was last at work on a file. */
  async get(path: string): Promise<Recipe | null> {
    const kept = await this._state?.fetch(`${KEY}:${path}`).catch(() => undefined);
    return (kept as unknown as Recipe | undefined) ?? null;
  }

  /** Keep a recipe; null forgets it, and so does one that says nothing, unless it is kept for its source. */
  keep(path: string, recipe: Recipe | null, evenEmpty = false): void {
    const key = `${KEY}:${path}`;
    void (recipe && (evenEmpty || stepsOf(recipe).length + rulesOf(recipe).length > 0)
      ? this._state?.save(key, recipe as unknown as ReadonlyPartialJSONObject)
      : this._state?.remove(key));
  }
}
