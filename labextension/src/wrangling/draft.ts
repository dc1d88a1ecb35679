import { Debouncer } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';
import { missing, withDefaults, type FormSchema } from '../ui';
import { NOT_ALLOWED } from './allowing';
import type { FixedRows } from './pages';
import type { Step } from './recipes';
import { fixed, type Column } from './table';
import type { ISession } from './transport';

export type StepKind = Schemas['StepKind'];
export type Preview = Schemas['Preview'];

/** Where a step that is being edited belongs. */
export interface IDraftPlace {
  position: number;
  /** Whether it takes the place of the step that is there, or comes before it. */
  replace: boolean;
  /** Whether the form leaves the focus where it is. */
  quiet?: boolean;
  /** The columns that the step finds. */
  columns: readonly Column[];
}

const QUIET = 250;

/** A step while somebody fills in its form; tried on the first rows after each change. */
export class Draft {
  constructor(
    private readonly _session: ISession,
    /** What kind of step it is. */
    readonly kind: StepKind,
    readonly place: IDraftPlace,
    step: Step
  ) {
    this._original = step;
    this._step = { ...withDefaults(kind.form as FormSchema, step), op: kind.op };
    this._debounced = new Debouncer(() => this._try(), QUIET);
    void this._try();
  }

  /** What the form asks. */
  get form(): FormSchema {
    return this.kind.form as FormSchema; // the kernel writes JSON schemas
  }

  /** The form was changed, or the step was tried. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get step(): Step {
    return this._step;
  }

  /** What the step would do, once tried. */
  get preview(): Preview | null {
    return this._preview;
  }

  /** The first rows after the step. */
  get rows(): FixedRows | null {
    return this._rows;
  }

  /** What still has to be filled in. */
  get missing(): readonly string[] {
    return missing(this.form, this._step);
  }

  /** Whether the shown preview is one of an earlier state of the form. */
  get trying(): boolean {
    return this._tried !== this._wanted;
  }

  get edited(): boolean {
    return !this.place.replace || this._touched;
  }

  /** Why the step cannot be applied as it is, if so. */
  get problem(): string | null {
    if (this.missing.length > 0 || this.runsLater) {
      return null;
    }
    return this._problem ?? this._preview?.error ?? null;
  }

  /** Whether the step has code that nobody but the file of the recipe asks to run. */
  get isForbidden(): boolean {
    return this._preview?.reason === NOT_ALLOWED && !this.edited;
  }

  /** Whether the step has code that is being written here: it runs when it is applied, not while it is typed. */
  get runsLater(): boolean {
    return this._preview?.reason === NOT_ALLOWED && this.edited;
  }

  /** Try the step again as it is. */
  retry(): void {
    this._wanted++;
    void this._try();
  }

  /** Take over what was filled in. What the step had learned is learned again. */
  fill(options: Record<string, unknown>): void {
    const { label, note, on } = this._original;
    const words = { ...(label ? { label } : {}), ...(note ? { note } : {}) };
    const kept = { ...words, ...(on === false ? { on } : {}) };
    this._step = { ...kept, ...options, op: this.kind.op };
    this._touched = true;
    this._wanted++;
    this._changed.emit();
    void this._debounced.invoke();
  }

  dispose(): void {
    this._debounced.dispose();
    this._closed = true;
    Signal.clearData(this);
  }

  private async _try(): Promise<void> {
    const wanted = this._wanted;
    if (this.missing.length > 0) {
      this._settle(wanted, null, null, null);
      return;
    }
    try {
      const { position, replace } = this.place;
      const args = { step: this._step, position, replace };
      const { result, table } = await this._session.ask<Preview>('preview', args);
      this._settle(wanted, result, result.error ? null : await fixed(table), null);
    } catch (error) {
      this._settle(wanted, null, null, error instanceof Error ? error.message : String(error));
    }
  }

  private _settle(
    wanted: number,
    preview: Preview | null,
    rows: FixedRows | null,
    problem: string | null
  ): void {
    if (!this._closed && wanted === this._wanted) {
      this._preview = preview;
      this._rows = rows;
      this._problem = problem;
      this._tried = wanted;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _original: Step;
  private readonly _debounced: Debouncer;
  private _step: Step;
  private _preview: Preview | null = null;
  private _rows: FixedRows | null = null;
  private _problem: string | null = null;
  private _touched = false;
  private _wanted = 1;
  private _tried = 0;
  private _closed = false;
}
