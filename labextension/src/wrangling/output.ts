import type { Schemas } from '../api';
import { sameSteps, type Recipe } from './recipes';
import type { IRunChoice } from './run-dialog';

/** What is asked of a model here. */
interface IAsked {
  readonly recipe: Recipe;
  ask<T>(verb: string, args: object): Promise<T>;
}

/** What leaves a wrangling view: code, the recipe's file, the whole result. */
export class Output {
  constructor(
    private readonly _model: IAsked,
    /** Says that something that is shown changed. */
    private readonly _tell: () => void
  ) {}

  /** The recipe file that belongs to the view, once there is one. */
  path: string | null = null;
  /** The cell of a notebook that was written for the view. */
  cell: string | null = null;
  /** The recipe as it stands in its file. */
  saved: Recipe | null = null;

  /** Whether steps were changed since the recipe was saved. */
  get dirty(): boolean {
    return !sameSteps(this._model.recipe, this.saved);
  }

  /** Write the recipe into a file of the project. */
  async save(path: string, overwrite: boolean): Promise<Schemas['RecipeRef']> {
    const { recipe } = this._model;
    const written = await this._model.ask<Schemas['RecipeRef']>('save', { path, overwrite });
    this.saved = recipe;
    this.path = written.path;
    this._tell();
    return written;
  }

  /** Write a copy of the recipe into a file of the project; the view stays with its own. */
  copy(path: string, overwrite: boolean): Promise<Schemas['RecipeRef']> {
    return this._model.ask('save', { path, overwrite });
  }

  /** Write the whole result into a file of the project. */
  run({ path, table, check }: IRunChoice, overwrite: boolean): Promise<Schemas['RunResult']> {
    return this._model.ask('run', { path, overwrite, table, rules: check });
  }

  /** Write a notebook that a job can run; it does what the recipe says to the whole source. */
  job({ path, table, check }: IRunChoice): Promise<Schemas['JobNotebook']> {
    return this._model.ask('out.job', { path, recipe: this.path, table, rules: check });
  }
}
