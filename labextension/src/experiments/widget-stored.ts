import { Signal, type ISignal } from '@lumino/signaling';

import type { Api, Changed } from '../api';
import { ChartModel } from './chart-model';
import { ApiSource } from './chart-source';
import { nameOf, OF_DRAWN, type ChartSpec } from './chart-spec';
import { readTable, type RunTable } from './store-table';
import { CellRuns, type ICellRuns } from './widget-runs';

/** What a notebook keeps of a chart besides its picture. */
export interface IKeptChart {
  readonly spec: ChartSpec;
  /** Some of the runs that it showed: where none of them is known, it is a chart of other runs. */
  readonly runs: readonly string[];
}

const [MOST_DRAWN, MOST] = [100, 2000]; // as many as the kernel draws
const PAUSE = 1000;

/** A chart that a notebook keeps, drawn from what the server knows; no kernel is needed for it. */
export class StoredChart {
  constructor(
    private readonly _kept: IKeptChart,
    private readonly _api: Api
  ) {
    this._spec = _kept.spec;
    this.model = new ChartModel(told(_kept.spec), this._runs, new ApiSource(_api));
  }

  readonly model: ChartModel;

  /** Emitted when all its runs have gone. */
  get lost(): ISignal<this, void> {
    return this._lost;
  }

  /** Draw the runs differently, or others. */
  set spec(spec: ChartSpec) {
    if (JSON.stringify(spec) !== JSON.stringify(this._spec)) {
      this._spec = spec;
      this.model.spec = told(spec);
      void this.ask().catch(() => false); // what the new chart lacks, its model tells
    }
  }

  /** Find the runs; answers whether there are any. */
  async ask(): Promise<boolean> {
    const { _spec: spec } = this;
    const runs = await shownRuns(this._api, spec);
    if (spec !== this._spec) {
      return runs.ids.length > 0; // it became another chart meanwhile, which asks by itself
    }
    const { ids } = runs;
    const isKnown = ids.length > 0 && (await this._isOurs(ids));
    if (isKnown) {
      this._runs.set(runs);
    }
    return isKnown;
  }

  /** Take note of a change: values are drawn at once, which runs there are is asked in a moment. */
  note(change: Changed): void {
    const { id, kind } = change;
    this.model.note(change);
    const isMine = id === '*' || !this._spec.runs || this._runs.all.includes(id);
    if (kind === 'run' && isMine) {
      this._timer ??= setTimeout(() => void this._again(), PAUSE);
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
    this.model.dispose();
    Signal.clearData(this);
  }

  private async _again(): Promise<void> {
    this._timer = undefined;
    const isThere = await this.ask().catch(() => true); // without an answer, what is drawn stays
    if (!isThere) {
      this._lost.emit();
    }
  }

  /** Whether these are the runs that were meant: an experiment of the same name may be another one elsewhere. */
  private async _isOurs(ids: readonly string[]): Promise<boolean> {
    const { runs } = this._kept;
    if (this._isKnown || runs.length === 0 || runs.some(id => ids.includes(id))) {
      this._isKnown = true;
    } else {
      const found = await tableOf(this._api, { ids: [...runs], columns: [] });
      this._isKnown = found.size > 0;
    }
    return this._isKnown;
  }

  private _spec: ChartSpec;
  private _isKnown = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _runs = new CellRuns();
  private readonly _lost = new Signal<this, void>(this);
}

/** Ask the server for the runs of a chart, and for the columns that it draws. */
export async function shownRuns(api: Api, spec: ChartSpec): Promise<ICellRuns> {
  const { runs, experiment, filter, x, y, colour, group } = spec;
  const isOfColumns = ['parallel', 'scatter', 'box'].includes(spec.kind);
  const given = isOfColumns ? [x, y, colour, group, ...(spec.columns ?? [])] : [];
  const keys = [...new Set(given.filter((key): key is string => Boolean(key)))];
  const table = await tableOf(api, {
    ...(runs ? { ids: [...runs] } : { experiment: experiment ?? null, filter: filter ?? '' }),
    columns: keys.filter(key => key.includes(':')),
    limit: OF_DRAWN.has(spec.kind) ? MOST_DRAWN : MOST
  });
  return {
    ids: table.ids,
    names: table.ids.map((_, row) => table.nameAt(row)),
    columns: keys.flatMap(key => columnOf(table, key))
  };
}

function columnOf(table: RunTable, key: string): ICellRuns['columns'] {
  const column = table.column(key);
  if (!column) {
    return [];
  }
  const isNumber = column.isNumeric;
  const values = table.ids.map((_, row) => {
    const value = isNumber ? column.numberAt(row) : column.at(row);
    return typeof value === 'number' && !Number.isFinite(value) ? null : value;
  });
  return [{ key, name: nameOf(key), values }];
}

async function tableOf(
  api: Api,
  asked: {
    ids?: string[];
    experiment?: string | null;
    filter?: string;
    columns: string[];
    limit?: number;
  }
): Promise<RunTable> {
  const { data } = await api.POST('/experiments/table', {
    body: { deleted: false, filter: '', own: true, ...asked },
    parseAs: 'arrayBuffer'
  });
  return readTable(data ?? new ArrayBuffer(0)).table;
}

/** The chart of the runs that were found, which may be fewer than those that were asked for. */
function told(spec: ChartSpec): ChartSpec {
  return { ...spec, runs: null };
}
