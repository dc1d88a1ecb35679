import type { Schemas } from '../api';
import type { StepKind } from './draft';
import type { Opening } from './opening';
import * as recipes from './recipes';
import type { Recipe, Step } from './recipes';
import { activeUpto, shownUpto, type Stage } from './stages';
import type { Column } from './table';

/** How things stand: the recipe, what became of its steps, and where in it the view is. */
export abstract class Standing {
  constructor(readonly opening: Opening) {}

  readonly history = new recipes.History();

  get isReady(): boolean {
    return this.opening.phase === 'ready';
  }

  get title(): string {
    return this.opening.title;
  }

  get recipe(): Recipe {
    return this.history.now;
  }

  get steps(): readonly Step[] {
    return recipes.stepsOf(this.recipe);
  }

  get stages(): readonly Stage[] {
    return this._view?.stages ?? [];
  }

  get findings(): readonly Schemas['Finding'][] {
    return this._view?.findings ?? [];
  }

  get kinds(): readonly StepKind[] {
    return this.opening.kinds;
  }

  /** How many steps have been taken in the table that is looked at. */
  get looked(): number {
    return this._looked ?? this.steps.length;
  }

  /** The same in active steps: as the session counts them. */
  get upto(): number {
    return activeUpto(this.steps, shownUpto(this.stages, this.looked));
  }

  /** The columns that a step at a position finds. */
  columnsBefore(position: number): readonly Column[] {
    const stage = position > 0 ? this.stages[position - 1] : undefined;
    return stage?.columns ?? this.opening.opened?.columns ?? [];
  }

  protected _view: Schemas['View'] | null = null;
  protected _looked: number | null = null;
}
