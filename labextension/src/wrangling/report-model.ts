import type { Schemas } from '../api';
import { Asking } from './asking';
import type { WrangleModel } from './model';
import * as recipes from './recipes';

export type QualityReport = Schemas['QualityReport'];
export type Insight = QualityReport['insights'][number];
export type Mend = Insight['mends'][number];
export type BiasGroup = Schemas['BiasGroup'];
export type Problem = NonNullable<QualityReport['problem']>;

/** The report of the table that is looked at, for a target, and what has been mended since. */
export class Report {
  constructor(
    private readonly _model: WrangleModel,
    private readonly _changed: () => void
  ) {
    this.insights = new Asking(_changed);
    this.bias = new Asking(_changed);
  }

  readonly insights: Asking<QualityReport>;
  readonly bias: Asking<Schemas['BiasReport']>;

  /** The column that is to be predicted. */
  get target(): string | null {
    return this._target;
  }

  /** What kind of prediction; null is judged by the target. */
  get problem(): Problem | null {
    return this._problem;
  }

  /** Whether steps were changed since the report was made. */
  get stale(): boolean {
    return this.insights.answer !== null && !recipes.sameSteps(this._model.recipe, this._madeFor);
  }

  isMended(insight: Insight): boolean {
    return this._mended.has(insight.id);
  }

  aim(target: string | null, problem: Problem | null = null): void {
    this._target = target;
    this._problem = problem;
    this.bias.clear();
    void this.run();
  }

  /** Make the report anew. */
  async run(): Promise<void> {
    const { recipe } = this._model;
    const { _target: target, _problem: problem } = this;
    const made = await this.insights.ask(() =>
      this._model.ask<QualityReport>('report.insights', { target, problem })
    );
    if (made) {
      this._madeFor = recipe;
      this._mended.clear();
      this._changed();
    }
  }

  /** Let go of a report that is on its way. */
  async stop(): Promise<void> {
    await this._model.ask('report.stop', {});
  }

  /** Put the steps that mend something behind the recipe, as one edit. */
  async mend(insight: Insight, mend: Mend): Promise<void> {
    this._mended.add(insight.id);
    await this._model.appendAll(mend.steps as recipes.Step[]);
  }

  /** Measure how a group fares before anything is trained. */
  compare(facet: BiasGroup, positive: BiasGroup, group: string): void {
    void this.bias.ask(() => this._model.ask('report.bias', { facet, positive, group }));
  }

  /** Write the report as a page. */
  export(path: string, overwrite: boolean): Promise<Schemas['Saved']> {
    const { _target: target, _problem: problem } = this;
    return this._model.ask('report.html', { path, target, problem, overwrite });
  }

  private _target: string | null = null;
  private _problem: Problem | null = null;
  private _madeFor: recipes.Recipe | null = null;
  private readonly _mended = new Set<string>();
}
