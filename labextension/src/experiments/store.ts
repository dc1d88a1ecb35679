import type { Widget } from '@lumino/widgets';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Api, Changed, Schemas } from '../api';
import { messageOf } from '../ui';

export type RunRow = Schemas['RunRow'];
export type Value = number | string | null;
export type Kind = Schemas['RunColumn']['kind'];

/** A param, metric or tag that runs can have. */
export interface IColumn {
  readonly key: string;
  readonly kind: Kind;
  readonly name: string;
}

/** A run, and by key what it logged. */
export interface IRow {
  readonly run: RunRow;
  readonly values: Readonly<Record<string, Value>>;
}

/** How many runs are asked for; the newest. */
export const LIMIT = 5000;

const PAUSE = 300;
const MANY = 100;

/** The runs of the project, kept up to date run by run while somebody looks. */
export class RunStore {
  constructor(
    private readonly _api: Api,
    private readonly _deleted = false
  ) {}

  /** Emitted when anything that can be asked here is different. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The newest runs, the newest first. */
  get rows(): readonly IRow[] {
    return this._rows;
  }

  /** Params, metrics and tags that any of the runs has; alphabetical within a kind. */
  get columns(): readonly IColumn[] {
    return this._columns;
  }

  /** How many runs there are, beyond those that are kept here. */
  get total(): number {
    return this._total;
  }

  /** Whether the runs were asked for and have come. */
  get loaded(): boolean {
    return this._loaded;
  }

  /** Why the runs could not be had; null when they could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Keep up to date as long as one of the watching widgets can be seen. */
  watch(widget: Widget): void {
    this._watchers.add(widget);
    widget.disposed.connect(() => this._watchers.delete(widget));
  }

  /** Take note of a change; what changed within a moment is asked for together. */
  note({ kind, id }: Changed): void {
    if (kind === 'run') {
      this._dirty.add(id);
      this._timer ??= setTimeout(() => void this.catchUp(), PAUSE);
    }
  }

  /** Ask for what has changed since the last time, if anybody can see it. */
  async catchUp(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    const isSeen = [...this._watchers].some(widget => widget.isVisible);
    if (!isSeen || (this._loaded && this._dirty.size === 0)) {
      return;
    }
    const ids = [...this._dirty];
    this._dirty.clear();
    const isMuch =
      ids.includes('*') || ids.length > MANY || !this._loaded || this._failure !== null;
    await (isMuch ? this.refresh() : this._update(ids));
  }

  /** Ask for everything anew. */
  async refresh(): Promise<void> {
    await this._ask(async () => {
      const table = await this._fetch(null);
      this._rows = rowsOf(table);
      this._columns = table.columns.map(columnOf);
      this._total = table.total;
    });
  }

  private async _update(ids: readonly string[]): Promise<void> {
    await this._ask(async () => {
      const table = await this._fetch(ids);
      const fresh = new Map(rowsOf(table).map(row => [row.run.id, row]));
      const asked = new Set(ids);
      const kept = this._rows
        .filter(({ run }) => !asked.has(run.id) || fresh.has(run.id))
        .map(row => fresh.get(row.run.id) ?? row);
      const known = new Set(kept.map(({ run }) => run.id));
      const added = [...fresh.values()].filter(({ run }) => !known.has(run.id));
      this._total += added.length - (this._rows.length - kept.length);
      this._rows = [...added, ...kept].sort((a, b) => compare(b.run.started_at, a.run.started_at));
      this._columns = merged(this._columns, table.columns.map(columnOf));
    });
  }

  private async _ask(change: () => Promise<void>): Promise<void> {
    try {
      await change();
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    this._loaded = true;
    this._changed.emit();
  }

  private async _fetch(ids: readonly string[] | null): Promise<Schemas['RunTable']> {
    const query = { deleted: this._deleted, limit: LIMIT, ...(ids ? { ids: ids.join(',') } : {}) };
    const { data } = await this._api.GET('/experiments/runs', { params: { query } });
    return data ?? { items: [], columns: [], total: 0 };
  }

  private _rows: readonly IRow[] = [];
  private _columns: readonly IColumn[] = [];
  private _total = 0;
  private _loaded = false;
  private _failure: string | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _dirty = new Set<string>();
  private readonly _watchers = new Set<Widget>();
  private readonly _changed = new Signal<this, void>(this);
}

/** Put a param, metric or tag under one name. */
export function keyOf(kind: Kind, name: string): string {
  return `${kind}:${name}`;
}

function columnOf({ kind, name }: { kind: Kind; name: string }): IColumn {
  return { key: keyOf(kind, name), kind, name };
}

function rowsOf(table: Schemas['RunTable']): IRow[] {
  const keys = table.columns.map(({ kind, name }) => keyOf(kind, name));
  return table.items.map((run, index) => {
    const values: Record<string, Value> = {};
    keys.forEach((key, column) => {
      const value = table.columns[column]?.values[index] ?? null;
      if (value !== null) {
        values[key] = value;
      }
    });
    return { run, values };
  });
}

function merged(old: readonly IColumn[], fresh: readonly IColumn[]): readonly IColumn[] {
  const known = new Set(old.map(({ key }) => key));
  const added = fresh.filter(({ key }) => !known.has(key));
  const order: Record<Kind, number> = { param: 0, metric: 1, tag: 2 };
  return added.length === 0
    ? old
    : [...old, ...added].sort((a, b) => order[a.kind] - order[b.kind] || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
