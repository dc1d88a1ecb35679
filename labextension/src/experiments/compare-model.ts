import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed, Schemas } from '../api';
import { messageOf } from '../ui';

export type RunComparison = Schemas['RunComparison'];
export type ComparedRun = Schemas['ComparedRun'];
export type ComparedValues = Schemas['ComparedValues'];
export type ComparedPair = Schemas['ComparedPair'];
export type Explanation = Schemas['Explanation'];
export type ArtifactDifference = Schemas['ArtifactDifference'];
export type ArtifactDifferenceSpec = Schemas['ArtifactDifferenceSpec'];

/** How many runs beside the reference are explained without being asked for. */
const EXPLAINED = 4;
const PAUSE = 1000;

/** Several runs beside each other, and one of them held against a reference. */
export class CompareModel extends VDomModel {
  constructor(
    readonly api: Api,
    ids: readonly string[]
  ) {
    super();
    this._ids = [...new Set(ids)];
  }

  override dispose(): void {
    clearTimeout(this._timer);
    super.dispose();
  }

  get ids(): readonly string[] {
    return this._ids;
  }

  /** What the runs have; null before it has come. */
  get comparison(): RunComparison | null {
    return this._comparison;
  }

  /** Why it could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether an answer is on its way while an older one is shown. */
  get isBusy(): boolean {
    return this._asked > this._answered;
  }

  /** The run that the others are held against. */
  get reference(): string {
    return this._reference ?? this._ids[0] ?? '';
  }

  /** The run that is held against the reference in full. */
  get other(): string {
    const others = this._ids.filter(id => id !== this.reference);
    return this._other && others.includes(this._other) ? this._other : (others[0] ?? '');
  }

  /** What is known of the reference and the other run; null while it is on its way. */
  get pair(): ComparedPair | null {
    const { comparison } = this;
    return comparison?.reference === this.reference
      ? (comparison.pairs.find(({ other }) => other === this.other) ?? null)
      : null;
  }

  /** The metric to explain; null for the one that moved most. */
  get metric(): string | null {
    return this._metric;
  }

  set metric(metric: string | null) {
    this._metric = metric;
    void this.refresh();
  }

  /** Whether what is the same everywhere is left out. */
  get onlyDifferences(): boolean {
    return this._onlyDifferences;
  }

  set onlyDifferences(only: boolean) {
    this._onlyDifferences = only;
    this.stateChanged.emit();
  }

  /** What the names of shown rows must contain. */
  get search(): string {
    return this._search;
  }

  set search(search: string) {
    this._search = search;
    this.stateChanged.emit();
  }

  /** The rows to show of a section. */
  shown<T extends { name: string; differs: boolean }>(rows: readonly T[]): T[] {
    const wanted = this._search.toLowerCase();
    return rows.filter(
      ({ name, differs }) =>
        (differs || !this._onlyDifferences) && (!wanted || name.toLowerCase().includes(wanted))
    );
  }

  /** Hold the others against this run from now on. */
  refer(id: string): void {
    [this._other, this._reference] = [id === this.other ? this.reference : this.other, id];
    void this.refresh();
  }

  /** Hold this run against the reference. */
  explain(id: string): void {
    this._other = id;
    if (this.pair === null) {
      void this.refresh();
    } else {
      this.stateChanged.emit();
    }
  }

  /** Leave a run out; the last two stay. */
  remove(id: string): void {
    if (this._ids.length > 2) {
      this._ids = this._ids.filter(each => each !== id);
      this._reference = this._reference === id ? null : this._reference;
      void this.refresh();
    }
  }

  /** Ask again soon if one of the runs changed. */
  note({ kind, id }: Changed): void {
    if (kind === 'run' && (id === '*' || this._ids.includes(id))) {
      this._timer ??= setTimeout(() => void this.refresh(), PAUSE);
    }
  }

  async refresh(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    const number = ++this._asked;
    this._failure = null;
    this.stateChanged.emit();
    const body = {
      ids: [...this._ids],
      reference: this.reference,
      others: this._ids.length > EXPLAINED + 1 ? [this.other] : null,
      metric: this._metric
    };
    try {
      const { data } = await this.api.POST('/experiments/comparisons', { body });
      this._settle(number, data ?? null, null);
    } catch (error) {
      this._settle(number, this._comparison, messageOf(error));
    }
  }

  /** Fetch a picture that a run has kept. */
  async picture(id: string, path: string): Promise<Blob> {
    const { data } = await this.api.GET('/experiments/runs/{id}/artifact', {
      params: { path: { id }, query: { path } },
      parseAs: 'blob'
    });
    return data as Blob;
  }

  /** Hold an artifact of one run against one of another. */
  async difference(body: ArtifactDifferenceSpec): Promise<ArtifactDifference> {
    const { data } = await this.api.POST('/experiments/comparisons/artifact', { body });
    return data ?? { lines: [], note: '' };
  }

  /** Take an answer, unless a newer one has come before it. */
  private _settle(number: number, found: RunComparison | null, failure: string | null): void {
    if (number > this._answered && !this.isDisposed) {
      this._answered = number;
      [this._comparison, this._failure] = [found, failure];
      this.stateChanged.emit();
    }
  }

  private _ids: readonly string[];
  private _comparison: RunComparison | null = null;
  private _failure: string | null = null;
  private _reference: string | null = null;
  private _other: string | null = null;
  private _metric: string | null = null;
  private _onlyDifferences = true;
  private _search = '';
  private _asked = 0;
  private _answered = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
