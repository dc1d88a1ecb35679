import type { IRenderMime } from '@jupyterlab/rendermime';
import type { Widget } from '@lumino/widgets';

import type { Changed } from '../api';
import { KINDS, type ChartSpec } from './chart-spec';
import { ChartWidget } from './chart-widget';
import { liveCharts, type ILiveChart } from './widget-live';
import { RunOutput, WIDGET, type IOutputContext } from './widget-output';
import { StoredChart, type IKeptChart } from './widget-stored';

export const CHART = 'application/vnd.mlstudio.chart+json';

/** The chart of `studio.chart(…)` in a notebook. */
export class ChartRenderer extends RunOutput {
  constructor(context: IOutputContext) {
    super(context, CHART);
    context.studio.changed.connect(this._note, this);
    liveCharts.came.connect(this._meet, this);
  }

  override dispose(): void {
    this.context.studio.changed.disconnect(this._note, this);
    liveCharts.came.disconnect(this._meet, this);
    super.dispose();
  }

  protected async drawn(kept: unknown, { data }: IRenderMime.IMimeModel): Promise<Widget | null> {
    this.forget();
    if (!isKept(kept)) {
      return null;
    }
    const { studio, trans } = this.context;
    const chart = new StoredChart(kept, studio.api);
    this._chart = chart;
    const view = data[WIDGET];
    this._id = (view as { model_id?: string } | undefined)?.model_id ?? '';
    this._meet(null, this._id);
    if (!(await chart.ask())) {
      return null;
    }
    chart.lost.connect(() => void this.redo());
    return (this._widget = new ChartWidget(chart.model, trans));
  }

  protected takes(kept: unknown): boolean {
    const isTaken = this._widget !== null && isKept(kept);
    if (isTaken && this._live === null) {
      this._become(kept.spec); // a living widget tells by itself
    }
    return isTaken;
  }

  protected forget(): void {
    this._live?.off('change:spec', this._take);
    this._chart?.dispose();
    [this._chart, this._widget, this._live] = [null, null, null];
  }

  /** Follow the widget in Python, which may have been given another chart to draw. */
  private _meet(_: unknown, id: string): void {
    const live = id === this._id ? liveCharts.get(id) : null;
    if (live && this._chart && live !== this._live) {
      this._live?.off('change:spec', this._take);
      this._live = live;
      live.on('change:spec', this._take);
      this._take();
    }
  }

  private readonly _take = (): void => {
    const spec = this._live?.get('spec') as ChartSpec | null;
    if (spec) {
      this._become(spec);
    }
  };

  private _become(spec: ChartSpec): void {
    if (this._chart) {
      this._chart.spec = spec;
    }
    if (this._widget) {
      this._widget.height = spec.tall;
    }
  }

  private _note(_: unknown, change: Changed): void {
    this._chart?.note(change);
  }

  private _chart: StoredChart | null = null;
  private _widget: ChartWidget | null = null;
  private _live: ILiveChart | null = null;
  private _id = '';
}

/** Whether this is a chart that we know how to draw: notebooks come from anywhere. */
function isKept(kept: unknown): kept is IKeptChart {
  const { spec, runs } = (kept ?? {}) as Partial<IKeptChart>;
  return KINDS.some(kind => kind === spec?.kind) && Array.isArray(runs);
}
