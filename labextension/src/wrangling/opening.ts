import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';
import { messageOf } from '../ui';
import type { StepKind } from './draft';
import type { Recents } from './recents';
import type { Recipe, Source } from './recipes';
import { SessionError, type ISession } from './transport';

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
  /** Remember the recipe as it is now, so that it survives a reload; `dirty` if it stands in no file like this. */
  keep?(recipe: Recipe, dirty: boolean): void;
  /** Get what was remembered. */
  before?(): Promise<Recipe | null>;
  /** The view was closed. */
  close?(): void;
  /** The steps that were used last. */
  readonly recents?: Recents;
}

/** What was there before the view was opened. */
export interface IKept {
  /** The recipe in its file. */
  saved: Recipe | null;
  /** The recipe that was last at work, saved or not. */
  draft: Recipe | null;
}

/** How a view comes to its table: the kernel, the session in it, the source. */
export class Opening {
  constructor(
    private readonly _host: IWranglingHost,
    private _source: Source | null
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get phase(): Phase {
    return this._phase;
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  get source(): Source | null {
    return this._source;
  }

  get session(): ISession | null {
    return this._session;
  }

  /** The session, where there has to be one. */
  get live(): ISession {
    if (!this._session) {
      throw new SessionError('The kernel is not connected.', 'lost');
    }
    return this._session;
  }

  get opened(): Schemas['Opened'] | null {
    return this._opened;
  }

  get kinds(): readonly StepKind[] {
    return this._kinds;
  }

  /** The steps that were used last, where they are remembered. */
  get recents(): Recents | null {
    return this._host.recents ?? null;
  }

  /** Whether the session has a verb of one of its parts, such as `rules.check`. */
  can(verb: string): boolean {
    return this._session?.verbs.includes(verb) ?? false;
  }

  /** What the table is called. */
  get title(): string {
    const { _source: source } = this;
    return this._opened?.title ?? (source ? nameOf(source) : '');
  }

  /** Whether somebody has said how the source is to be read. */
  get corrected(): boolean {
    return this._corrected;
  }

  /** Read from another source from now on, or the same in another way; opened next time. */
  aim(source: Source): void {
    this._source = source;
    this._corrected = true;
  }

  /** Go on with what the kernel knows better by now. */
  settle(opened: Schemas['Opened']): void {
    this._opened = opened;
    this._source = opened.recipe.source ?? this._source;
  }

  /** The password of a database; it is kept nowhere else. */
  password = '';

  /** Whether the kernel may be started anew. */
  get canRestart(): boolean {
    return this._host.restart !== undefined;
  }

  /** Get what was there before; asked for once. */
  async kept(): Promise<IKept> {
    this._kept ??= (async () => {
      const [saved, draft] = await Promise.all([this._host.read?.(), this._host.before?.()]);
      this._source ??= saved?.source ?? null;
      this._remember(draft?.source ?? null);
      return { saved: saved ?? null, draft: draft ?? null };
    })();
    this._kept.catch(() => (this._kept = null));
    return this._kept;
  }

  /** Open a session and the source in it; `then` does the rest before the view is ready. */
  async open(begin: (kept: IKept) => void, then: () => Promise<void>): Promise<void> {
    this._enter('starting', null);
    try {
      begin(await this.kept());
      if (!this._source) {
        throw new SessionError(
          'This recipe does not say which table it was made for.',
          'no_source'
        );
      }
      const session = await this._host.connect(this._source);
      if (this._isDisposed) {
        session.dispose();
        return;
      }
      await this._read(session, this._source);
      await then();
      this._enter('ready', null);
    } catch (error) {
      this._enter('failed', problemOf(error));
    }
  }

  /** Start the kernel anew. Answers whether that worked. */
  async restart(): Promise<boolean> {
    this._session?.dispose();
    this._enter('starting', null);
    try {
      await this._host.restart?.();
      return true;
    } catch (error) {
      this._enter('failed', problemOf(error));
      return false;
    }
  }

  keep(recipe: Recipe, dirty: boolean): void {
    this._host.keep?.(recipe, dirty);
  }

  dispose(): void {
    this._isDisposed = true;
    this._session?.dispose();
    this._host.close?.();
    Signal.clearData(this);
  }

  private async _read(session: ISession, source: Source): Promise<void> {
    this._session?.dispose();
    this._session = session;
    session.lost.connect((_, message) => this._enter('ended', { message, reason: 'lost' }));
    this._enter('reading', null);
    const secret = this.password ? { password: this.password } : {};
    const opening = session.ask<Schemas['Opened']>('open', { source, ...secret });
    const [opened, kinds] = await Promise.all([
      opening,
      session.ask<Schemas['StepKinds']>('steps')
    ]);
    this._opened = opened.result;
    this._kinds = kinds.result.items;
  }

  /** Read a file as it was read when it was last at work. */
  private _remember(source: Source | null): void {
    const { _source: own } = this;
    if (own?.kind === 'file' && source?.kind === 'file' && own.path === source.path) {
      this._source = source;
    }
  }

  private _enter(phase: Phase, problem: IProblem | null): void {
    // That the session is lost is the reason for whatever fails because of it.
    if (phase === 'failed' && problem?.reason === 'lost' && this._phase === 'ended') {
      return;
    }
    this._phase = phase;
    this._problem = problem;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _kept: Promise<IKept> | null = null;
  private _phase: Phase = 'starting';
  private _problem: IProblem | null = null;
  private _session: ISession | null = null;
  private _opened: Schemas['Opened'] | null = null;
  private _kinds: readonly StepKind[] = [];
  private _corrected = false;
  private _isDisposed = false;
}

/** Name a table by what it is read from. */
export function nameOf(source: Source): string {
  switch (source.kind) {
    case 'file':
      return source.path.split('/').pop() ?? source.path;
    case 'database':
      return source.table ?? source.url.split('/').pop() ?? source.url;
    default:
      return source.name.split('#')[0] ?? source.name;
  }
}

function problemOf(error: unknown): IProblem {
  return {
    message: messageOf(error),
    reason: error instanceof SessionError ? error.reason : 'failed'
  };
}
