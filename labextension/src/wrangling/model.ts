import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';
import { messageOf } from '../ui';
import { permit } from './allowing';
import { Desk } from './desk';
import { Draft, type StepKind } from './draft';
import { LeakSearch } from './leak-search';
import { Opening, type IKept, type IWranglingHost } from './opening';
import { Output } from './output';
import * as recipes from './recipes';
import type { Recipe, Source, Step } from './recipes';
import { sameColumns, Settling } from './settling';
import { placeAt } from './stages';
import { Standing } from './standing';
import { TableModel } from './table';
import { Toolbox } from './toolbox';

/** A recipe, the table after each of its steps, and what can be done with them. */
export class WrangleModel extends Standing {
  constructor(host: IWranglingHost, source: Source | null, recipe: Recipe | null = null) {
    super(new Opening(host, source));
    this.settling = new Settling(this.opening, () => this._tell());
    this.history.start(recipe ?? { version: 1, source, steps: [] });
    this.opening.changed.connect(this._follow, this);
    this.table.changed.connect(this._tell, this);
  }

  /** What is read beside the work on the table, and what it told. */
  readonly settling: Settling;
  readonly table = new TableModel();
  /** Which tools are open beside the table. */
  readonly desk = new Desk(this, () => this._tell());
  readonly tools = new Toolbox(this, () => this._tell());
  /** The columns that give the answer away. */
  readonly leaks = new LeakSearch(this, error => (error ? this._fail(error) : this._tell()));
  /** What leaves the view: code, the recipe's file, the whole result. */
  readonly output = new Output(this, () => {
    this._keep();
    this._tell();
  });

  /** Anything that is shown changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Something that the user asked for failed; the sentence says why. */
  get failed(): ISignal<this, string> {
    return this._failed;
  }

  /** The step whose form is open. */
  get draft(): Draft | null {
    return this._draft;
  }

  /** The column whose statistics are shown. */
  get column(): string | null {
    return this._column;
  }

  /** Whether an edit is on its way through the kernel. */
  get busy(): boolean {
    return this._applying !== this._applied;
  }

  /** Open the source and run the recipe. */
  async open(): Promise<void> {
    await this.opening.open(
      kept => this._begin(kept),
      async () => {
        const source = this.opening.opened?.recipe.source ?? this.opening.source;
        this.history.settle({ ...this.recipe, source });
        await this._run();
      }
    );
    if (this.isReady) {
      void this.settling.follow((before, now) => this._settle(before, now));
    }
  }

  /** Read the source in another way, and run the same recipe on it. */
  async reopen(source: Source): Promise<void> {
    this.opening.aim(source);
    this._hasBegun = true;
    await this.open();
    this._keep();
  }

  /** Start the kernel anew and go on with the same recipe. */
  async restart(): Promise<void> {
    if (await this.opening.restart()) {
      await this.open();
    }
  }

  /** Begin a step of a kind; after the steps that are looked at if no position is said. */
  add(kind: StepKind, options: object = {}, position = this.looked): void {
    this.opening.recents?.use(kind.op);
    this._edit(kind, { ...options, op: kind.op }, position, false);
  }

  /** Begin a step whose options are all or partly known, by its op. */
  propose(step: Step, position = this.looked, quiet = false): void {
    const kind = this.kinds.find(({ op }) => op === step.op);
    if (kind) {
      this._edit(kind, step, position, false, quiet);
    }
  }

  /** Put a step whose options are all known at a position; at the end if none is said. */
  append(op: string, options: object, position = this.steps.length): Promise<void> {
    const step = { ...options, op };
    this.opening.recents?.use(op);
    return this.change(recipes.inserted(this.recipe, position, step), position + 1);
  }

  /** Put several steps at a position, at the end if none is said, as one edit. */
  appendAll(steps: readonly Step[], position = this.steps.length): Promise<void> {
    const all = [...this.steps.slice(0, position), ...steps, ...this.steps.slice(position)];
    steps.forEach(({ op }) => this.opening.recents?.use(op));
    return this.change({ ...this.recipe, steps: all }, position + steps.length);
  }

  /** Look at the table after some steps; with a step, also open its form. */
  look(upto: number): void {
    const step = this.steps[upto - 1];
    const kind = this.kinds.find(({ op }) => op === step?.op);
    this._closeDraft();
    this._looked = upto === this.steps.length ? null : upto;
    this._show();
    if (step && kind && this.isReady) {
      this._edit(kind, step, upto - 1, true);
    }
  }

  /** Put what the form says into the recipe. */
  async applyDraft(): Promise<void> {
    const draft = this._draft;
    if (draft && draft.missing.length === 0) {
      const { position, replace } = draft.place;
      const change = replace ? recipes.replaced : recipes.inserted;
      if (draft.edited && !(await permit(this.opening, draft.step, this._refuse))) {
        return;
      }
      await this.change(change(this.recipe, position, draft.step), position + 1);
      this.choose(draft.preview?.added[0] ?? this._column);
    }
  }

