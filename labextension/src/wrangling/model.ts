import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';
import { Draft, type StepKind } from './draft';
import {
  History,
  inserted,
  moved,
  removed,
  replaced,
  stepsOf,
  toggled,
  type Recipe,
  type Source,
  type Step
} from './recipes';
import { TableModel, type Column } from './table';
import { SessionError, type ISession } from './transport';

export type Stage = Schemas['Stage'];
export type View = Schemas['View'];
export type Leaks = Schemas['Leaks'];

/** `ended`: the kernel is gone, the recipe is not. */
export type Phase = 'starting' | 'reading' | 'ready' | 'failed' | 'ended';

/** Why nothing can be shown. */
export interface IProblem {
  message: string;
  reason: string;
}

/** What a wrangling view needs from the place where it is shown. */
export interface IWranglingHost {
  /** Open a session, starting a kernel if that is needed. */
  connect(source: Source): Promise<ISession>;
  /** Read the recipe, where the view was opened on one. */
  read?(): Promise<Recipe>;
  /** Start the kernel anew; absent where it is not ours to do so. */
  restart?(): Promise<void>;
  /** Remember the recipe as it is now, so that it survives a reload. */
  keep?(recipe: Recipe): void;
  /** Get what was remembered. */
  before?(): Promise<Recipe | null>;
  /** The view was closed. */
  close?(): void;
}

/** A recipe, the table after each of its steps, and what can be done with them. */
export class WrangleModel {
  constructor(
    private readonly _host: IWranglingHost,
    private _source: Source | null,
    recipe: Recipe | null = null
  ) {
    this.history.start(recipe ?? { version: 1, source: _source, steps: [] });
    this.table.changed.connect(this._tell, this);
    this.table.failed.connect(this._stumble, this);
  }

  readonly history = new History();
  readonly table = new TableModel();
  /** The recipe file that belongs to the view, once there is one. */
  savedAs: string | null = null;

  /** Anything that is shown changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Something that the user asked for failed; the sentence says why. */
  get failed(): ISignal<this, string> {
    return this._failed;
  }

