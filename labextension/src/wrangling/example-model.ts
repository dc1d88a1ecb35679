import { Debouncer } from '@lumino/polling';

import type { Schemas } from '../api';
import { Asking } from './asking';
import type { WrangleModel } from './model';
import type { FixedRows } from './pages';
import type { Step } from './recipes';
import { fixed } from './table';

export type Candidate = Schemas['Examples']['items'][number];

const ROWS = 50;
const QUIET = 400;

/** A new column from a few wanted values: the formulas that would give them. */
export class ByExample {
  constructor(
    private readonly _model: WrangleModel,
    private readonly _changed: () => void
  ) {
    this.found = new Asking(_changed);
    this._debounced = new Debouncer(() => this._search(), QUIET);
  }

  readonly found: Asking<Schemas['Examples']>;
  name = '';

  /** The columns that stand beside the wanted values. */
  get columns(): readonly string[] {
    return this._columns;
  }

  /** The first rows of the table, as it is ordered and filtered. */
  get rows(): FixedRows | null {
    return this._rows;
  }

  /** What somebody wants, by row. */
  get wanted(): ReadonlyMap<number, string> {
    return this._wanted;
  }

  /** The formula that is chosen. */
  get chosen(): Candidate | null {
    const items = this._wanted.size > 0 ? (this.found.answer?.items ?? []) : [];
    return items[Math.min(this._chosen, items.length - 1)] ?? null;
  }

  /** Begin anew, with a column. */
  async begin(column: string | null): Promise<void> {
    this._columns = column ? [column] : [];
    this.name = '';
    this._wanted.clear();
    this._chosen = 0;
    this.found.clear();
    const { sort, filter } = this._model.table;
    const { upto } = this._model;
    const args = { upto, start: 0, stop: ROWS, sort, filter };
    const { table } = await this._model.opening.live.ask('window', args);
    this._rows = await fixed(table);
    this._changed();
  }

  /** Say which columns to look at. */
  use(columns: readonly string[]): void {
    this._columns = columns;
    this._again();
  }

  /** Say what is wanted in a row; nothing takes the wish back. */
  want(row: number, value: string): void {
    if (value === '') {
      this._wanted.delete(row);
    } else {
      this._wanted.set(row, value);
    }
    this._again();
  }

  choose(index: number): void {
    this._chosen = index;
    this._changed();
  }

  /** Put the step that makes the column into the recipe. */
  async accept(): Promise<void> {
    const { chosen } = this;
    if (chosen) {
      const step = { ...chosen.step, ...(this.name ? { name: this.name } : {}) } as Step;
      this._model.desk.close();
      await this._model.appendAll([step], this._model.looked);
    }
  }

  dispose(): void {
    this._debounced.dispose();
  }

  private _again(): void {
    this._changed();
    void this._debounced.invoke();
  }

  private async _search(): Promise<void> {
    if (this._wanted.size === 0) {
      this.found.clear();
      return;
    }
    const { sort, filter } = this._model.table;
    const { upto } = this._model;
    const examples = [...this._wanted].map(([row, want]) => ({ row, want }));
    const args = {
      columns: this._columns,
      examples,
      ...(this.name ? { name: this.name } : {}),
      upto,
      stop: ROWS,
      sort,
      filter
    };
    this._chosen = 0;
    await this.found.ask(() => this._model.ask<Schemas['Examples']>('assist.example', args));
  }

  private readonly _debounced: Debouncer;
  private readonly _wanted = new Map<number, string>();
  private _columns: readonly string[] = [];
  private _rows: FixedRows | null = null;
  private _chosen = 0;
}
