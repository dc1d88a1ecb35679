import { VDomModel } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';
import { Options } from './form-options';
import { ScheduleDraft, type Schedule, type ScheduleSpec } from './form-schedule';
import { SweepDraft, type SweepSpec } from './form-sweep';
import { complaint, initial, loose, read, written, type Parameter } from './form-values';
import type { JobSpec } from './model';

type Declared = Schemas['NotebookParameters'];

/** What the form begins with. */
export type Draft = Partial<JobSpec>;

/** What the form makes. */
export type When = 'now' | 'schedule' | 'sweep';

/** A name and a value for a notebook whose parameters cannot be read. */
export interface IFreeEntry {
  readonly name: string;
  readonly value: string;
}

/** What is filled in before a notebook runs as a job, again and again, or many times. */
export class FormModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    private readonly _trans: TranslationBundle,
    private readonly _draft: Draft,
    when: When = 'now',
    /** The schedule that is changed; null for something new. */
    readonly edited: Schedule | null = null
  ) {
    super();
    this._when = edited ? 'schedule' : when;
    this.notebook = _draft.notebook ?? '';
    this.options = new Options(edited ? { ..._draft, name: edited.spec.name } : _draft);
    this.schedule = new ScheduleDraft(edited?.spec ?? null);
  }

  notebook: string;
  readonly options: Options;
  readonly schedule: ScheduleDraft;
  readonly sweep = new SweepDraft();

  get when(): When {
    return this._when;
  }

  set when(when: When) {
    this._when = when;
    this._failure = null;
    this.stateChanged.emit();
  }

  /** What the notebook declares; null before it is known. */
  get declared(): Declared | null {
    return this._declared;
  }

  /** Its parameters, as far as they could be read. */
  get parameters(): readonly Parameter[] {
    return this._declared?.items ?? [];
  }

  /** Why it could not be read, or why the job was refused; null if nothing is wrong. */
  get failure(): string | null {
    return this._failure;
  }

  set failure(failure: string | null) {
    this._failure = failure;
    this.stateChanged.emit();
  }

  get free(): readonly IFreeEntry[] {
    return this._free;
  }

  set free(free: readonly IFreeEntry[]) {
    this._free = free;
    this.stateChanged.emit();
  }

  /** Read which parameters the notebook declares. */
  async load(): Promise<void> {
    this._declared = null;
    this.failure = null;
    try {
      const query = { notebook: this.notebook };
      const { data } = await this._api.GET('/jobs/parameters', { params: { query } });
      this._declared = data ?? null;
      this._fill();
    } catch (error) {
      this._failure = messageOf(error);
    }
    this.stateChanged.emit();
  }

  /** What stands in the field of a parameter. */
  entry(parameter: Parameter): string {
    return this._entries.get(parameter.name) ?? '';
  }

  /** Take what was typed or chosen for a parameter. */
  enter(parameter: Parameter, text: string): void {
    this._entries.set(parameter.name, text);
    this.stateChanged.emit();
  }

  /** Whether a parameter gets another value than it has in the notebook. */
  isChanged(parameter: Parameter): boolean {
    return this.entry(parameter) !== written(parameter, initial(parameter));
  }

  /** Put the notebook's own value back. */
  reset(parameter: Parameter): void {
    this.enter(parameter, written(parameter, initial(parameter)));
  }

  /** What is wrong with what stands in a field; null if nothing. */
  problem(parameter: Parameter): string | null {
    if (this.when === 'sweep' && this.sweep.varies(parameter)) {
      return this.sweep.axisProblem(parameter, this._trans);
    }
    if (!this.isChanged(parameter)) {
      return null;
    }
    return read(parameter, this.entry(parameter)) === undefined
      ? complaint(parameter, this._trans)
      : null;
  }

  /** What is wrong with the schedule or the sweep; null if nothing that can be seen here. */
  get whenProblem(): string | null {
    if (this.when === 'now') {
      return null;
    }
    return this.when === 'schedule'
      ? this.schedule.problem(this._trans)
      : this.sweep.problem(this.parameters, this._trans);
  }

  /** Whether it can be asked for. */
  get isValid(): boolean {
    return (
      this._declared !== null &&
      this.options.isValid &&
      this.whenProblem === null &&
      this.parameters.every(item => this.problem(item) === null)
    );
  }

  /** What is asked for, with the values that differ from the notebook's own. */
  get spec(): JobSpec {
    return {
      notebook: this.notebook,
      parameters: this._declared?.typed ? this._typed() : this._untyped(),
      ...this.options.spec
    };
  }

  get scheduleSpec(): ScheduleSpec {
    const job = this.spec;
    return this.schedule.spec({ ...job, name: null }, job.name ?? null);
  }

  get sweepSpec(): SweepSpec {
    const { parallel, metric, direction } = this.sweep;
    const job = this.spec;
    return {
      name: job.name,
      job: { ...job, name: null },
      space: this.sweep.space(this.parameters),
      parallel: parallel ? Number(parallel) : null,
      metric: metric.trim() || null,
      direction
    };
  }

  private _typed(): Record<string, unknown> {
    const varies = (item: Parameter): boolean => this.when === 'sweep' && this.sweep.varies(item);
    const changed = this.parameters.filter(item => this.isChanged(item) && !varies(item));
    return Object.fromEntries(changed.map(item => [item.name, read(item, this.entry(item))]));
  }

  private _untyped(): Record<string, unknown> {
    const named = this._free.filter(({ name }) => name.trim() !== '');
    return Object.fromEntries(named.map(({ name, value }) => [name.trim(), loose(value)]));
  }

  private _fill(): void {
    const given = this._draft.notebook === this.notebook ? (this._draft.parameters ?? {}) : {};
    for (const item of this.parameters) {
      const value = item.name in given ? given[item.name] : initial(item);
      this._entries.set(item.name, written(item, value));
    }
    this._free = Object.entries(given).map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value)
    }));
  }

  private _when: When;
  private _declared: Declared | null = null;
  private _failure: string | null = null;
  private _free: readonly IFreeEntry[] = [];
  private readonly _entries = new Map<string, string>();
}
