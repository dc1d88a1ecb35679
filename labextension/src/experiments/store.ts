import type { Widget } from '@lumino/widgets';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Api, Changed } from '../api';
import { messageOf } from '../ui';
import type { Column } from './column';
import { readTable, RunTable, type IAnswer, type IColumn, type IProgress } from './store-table';

export type { Value } from './column';
export type { IColumn, RunRow } from './store-table';

interface IAsked {
  limit?: number;
  since?: string;
  ids?: string[];
  columns?: string[];
  filter?: string;
}

/** How many runs are painted before all have come. */
const FIRST = 100;
const PAUSE = 200;
const SETTLING = 1500;
const BATCH = 40;
/** Columns of wide stores that are asked for at once: the first of ten thousand are there soon. */
const COLUMNS = 1000;

/** The runs of the project by column, kept up to date while somebody looks. */
export class RunStore {
  constructor(
    private readonly _api: Api,
    private readonly _deleted = false
  ) {}

  /** Emitted when anything that can be asked here is different. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The runs; another table after each change. */
  get table(): RunTable {
    return this._table;
  }

  /** Params, metrics and tags that any of the runs has. */
  get columns(): readonly IColumn[] {
    return this._table.logged;
  }

  /** How many runs there are, beyond those that have come. */
  get total(): number {
    return this._total;
  }

  /** Whether the first runs were asked for and have come. */
  get loaded(): boolean {
    return this._loaded;
  }

  /** Whether all runs have come. */
  get complete(): boolean {
    return this._revision !== null;
  }

  /** How far the copy of a server's runs is; null if the runs are here. */
  get progress(): IProgress | null {
    return this._progress;
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
  note({ kind }: Pick<Changed, 'kind'>): void {
    if (kind === 'run') {
      this._isDirty = true;
      this._timer ??= setTimeout(() => void this.catchUp(), PAUSE);
    }
  }

  /** Ask for what has changed since the last time, if anybody can see it. */
  async catchUp(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    const isSeen = [...this._watchers].some(widget => widget.isVisible);
    if (isSeen && (this._isDirty || !this._loaded) && this._asking === null) {
      await this.update();
    }
  }

  /** Ask for what has changed since the last time. */
  async update(): Promise<void> {
    const revision = this._revision;
    if (revision === null || this._failure !== null) {
      return this.refresh();
    }
    this._isDirty = false;
    await this._ask(async () => {
      const answer = await this._fetch({ since: revision });
      if (answer.full) {
        this._replace(answer);
      } else {
        await this._take(answer);
      }
      this._settle(answer);
    });
  }

  /** Ask for everything anew: a first few at once, and all. */
  async refresh(): Promise<void> {
    this._isDirty = false;
    await this._ask(async () => {
      if (!this._loaded) {
        this._begin(await this._fetch({ limit: FIRST })); // asked together, all would hold up the first
      }
      const answer = await this._fetch({});
      this._replace(answer);
      this._settle(answer);
    });
  }

  /** Have columns of a wide store come that are not here yet; answers when they are. */
  async need(keys: Iterable<string>): Promise<void> {
    const missing = new Set(this._table.more.map(({ key }) => key));
    for (const key of keys) {
      if (missing.has(key) && !this._coming.has(key)) {
        this._coming.add(key);
        this._wanted.add(key);
      }
    }
    if (this._wanted.size > 0) {
      this._bringing ??= new Promise(done => setTimeout(done, BATCH)).then(() => this._bring());
    }
    await this._bringing;
  }

  /** Ask the server which runs pass a filter that the table alone cannot judge. */
  async matching(filter: string): Promise<ReadonlySet<string>> {
    const { table } = await this._fetch({ filter, columns: [] });
    return new Set(table.ids);
  }

  /** Show the first runs unless all have come. */
  private _begin({ table, total }: IAnswer): void {
    if (this._revision === null && !this._loaded) {
      [this._table, this._total] = [table, total];
      this._loaded = true;
      this._changed.emit();
    }
  }

  private _replace({ table, total }: IAnswer): void {
    const again = [...this._loadedLater];
    [this._table, this._total] = [table, total];
    [this._loadedLater, this._coming].forEach(keys => keys.clear());
    void this.need(again);
  }

  private _settle({ revision, unsettled, progress }: IAnswer): void {
    [this._revision, this._progress] = [revision, progress];
    if (unsettled || progress?.loading) {
      this._isDirty = true; // there are tags, or runs of a server, that will be here in a moment
      this._timer ??= setTimeout(() => void this.catchUp(), SETTLING);
    }
  }

  private async _take({ table, total, removed }: IAnswer): Promise<void> {
    const further = [...this._loadedLater].filter(key => this._table.column(key) !== null);
    const merged = this._table.merged(table, removed);
    this._total = total;
    this._table = merged;
    if (further.length > 0 && table.size > 0) {
      const ids = [...table.ids];
      for (const columns of batches(further)) {
        const answer = await this._fetch({ ids, columns });
        this._table = this._table.extended(answer.table);
      }
    }
  }

  private async _bring(): Promise<void> {
    const keys = [...this._wanted];
    this._wanted.clear();
    this._bringing = null;
    try {
      for (const columns of batches(keys)) {
        const { table } = await this._fetch({ columns });
        this._table = this._table.extended(onlyLogged(table, columns));
        columns.forEach(key => this._loadedLater.add(key));
        this._changed.emit();
      }
    } finally {
      keys.forEach(key => this._coming.delete(key));
    }
  }

  private async _ask(change: () => Promise<void>): Promise<void> {
    const asking = change();
    this._asking = asking;
    try {
      await asking;
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    if (this._asking === asking) {
      this._asking = null;
    }
    this._loaded = true;
    this._changed.emit();
    if (this._isDirty && this._failure === null) {
      this._timer ??= setTimeout(() => void this.catchUp(), PAUSE);
    }
  }

  /** Ask; names and ids can be too many for an address. */
  private async _fetch({ ids, columns, ...asked }: IAsked): Promise<IAnswer> {
    const query = { deleted: this._deleted, ...asked };
    const parseAs = 'arrayBuffer' as const;
    const { data } =
      ids || columns
        ? await this._api.POST('/experiments/table', { body: { ...query, ids, columns }, parseAs })
        : await this._api.GET('/experiments/table', { params: { query }, parseAs });
    return readTable(data ?? new ArrayBuffer(0));
  }

  private _table = RunTable.empty;
  private _total = 0;
  private _revision: string | null = null;
  private _loaded = false;
  private _failure: string | null = null;
  private _progress: IProgress | null = null;
  private _isDirty = false;
  private _asking: Promise<void> | null = null;
  private _bringing: Promise<void> | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _coming = new Set<string>();
  private readonly _wanted = new Set<string>();
  private readonly _loadedLater = new Set<string>();
  private readonly _watchers = new Set<Widget>();
  private readonly _changed = new Signal<this, void>(this);
}

/** Leave out what came along; a wanted column that no run has any more is one without values. */
function onlyLogged(table: RunTable, keys: readonly string[]): RunTable {
  const wanted = new Set(['id', ...keys]);
  const columns = [...table.columns].filter(([key]) => wanted.has(key));
  return new RunTable(table.size, new Map<string, Column>(columns));
}

function batches(keys: readonly string[]): string[][] {
  const count = Math.ceil(keys.length / COLUMNS);
  return Array.from({ length: count }, (_, place) =>
    keys.slice(place * COLUMNS, (place + 1) * COLUMNS)
  );
}
