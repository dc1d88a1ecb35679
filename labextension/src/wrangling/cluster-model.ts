import type { Schemas } from '../api';
import { Asking } from './asking';
import type { WrangleModel } from './model';
import type { Step } from './recipes';

export type Clusters = Schemas['Clusters'];
export type Method = Clusters['method'];

/** What is to become of one cluster. */
export interface IMerge {
  on: boolean;
  /** What the values become. */
  into: string;
  /** The values that stay as they are. */
  without: ReadonlySet<string>;
}

/** Values of a column that seem to mean the same, and what they are to become. */
export class Clustering {
  constructor(
    private readonly _model: WrangleModel,
    private readonly _changed: () => void
  ) {
    this.found = new Asking(_changed);
  }

  readonly found: Asking<Clusters>;
  column: string | null = null;
  method: Method = 'fingerprint';
  strictness = 0.85;

  /** How many values become another one. */
  get count(): number {
    return this._replacements().length;
  }

  merge(index: number): IMerge {
    const item = this.found.answer?.items[index];
    return (
      this._merges.get(index) ?? { on: false, into: item?.suggestion ?? '', without: new Set() }
    );
  }

  /** Look for clusters; with another column or another method if they are said. */
  async search(
    wishes: Partial<Pick<Clustering, 'column' | 'method' | 'strictness'>>
  ): Promise<void> {
    Object.assign(this, wishes);
    const { column, method, strictness } = this;
    const { upto } = this._model;
    this._merges.clear();
    if (column === null) {
      this.found.clear();
      return;
    }
    await this.found.ask(() =>
      this._model.ask<Clusters>('assist.clusters', { column, method, strictness, upto })
    );
  }

  /** Say what is to become of a cluster. */
  set(index: number, merge: Partial<IMerge>): void {
    this._merges.set(index, { ...this.merge(index), ...merge });
    this._changed();
  }

  /** Choose every cluster, or none. */
  all(on: boolean): void {
    this.found.answer?.items.forEach((_, index) =>
      this._merges.set(index, { ...this.merge(index), on })
    );
    this._changed();
  }

  /** Put the step that merges what was chosen into the recipe. */
  async apply(): Promise<void> {
    const values = this._replacements();
    if (values.length > 0) {
      const step = { op: 'replace', column: this.column, values } as Step;
      this._model.desk.close();
      await this._model.appendAll([step], this._model.looked);
    }
  }

  private _replacements(): { old: string; new: string }[] {
    return (this.found.answer?.items ?? []).flatMap((item, index) => {
      const { on, into, without } = this.merge(index);
      return on
        ? item.values
            .filter(({ value }) => value !== into && !without.has(value))
            .map(({ value }) => ({ old: value, new: into }))
        : [];
    });
  }

  private readonly _merges = new Map<number, IMerge>();
}
