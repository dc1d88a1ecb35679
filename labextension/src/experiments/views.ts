import { Signal, type ISignal } from '@lumino/signaling';

import type { Api, Schemas } from '../api';
import type { RunsModel } from './model';
import { PLAIN_LOOK, type ILook } from './view-look';

export type View = Schemas['RunView'];
export type ViewKind = Schemas['RunViewSpec']['kind'];

/** The charts beside the table, which a view keeps too. */
export interface IBoard {
  specs: readonly Schemas['ChartSpec'][] | null;
}

/** How the tab looks, to be the same after a reload. */
export interface IKept {
  readonly look: ILook;
  /** The view that was opened last; null if none was. */
  readonly view: string | null;
  readonly charts: readonly Schemas['ChartSpec'][] | null;
}

/** Columns that a reload brings back; more are for saved views. */
const MOST_KEPT = 200;

/** The looks of the table that were given a name, and which of them is shown. */
export class SavedViews {
  constructor(
    private readonly _api: Api,
    private readonly _model: RunsModel,
    /** Asks for a name; null if nothing shall be saved. */
    private readonly _askName: (kind: ViewKind) => Promise<string | null>,
    /** Tells that something could not be done. */
    private readonly _fail: (error: unknown) => void,
    private readonly _board: () => IBoard | null
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The views of a kind, by name. */
  ofKind(kind: ViewKind): readonly View[] {
    return this._items.filter(({ spec }) => spec.kind === kind);
  }

  /** The view that was opened last; null if none was. */
  get current(): View | null {
    return this._items.find(({ id }) => id === this._current) ?? null;
  }

  /** Whether the table looks different from how the opened view was saved. */
  get isChanged(): boolean {
    const { current } = this;
    return current !== null && written(lookOf(current.spec)) !== written(this._model.look);
  }

  /** How the tab looks now. */
  get kept(): IKept {
    const { look } = this._model;
    const isSmall = (look.columns?.length ?? 0) <= MOST_KEPT;
    return {
      look: isSmall ? look : { ...look, columns: null },
      view: this._current,
      charts: this._board()?.specs ?? null
    };
  }

  /** Let the tab look as it did before the page was loaded. */
  take({ look, view, charts }: Partial<IKept>): void {
    this._current = view ?? null;
    const board = this._board();
    if (board && charts) {
      board.specs = charts;
    }
    this._model.change({ ...PLAIN_LOOK, ...look });
    this._changed.emit();
  }

  async refresh(): Promise<void> {
    await this._try(async () => {
      const { data } = await this._api.GET('/experiments/views');
      this._items = data?.items ?? [];
    });
  }

  /** Let the table look as it was saved. */
  open(id: string): void {
    const view = this._items.find(one => one.id === id);
    if (!view) {
      return;
    }
    if (view.spec.kind === 'columns') {
      this._model.change({ columns: view.spec.columns, differing: false });
      return;
    }
    this._current = id;
    const board = this._board();
    if (board) {
      board.specs = view.spec.charts ?? null;
    }
    this._model.change(lookOf(view.spec));
    this._changed.emit();
  }

  /** Let the table look as it does at first. */
  leave(): void {
    this._current = null;
    const board = this._board();
    if (board) {
      board.specs = null;
    }
    this._model.change(PLAIN_LOOK);
    this._changed.emit();
  }

  /** Save how the table looks under a name that is asked for. */
  async saveAs(kind: ViewKind): Promise<void> {
    const name = await this._askName(kind);
    if (name === null) {
      return;
    }
    const known = this.ofKind(kind).find(({ spec }) => spec.name === name);
    await this._try(async () => {
      const body = this._spec(name, kind);
      const { data } = known
        ? await this._api.PUT('/experiments/views/{id}', { params: { path: known }, body })
        : await this._api.POST('/experiments/views', { body });
      if (data && kind === 'view') {
        this._current = data.id;
      }
    });
    await this.refresh();
  }

  /** Save how the table looks under the name of the opened view. */
  async save(): Promise<void> {
    const { current } = this;
    if (current) {
      const { name, kind } = current.spec;
      const params = { path: { id: current.id } };
      await this._try(() =>
        this._api.PUT('/experiments/views/{id}', { params, body: this._spec(name, kind) })
      );
      await this.refresh();
    }
  }

  async remove(id: string): Promise<void> {
    this._current = this._current === id ? null : this._current;
    await this._try(() =>
      this._api.DELETE('/experiments/views/{id}', { params: { path: { id } } })
    );
    await this.refresh();
  }

  private _spec(name: string, kind: ViewKind): Schemas['RunViewSpec'] {
    const { look, visible } = this._model;
    const charts = this._board()?.specs ?? null;
    const { pins, bars, groups, sorts, columns } = look;
    return {
      ...look,
      name,
      kind,
      pins: [...pins],
      bars: [...bars],
      groups: [...groups],
      sorts: sorts.map(sort => ({ ...sort })),
      columns: kind === 'columns' ? [...visible] : columns && [...columns],
      charts: charts && [...charts]
    };
  }

  private async _try(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this._fail(error);
    }
    this._changed.emit();
  }

  private _items: readonly View[] = [];
  private _current: string | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

function lookOf(spec: Schemas['RunViewSpec']): ILook {
  const known = Object.keys(PLAIN_LOOK) as (keyof ILook)[]; // its own keys, by the type of the constant
  return Object.fromEntries(known.map(key => [key, spec[key]])) as unknown as ILook;
}

function written(look: ILook): string {
  return JSON.stringify(Object.keys(PLAIN_LOOK).map(key => look[key as keyof ILook]));
}
