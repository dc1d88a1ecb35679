import type { EChartsOption } from 'echarts';
import {
  BarChart,
  BoxplotChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ParallelChart,
  ScatterChart
} from 'echarts/charts';
import {
  BrushComponent,
  GridComponent,
  ParallelComponent,
  TitleComponent,
  ToolboxComponent,
  TooltipComponent,
  VisualMapComponent
} from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

import { onGround, themeAt, type IChartRuns, type IPlot } from './plot';

use([
  ...[BarChart, BoxplotChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart],
  ...[BrushComponent, GridComponent, ParallelComponent, TitleComponent, ToolboxComponent],
  ...[TooltipComponent, VisualMapComponent, CanvasRenderer]
]);

/** What a plot of ECharts is made of. */
export interface IDrawing {
  readonly option: EChartsOption;
  /** By the id of a series, the run of each of its items; a single one where the whole series is one run. */
  readonly runs: ReadonlyMap<string, readonly string[]>;
  /** Whether dragging chooses runs. */
  readonly brush?: 'parallel' | 'area';
}

const MANY = 3000;

/** A chart of ECharts whose items are runs. */
export class EchartsPlot implements IPlot {
  constructor(
    private readonly _place: HTMLElement,
    private readonly _runs: IChartRuns
  ) {
    this._chart = init(_place, null, { renderer: 'canvas' });
    this._chart.on('click', event => this._withRun(event, id => this._runs.toggle(id)));
    this._chart.on('mouseover', event => this._withRun(event, id => this._point(id)));
    this._chart.on('mouseout', () => this._point(null));
    this._chart.on('globalout', () => this._point(null));
    this._chart.on('axisareaselected', () => this._brushParallel());
    this._chart.on('brushEnd', event => this._brushArea(event));
    this._chart.getZr().on('click', ({ target }) => {
      if (!target && this._drawing?.brush === 'area' && this._hasBrush) {
        this._unbrush();
        this._runs.brush(null);
      }
    });
  }

  /** Draw; a brush that is set stays as long as what it lies on stays. */
  update(drawing: IDrawing, isSame: boolean): void {
    this._drawing = drawing;
    this._chart.setOption(drawing.option, { notMerge: !isSame, lazyUpdate: false });
    if (this._hasBrush && this._runs.isBrushed === false) {
      this._unbrush(); // the table shows everything again
    }
    if (drawing.brush === 'area') {
      this._chart.dispatchAction({
        type: 'takeGlobalCursor',
        key: 'brush',
        brushOption: { brushType: 'rect', brushMode: 'single' }
      });
    }
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this._place;
    if (width > 0 && (this._chart.getWidth() !== width || this._chart.getHeight() !== height)) {
      this._chart.resize({ width, height });
    }
  }

  highlight(id: string | null): void {
    if (id === this._marked) {
      return;
    }
    this._marked = id;
    this._chart.dispatchAction({ type: 'downplay' });
    for (const [seriesId, ids] of this._drawing?.runs ?? []) {
      const dataIndex = id === null || ids.length > MANY ? -1 : ids.indexOf(id);
      if (dataIndex >= 0) {
        const where = ids.length === 1 ? { seriesId } : { seriesId, dataIndex };
        this._chart.dispatchAction({ type: 'highlight', ...where });
      }
    }
  }

  picture(): HTMLCanvasElement {
    const { ground } = themeAt(this._place);
    return onGround(this._chart.renderToCanvas({ pixelRatio: devicePixelRatio }), ground);
  }

  dispose(): void {
    this._chart.clear();
    this._chart.getZr().refreshImmediately(); // what is drawn bit by bit would go on after the end, and fail
    this._chart.dispose();
  }

  private _point(id: string | null): void {
    this._marked = id;
    if (this._runs.highlighted !== id) {
      this._runs.highlighted = id;
    }
  }

  private _withRun(event: unknown, act: (id: string) => void): void {
    const { seriesId, dataIndex } = event as { seriesId?: string; dataIndex?: number };
    const ids = this._drawing?.runs.get(seriesId ?? '');
    const id = ids?.length === 1 ? ids[0] : ids?.[dataIndex ?? -1];
    if (id !== undefined) {
      act(id);
    }
  }

  private _brushParallel(): void {
    // Which lines are active is known to the model of the series alone; its type is not public.
    const { getModel } = this._chart as unknown as { getModel: () => IGlobalModel };
    const [series] = getModel.call(this._chart).getSeriesByType('parallel');
    const ids = this._drawing?.runs.get('runs') ?? [];
    const active = series?.getRawIndicesByActiveState('active') ?? [];
    const isAll = active.length === 0 && !this._isBrushed(getModel.call(this._chart));
    this._hasBrush = !isAll;
    this._runs.brush(isAll ? null : active.map(place => ids[place] ?? ''));
  }

  private _unbrush(): void {
    this._hasBrush = false;
    if (this._drawing?.brush === 'area') {
      this._chart.dispatchAction({ type: 'brush', areas: [] });
      return;
    }
    const { getModel } = this._chart as unknown as { getModel: () => IGlobalModel };
    getModel
      .call(this._chart)
      .findComponents({ mainType: 'parallelAxis' })
      .forEach((_, parallelAxisIndex) =>
        this._chart.dispatchAction({ type: 'axisAreaSelect', parallelAxisIndex, intervals: [] })
      );
  }

  private _isBrushed(model: IGlobalModel): boolean {
    return model
      .findComponents({ mainType: 'parallelAxis' })
      .some(axis => axis.activeIntervals.length > 0);
  }

  private _brushArea(event: unknown): void {
    const { areas } = event as { areas?: readonly { coordRange?: unknown }[] };
    const range = areas?.[0]?.coordRange as [[number, number], [number, number]] | undefined;
    const ids = this._drawing?.runs.get('runs') ?? [];
    const series = (this._drawing?.option.series ?? []) as { id?: string; data?: unknown }[];
    const items = series.find(({ id }) => id === 'runs')?.data as { value: number[] }[] | undefined;
    if (!range || !items) {
      this._hasBrush = false;
      this._runs.brush(null);
      return;
    }
    this._hasBrush = true;
    const [[left, right], [low, high]] = range;
    const isIn = ({ value: [x = NaN, y = NaN] }: { value: number[] }): boolean =>
      x >= left && x <= right && y >= low && y <= high;
    this._runs.brush(ids.filter((_, place) => items[place] && isIn(items[place])));
  }

  private readonly _chart: EChartsType;
  private _drawing: IDrawing | null = null;
  private _marked: string | null = null;
  private _hasBrush = false;
}

interface IGlobalModel {
  getSeriesByType: (
    type: string
  ) => { getRawIndicesByActiveState: (state: string) => readonly number[] }[];
  findComponents: (condition: object) => { activeIntervals: readonly unknown[] }[];
}
