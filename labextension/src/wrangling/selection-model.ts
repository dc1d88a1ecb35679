import type { Schemas } from '../api';
import { Asking } from './asking';
import type { WrangleModel } from './model';
import type { Step } from './recipes';

export type FeatureSelection = Schemas['FeatureSelection'];
export type FeatureDecision = FeatureSelection['items'][number];

/** The choice of the columns that help to predict a target. */
export class Selection {
  constructor(
    private readonly _model: WrangleModel,
    private readonly _changed: () => void
  ) {
    this.found = new Asking(_changed);
  }

  readonly found: Asking<FeatureSelection>;

  /** What is asked for. */
  get spec(): Schemas['SelectionSpec'] {
    return { ...this._spec, keep: [...this._keep] };
  }

  /** Whether a column stays whatever it tells. */
  keeps(column: string): boolean {
    return this._keep.has(column);
  }

  /** Whether the choice was made with other wishes than those of now. */
  get stale(): boolean {
    return this.found.answer !== null && this._asked !== JSON.stringify(this.spec);
  }

  ask(wishes: Partial<Schemas['SelectionSpec']>): void {
    if (wishes.target !== undefined && wishes.target !== this._spec.target) {
      this.found.clear();
      this._keep.clear();
    }
    this._spec = { ...this._spec, ...wishes };
    this._changed();
  }

  /** Let a column stay, or no longer. */
  keep(column: string, on: boolean): void {
    if (on) {
      this._keep.add(column);
    } else {
      this._keep.delete(column);
    }
    this._changed();
  }

  run(): void {
    const { spec } = this;
    this._asked = JSON.stringify(spec);
    void this.found.ask(() => this._model.ask<FeatureSelection>('selection.select', { spec }));
  }

  async stop(): Promise<void> {
    await this._model.ask('selection.stop', {});
  }

  /** Put the step that keeps these columns into the recipe. */
  async add(): Promise<void> {
    const step = this.found.answer?.step as Step | undefined;
    if (step) {
      this._model.desk.close();
      await this._model.appendAll([step]);
    }
  }

  private _spec: Schemas['SelectionSpec'] = { target: '' };
  private readonly _keep = new Set<string>();
  private _asked = '';
}
