import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';
import { Pace } from './pace';

export type SweepResults = Schemas['SweepResults'];
export type SweepRow = SweepResults['items'][number];

/** What the table of a sweep is ordered by. */
export interface IOrder {
  readonly key: string;
  readonly descending: boolean;
}

const PAUSE = 300;

/** One sweep as its view shows it: a table of its jobs with parameters and results. */
export class SweepModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    readonly id: string
  ) {
    super();
  }

  override dispose(): void {
    this._pace.dispose();
    super.dispose();
  }

  /** The sweep and its table; null before they have come. */
  get results(): SweepResults | null {
    return this._results;
  }

  /** Why they could not be had; null when they could. */
  get failure(): string | null {
    return this._failure;
  }

  get order(): IOrder {
    return this._order;
  }

  /** Order the table by a column; the same once more turns it round. */
  sort(key: string): void {
    const again = this._order.key === key;
    this._order = { key, descending: again ? !this._order.descending : false };
    this.stateChanged.emit();
  }

  /** The rows in order; those without a value come last. */
  get rows(): readonly SweepRow[] {
    const { key, descending } = this._order;
    const sign = descending ? -1 : 1;
    return [...(this._results?.items ?? [])].sort((a, b) => {
      const [one, other] = [this.value(a, key), this.value(b, key)];
      const [none, noOther] = [one === null, other === null];
      return none || noOther ? Number(none) - Number(noOther) : sign * compared(one, other);
    });
  }

  /** What a row has in a column; null if nothing. */
  value(row: SweepRow, key: string): unknown {
    const [kind, name = ''] = split(key);
    switch (kind) {
      case 'parameter':
        return row.parameters[name] ?? null;
      case 'metric':
        return row.values[this._results?.metrics.indexOf(name) ?? -1] ?? null;
      case 'state':
        return row.state;
      case 'seconds':
        return row.seconds;
      default:
        return row.number;
    }
  }

  async refresh(): Promise<void> {
    return this._pace.ask();
  }

  private async _ask(): Promise<void> {
    try {
      const { data } = await this._api.GET('/jobs/sweeps/{id}', {
        params: { path: { id: this.id } }
      });
      if (this._results === null && data?.metric) {
        const descending = data.direction === 'maximize';
        this._order = { key: `metric:${data.metric}`, descending };
      }
      this._results = data ?? null;
      this._failure = null;
    } catch (error) {
      this._failure = messageOf(error);
    }
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _results: SweepResults | null = null;
  private _failure: string | null = null;
  private _order: IOrder = { key: 'number', descending: false };
  private readonly _pace = new Pace(() => this._ask(), PAUSE);
}

function split(key: string): [string, string | undefined] {
  const place = key.indexOf(':');
  return place < 0 ? [key, undefined] : [key.slice(0, place), key.slice(place + 1)];
}

function compared(one: unknown, other: unknown): number {
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : String(one).localeCompare(String(other), undefined, { numeric: true });
}
