import { Signal, type ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { ApiError, type Api, type Changed, type Schemas } from '../api';
import { ApiSource } from './chart-source';
import type { ICurve } from './plot-curves-shape';
import { SummaryWidget } from './summary-widget';
import { RunOutput, type IOutputContext } from './widget-output';

export const SUMMARY = 'application/vnd.mlstudio.summary+json';

const PAUSE = 300;
const POINTS = 60;
const NOT_FOUND = 404;

/** A run as the server knows it, and how its metrics developed. */
export class StoredSummary {
  constructor(
    readonly id: string,
    private readonly _api: Api
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get run(): Schemas['Run'] | null {
    return this._run;
  }

  get curves(): ReadonlyMap<string, ICurve> {
    return this._curves;
  }

  /** Ask for the run; answers whether there is one. */
  async ask(): Promise<boolean> {
    const path = { id: this.id };
    try {
      const { data } = await this._api.GET('/experiments/runs/{id}', { params: { path } });
      const metrics = (data?.metrics ?? []).map(({ name }) => name);
      const source = new ApiSource(this._api);
      const curves = metrics.length > 0 ? await source.curves([this.id], metrics, POINTS) : [];
      this._run = data && !data.deleted ? data : null;
      this._curves = new Map(curves.map(curve => [curve.metric, curve]));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === NOT_FOUND)) {
        throw error;
      }
      this._run = null;
    }
    this._changed.emit();
    return this._run !== null;
  }

  /** Take note of a change; what changed within a moment is asked for together. */
  note({ kind, id }: Changed): void {
    if (kind === 'run' && (id === '*' || id === this.id)) {
      this._timer ??= setTimeout(() => {
        this._timer = undefined;
        void this.ask().catch(() => false); // without an answer, what is shown stays
      }, PAUSE);
    }
  }

  dispose(): void {
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  private _run: Schemas['Run'] | null = null;
  private _curves: ReadonlyMap<string, ICurve> = new Map();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _changed = new Signal<this, void>(this);
}

/** The run of `studio.summary(run)` in a notebook. */
export class SummaryRenderer extends RunOutput {
  constructor(context: IOutputContext) {
    super(context, SUMMARY);
    context.studio.changed.connect(this._note, this);
  }

  override dispose(): void {
    this.context.studio.changed.disconnect(this._note, this);
    super.dispose();
  }

  protected async drawn(kept: unknown): Promise<Widget | null> {
    this.forget();
    const { run } = (kept ?? {}) as { run?: unknown };
    if (typeof run !== 'string') {
      return null;
    }
    const { studio, trans, openRun } = this.context;
    const summary = new StoredSummary(run, studio.api);
    this._summary = summary;
    return (await summary.ask()) ? new SummaryWidget(summary, trans, () => openRun(run)) : null;
  }

  protected takes(kept: unknown): boolean {
    return this._summary?.id === (kept as { run?: unknown } | null)?.run;
  }

  protected forget(): void {
    this._summary?.dispose();
    this._summary = null;
  }

  private _note(_: unknown, change: Changed): void {
    this._summary?.note(change);
  }

  private _summary: StoredSummary | null = null;
}
