import type { Schemas } from '../api';

export type Leaks = Schemas['Leaks'];

/** What is asked of a model here. */
interface IAsked {
  ask<T>(verb: string, args: object): Promise<T>;
}

/** Finds the columns that give the answer away. */
export class LeakSearch {
  constructor(
    private readonly _model: IAsked,
    /** Says that something changed; with an error, that something failed. */
    private readonly _tell: (error?: unknown) => void
  ) {}

  /** What was found, once somebody has said what the answer is. */
  get found(): Leaks | null {
    return this._found;
  }

  /** Look for columns that tell a target; null forgets what was found. */
  async aim(target: string | null): Promise<void> {
    try {
      this._found = target === null ? null : await this._model.ask<Leaks>('leaks', { target });
      this._tell();
    } catch (error) {
      this._tell(error);
    }
  }

  private _found: Leaks | null = null;
}