  get phase(): Phase {
    return this._phase;
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  get title(): string {
    const { _source: source } = this;
    const own = source?.kind === 'file' ? source.path.split('/').pop() : source?.name;
    return this._opened?.title ?? own ?? '';
  }

  get source(): Source | null {
    return this._source;
  }

  get recipe(): Recipe {
    return this.history.now;
  }

  get steps(): readonly Step[] {
    return stepsOf(this.recipe);
  }

  get stages(): readonly Stage[] {
    return this._view?.stages ?? [];
  }

  get findings(): readonly Schemas['Finding'][] {
    return this._view?.findings ?? [];
  }

  get opened(): Schemas['Opened'] | null {
    return this._opened;
  }

  get kinds(): readonly StepKind[] {
    return this._kinds;
  }

  /** How many steps have been taken in the table that is looked at. */
  get looked(): number {
    return this._looked ?? this.steps.length;
  }

  get draft(): Draft | null {
    return this._draft;
  }

  /** The column whose statistics are shown. */
  get column(): string | null {
    return this._column;
  }

  get leaks(): Leaks | null {
    return this._leaks;
  }

  /** Whether an edit is on its way through the kernel. */
  get busy(): boolean {
    return this._applying !== this._applied;
  }

  get session(): ISession | null {
    return this._session;
  }

  /** The columns that a step at a position finds. */
  columnsBefore(position: number): readonly Column[] {
    const stage = position > 0 ? this.stages[position - 1] : undefined;
    return stage?.columns ?? this._opened?.columns ?? [];
  }

  /** Open the source and run the recipe. */
  async open(): Promise<void> {
    this._enter('starting', null);
    try {
      const source = await this._settleSource();
      const session = await this._host.connect(source);
      if (this._isDisposed) {
        session.dispose();
        return;
      }
      this._session = session;
      session.lost.connect((_, why) => this._lose(why));
      this._enter('reading', null);
      const recipe = this.steps.length > 0 ? this.recipe : null;
      const opening = session.ask<Schemas['Opened']>('open', { source, recipe });
      const [opened, kinds] = await Promise.all([opening, this._askKinds(session)]);
      this._opened = opened.result;
      this._kinds = kinds;
      this.history.settle({ ...this.recipe, source: opened.result.recipe.source ?? source });
      this._enter('ready', null);
      await this._run();
    } catch (error) {
      this._enter('failed', problemOf(error));
    }
  }

  /** Start the kernel anew and go on with the same recipe. */
  async restart(): Promise<void> {
    this._session?.dispose();
    this._enter('starting', null);
    try {
      await this._host.restart?.();
    } catch (error) {
      this._enter('failed', problemOf(error));
      return;
    }
    await this.open();
  }

  /** Begin a step of a kind after the steps that are looked at. */
  add(kind: StepKind, options: Record<string, unknown> = {}): void {
    const position = this.looked;
    this._edit(new Draft(this._live(), kind, this._place(position, false), { ...options, op: kind.op }));
  }

  /** Put a step whose options are all known after those that are looked at. */
  async addWhole(op: string, options: Record<string, unknown>): Promise<void> {
    const position = this.looked;
    await this._become(inserted(this.recipe, position, { ...options, op }), position + 1);
  }

  /** Look at the table after some steps; with a step, also open its form. */
  look(upto: number): void {
    const step = this.steps[upto - 1];
    const kind = this._kinds.find(({ op }) => op === step?.op);
    this._closeDraft();
    this._looked = upto === this.steps.length ? null : upto;
    this._show();
    if (step && kind) {
      this._edit(new Draft(this._live(), kind, this._place(upto - 1, true), step));
    }
  }

  /** Put what the form says into the recipe. */
  async applyDraft(): Promise<void> {
    const draft = this._draft;
    if (draft && draft.missing.length === 0) {
      const { position, replace } = draft.place;
      const change = replace ? replaced : inserted;
      this._closeDraft();
      await this._become(change(this.recipe, position, draft.step), position + 1);
    }
  }

  /** Close the form; nothing of it is kept. */
  discardDraft(): void {
    this._closeDraft();
    this._show();
  }

  remove(position: number): Promise<void> {
    return this._become(removed(this.recipe, position), null);
  }

  move(from: number, to: number): Promise<void> {
    const last = this.steps.length - 1;
    const goal = Math.min(Math.max(to, 0), last);
    return goal === from ? Promise.resolve() : this._become(moved(this.recipe, from, goal), null);
  }

  toggle(position: number): Promise<void> {
    return this._become(toggled(this.recipe, position), null);
  }

  /** Take all steps out. */
  clear(): Promise<void> {
    return this._become({ ...this.recipe, steps: [] }, null);
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

  /** Find the columns that give the answer away; null forgets them. */
  async aim(target: string | null): Promise<void> {
    if (target === null) {
      this._leaks = null;
      this._tell();
      return;
    }
    this._leaks = await this._ask<Leaks>('leaks', { target });
    this._tell();
  }

  /** Write the recipe as a program. */
  async code(): Promise<string> {
    const { text } = await this._ask<Schemas['CodeText']>('code', {});
    return text;
  }

  /** Write the recipe into a file of the project. */
  async save(path: string, overwrite: boolean): Promise<Schemas['RecipeRef']> {
    const written = await this._ask<Schemas['RecipeRef']>('save', { path, overwrite });
    this._saved = this.recipe;
    this.savedAs = path;
    this._tell();
    return written;
  }

  /** Write the whole result into a file of the project. */
  run(path: string, overwrite: boolean): Promise<Schemas['RunResult']> {
    return this._ask('run', { path, overwrite });
  }

  /** Whether the table lives in a kernel of somebody else, and in this one. */
  runsIn(kernel: string | undefined): boolean {
    return kernel !== undefined && this._session?.kernel === kernel;
  }

  /** Whether the view may start its kernel anew. */
  get canRestart(): boolean {
    return this._host.restart !== undefined;
  }

  /** Whether steps were changed since the recipe was saved. */
  get dirty(): boolean {
    const words = (recipe: Recipe | null): string =>
      JSON.stringify(recipe ? stepsOf(recipe).map(step => ({ ...step, state: null })) : []);
    return words(this.recipe) !== words(this._saved);
  }

  dispose(): void {
    this._isDisposed = true;
    this._draft?.dispose();
    this.table.dispose();
    this._session?.dispose();
    this._host.close?.();
    Signal.clearData(this);
  }

  private async _settleSource(): Promise<Source> {
    if (!this._isSettled) {
      const [saved, before] = await Promise.all([this._host.read?.(), this._host.before?.()]);
      this._saved = saved ?? null;
      this._source ??= saved?.source ?? null;
      this.history.start(before ?? saved ?? this.recipe);
      this._isSettled = true;
    }
    if (!this._source) {
      throw new SessionError('This recipe does not say which table it was made for.', 'no_source');
    }
    return this._source;
  }

  private async _askKinds(session: ISession): Promise<readonly StepKind[]> {
    const { result } = await session.ask<Schemas['StepKinds']>('steps');
    return result.items;
  }

  private async _ask<T>(verb: string, args: object): Promise<T> {
    const { result } = await this._live().ask<T>(verb, args);
    return result;
  }

  private _live(): ISession {
    if (!this._session) {
      throw new SessionError('The kernel is not connected.', 'lost');
    }
    return this._session;
  }

  private _place(position: number, replace: boolean): Draft['place'] {
    return { position, replace, columns: this.columnsBefore(position) };
  }

  private _edit(draft: Draft): void {
    this._closeDraft();
    this._draft = draft;
    draft.changed.connect(this._tell, this);
    this._tell();
  }

  private _closeDraft(): void {
    this._draft?.dispose();
    this._draft = null;
  }

  private _become(recipe: Recipe, looked: number | null): Promise<void> {
    this.history.push(recipe);
    return this._rerun(looked);
  }

  private async _rerun(looked: number | null): Promise<void> {
    this._closeDraft();
    this._looked = looked === this.steps.length ? null : looked;
    this._host.keep?.(this.recipe);
    this._tell();
    try {
      await this._run();
    } catch (error) {
      this._failed.emit(problemOf(error).message);
    }
  }

  private async _run(): Promise<void> {
    const wanted = ++this._applying;
    try {
      const view = await this._ask<View>('apply', { recipe: this.recipe });
      if (wanted === this._applying) {
        this._view = view;
        this.history.settle(view.recipe);
        this._host.keep?.(view.recipe);
      }
    } finally {
      this._applied = Math.max(this._applied, wanted);
      if (wanted === this._applying && this._view) {
        this._show();
      }
    }
  }

  /** Show the last table that exists at or before the place that is looked at. */
  private _show(): void {
    const session = this._session;
    if (!session || this._phase !== 'ready') {
      return;
    }
    const upto = shownUpto(this.stages, this.looked);
    const stage = upto > 0 ? this.stages[upto - 1] : undefined;
    const columns = this.columnsBefore(upto);
    const rows = stage ? stage.rows : (this._opened?.rows ?? null);
    if (!columns.some(({ name }) => name === this._column)) {
      this._column = columns[0]?.name ?? null;
    }
    this.table.show(session, { upto: activeUpto(this.steps, upto), columns, rows });
    this._tell();
  }

  private _lose(why: string): void {
    this._closeDraft();
    this.table.clear();
    this._enter('ended', { message: why, reason: 'lost' });
  }

  private _stumble(_: TableModel, error: unknown): void {
    if (this._phase === 'ready') {
      this._failed.emit(problemOf(error).message);
    }
  }

  private _enter(phase: Phase, problem: IProblem | null): void {
    this._phase = phase;
    this._problem = problem;
    this._tell();
  }

  private _tell(): void {
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _failed = new Signal<this, string>(this);
  private _phase: Phase = 'starting';
  private _problem: IProblem | null = null;
  private _session: ISession | null = null;
  private _opened: Schemas['Opened'] | null = null;
  private _kinds: readonly StepKind[] = [];
  private _view: View | null = null;
  private _looked: number | null = null;
  private _draft: Draft | null = null;
  private _column: string | null = null;
  private _leaks: Leaks | null = null;
  private _saved: Recipe | null = null;
  private _applying = 0;
  private _applied = 0;
  private _isSettled = false;
  private _isDisposed = false;
}

/** Find how many steps the table that can be shown has taken: a failed step, and those after it, made none. */
export function shownUpto(stages: readonly Stage[], looked: number): number {
  const broken = stages.findIndex(({ state }) => state === 'failed');
  return broken >= 0 && broken < looked ? broken : looked;
}

/** Count the steps that take part among the first ones: the kernel knows no others. */
export function activeUpto(steps: readonly Step[], upto: number): number {
  return steps.slice(0, upto).filter(({ on }) => on !== false).length;
}

function problemOf(error: unknown): IProblem {
  return error instanceof SessionError
    ? { message: error.message, reason: error.reason }
    : { message: error instanceof Error ? error.message : String(error), reason: 'failed' };
}