  /** Let the code of a step run in this project, and run it. */
  async allow(step: Step): Promise<void> {
    if (await permit(this.opening, step, this._refuse)) {
      this._draft?.retry();
      await this._run().catch(this._refuse);
    }
  }

  /** Close the form; nothing of it is kept. */
  discardDraft(): void {
    this._closeDraft();
    this._tell();
  }

  /** Go on with another recipe; the change can be taken back. */
  change(recipe: Recipe, looked: number | null = null): Promise<void> {
    this.history.push(recipe);
    return this._rerun(looked);
  }

  remove(position: number): Promise<void> {
    return this.change(recipes.removed(this.recipe, position));
  }

  move(from: number, to: number): Promise<void> {
    const goal = Math.min(Math.max(to, 0), this.steps.length - 1);
    return goal === from ? Promise.resolve() : this.change(recipes.moved(this.recipe, from, goal));
  }

  toggle(position: number): Promise<void> {
    return this.change(recipes.toggled(this.recipe, position));
  }

  async undo(): Promise<void> {
    this.history.undo();
    await this._rerun(null);
  }

  async redo(): Promise<void> {
    this.history.redo();
    await this._rerun(null);
  }

  /** Show the statistics of a column. */
  choose(column: string | null): void {
    if (this._column !== column) {
      this._column = column;
      this._tell();
    }
  }

  /** Ask the session for a verb that answers without a table. */
  async ask<T>(verb: string, args: object): Promise<T> {
    const { result } = await this.opening.live.ask<T>(verb, args);
    return result;
  }

  dispose(): void {
    this._draft?.dispose();
    this.tools.dispose();
    this.table.dispose();
    this.opening.dispose();
    Signal.clearData(this);
  }

  private _begin({ saved, draft }: IKept): void {
    if (!this._hasBegun) {
      this._hasBegun = true;
      this.output.saved = saved;
      this.history.start(draft ?? saved ?? this.recipe);
    }
  }

  /** Go on with the types that all rows fit. */
  private async _settle(before: Schemas['Opened'], now: Schemas['Opened']): Promise<void> {
    this.history.settle({ ...this.recipe, source: now.recipe.source });
    if (!sameColumns(before, now)) {
      await this._run();
    } else if (this.table.upto === 0) {
      this.table.counted(now.rows);
    }
  }

  private _edit(
    kind: StepKind,
    step: Step,
    position: number,
    replace: boolean,
    quiet = false
  ): void {
    const place = { position, replace, quiet, columns: this.columnsBefore(position) };
    this._closeDraft();
    this.desk.clear();
    this._draft = new Draft(this.opening.live, kind, place, step);
    this._draft.changed.connect(this._tell, this);
    this._tell();
  }

  private _closeDraft(): void {
    this._draft?.dispose();
    this._draft = null;
  }

  private async _rerun(looked: number | null): Promise<void> {
    this._closeDraft();
    this._looked = looked === this.steps.length ? null : looked;
    this._keep();
    this._tell();
    await this._run().catch(this._refuse);
  }

  private async _run(): Promise<void> {
    const wanted = ++this._applying;
    try {
      const view = await this.ask<Schemas['View']>('apply', { recipe: this.recipe });
      if (wanted === this._applying) {
        this._view = view;
        this.history.settle(view.recipe);
        this._keep();
      }
    } finally {
      this._applied = Math.max(this._applied, wanted);
      this._show();
    }
  }

  /** Show the last table that exists at or before the place that is looked at. */
  private _show(): void {
    const { session, opened } = this.opening;
    if (!session || this.busy || !this._view) {
      return;
    }
    const place = placeAt(this.stages, this.steps, opened, this.looked);
    if (!place.columns.some(({ name }) => name === this._column)) {
      this._column = place.columns[0]?.name ?? null;
    }
    this.table.show(session, place);
    this._tell();
  }

  private _keep(): void {
    this.opening.keep(this.recipe, this.output.dirty || this.opening.corrected);
  }

  private _follow(): void {
    if (this.opening.phase === 'ended') {
      this._closeDraft();
      this.table.clear();
    }
    this._tell();
  }

  private _fail(error: unknown): void {
    if (this.isReady) {
      this._failed.emit(messageOf(error));
    }
  }

  private _tell(): void {
    this._changed.emit();
  }

  private readonly _refuse = (error: unknown): void => this._fail(error);
  private readonly _changed = new Signal<this, void>(this);
  private readonly _failed = new Signal<this, string>(this);
  private _draft: Draft | null = null;
  private _column: string | null = null;
  private _hasBegun = false;
  private _applying = 0;
  private _applied = 0;
}
