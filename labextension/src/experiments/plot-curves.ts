import uPlot from 'uplot';

import { number } from '../ui';
import { exactly, optionsOf } from './plot-curves-options';
import { mappingOf, paint, type IStroke } from './plot-curves-paint';
import {
  heightOf,
  nearest,
  traceOf,
  widthOf,
  type ICurve,
  type ICurvesLook,
  type ITrace,
  type Range
} from './plot-curves-shape';
import { onGround, themeAt, type IChartRuns, type IPlot } from './plot';
import { Tip, type ITipLine } from './plot-tip';

const REACH = 36;
const LISTED = 8;
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

/** Curves of many runs, drawn by ourselves on the axes, zoom and cursor of uPlot. */
export class CurvesPlot implements IPlot {
  constructor(
    private readonly _place: HTMLElement,
    private readonly _runs: IChartRuns,
    private readonly _stepLabel: string
  ) {
    this._tip = new Tip(_place);
    this._overlay.className = 'jp-mlstudio-Curves-over';
  }

  /** Draw these curves; the part that is zoomed into stays. */
  update(curves: readonly ICurve[], look: ICurvesLook): void {
    const isOther =
      !this._plot ||
      look.by !== this._look?.by ||
      look.logX !== this._look.logX ||
      look.logY !== this._look.logY;
    this._look = look;
    this._traces = curves.map(curve => traceOf(curve, look));
    this._metrics = [...new Set(curves.map(({ metric }) => metric))];
    if (isOther) {
      this._build(look);
    }
    this._fit();
  }

  /** Take the colours of the theme anew. */
  restyle(): void {
    if (this._look) {
      this._build(this._look);
      this._fit();
    }
  }

  redraw(): void {
    this._plot?.redraw(false);
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this._place;
    if (this._plot && width > 0 && (this._plot.width !== width || this._plot.height !== height)) {
      this._plot.setSize({ width, height });
    }
  }

  highlight(id: string | null): void {
    if (id !== this._marked) {
      this._marked = id;
      this._mark();
    }
  }

  picture(): HTMLCanvasElement {
    const canvas = this._plot?.ctx.canvas ?? document.createElement('canvas');
    return onGround(canvas, themeAt(this._place).ground);
  }

  /** Show everything again. */
  reset(): void {
    this._window = null;
    this._fit();
  }

  dispose(): void {
    this._tip.dispose();
    this._plot?.destroy();
    this._plot = null;
  }

  private _build(look: ICurvesLook): void {
    this._plot?.destroy();
    const options = optionsOf(look, themeAt(this._place), this._place, {
      draw: plot => this._draw(plot),
      zoom: range => {
        this._window = range;
        this._zoomed = Date.now();
        this._fit();
      },
      move: plot => this._hover(plot)
    });
    this._plot = new uPlot(
      options,
      [
        [0, 1],
        [0, 1]
      ],
      this._place
    );
    this._plot.over.appendChild(this._overlay);
    this._plot.over.addEventListener('dblclick', () => this.reset());
    this._plot.over.addEventListener('click', () => {
      if (this._near && Date.now() - this._zoomed > 300) {
        this._runs.toggle(this._near.curve.run);
      }
    });
  }

  private _fit(): void {
    const [plot, look] = [this._plot, this._look];
    if (!plot || !look) {
      return;
    }
    const all = widthOf(this._traces, look.logX);
    const [min, max] = this._window ?? (all[0] === all[1] ? [all[0] - 1, all[1] + 1] : all);
    const [low, high] = heightOf(this._traces, look, [min, max]);
    plot.batch(() => {
      plot.setScale('x', { min, max });
      plot.setScale('y', { min: low, max: high });
    });
  }

  private _draw(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const map = mappingOf(plot);
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const { selected } = this._runs;
    const isPicked = ({ curve }: ITrace): boolean => selected.has(curve.run);
    const some = this._traces.some(isPicked) && !this._traces.every(isPicked);
    for (const trace of this._traces) {
      paint(ctx, trace, map, this._stroke(trace, some && !isPicked(trace)));
    }
    ctx.restore();
    this._mark();
  }

  private _stroke({ curve }: ITrace, isBehind: boolean): IStroke {
    const many = this._traces.length > 24;
    const width = (many ? 1 : 1.6) * devicePixelRatio;
    const band = this._look?.envelope ? (many ? 0.07 : 0.16) : 0;
    return {
      colour: this._runs.colourOf(curve.run),
      width,
      alpha: isBehind ? 0.35 : many ? 0.8 : 1,
      dash: DASHES[this._metrics.indexOf(curve.metric) % DASHES.length] ?? [],
      band: isBehind ? band / 3 : band
    };
  }

  /** Draw the marked run once more on top, on a canvas of its own. */
  private _mark(): void {
    const plot = this._plot;
    const context = this._overlay.getContext('2d');
    if (!plot || !context) {
      return;
    }
    this._overlay.width = plot.bbox.width;
    this._overlay.height = plot.bbox.height;
    const map = mappingOf(plot, true);
    for (const trace of this._traces) {
      if (trace.curve.run === this._marked) {
        const stroke = this._stroke(trace, false);
        paint(context, trace, map, { ...stroke, width: 2.6 * devicePixelRatio, alpha: 1 });
      }
    }
  }

  /** Find the curve under the mouse, and say its exact values. */
  private _hover(plot: uPlot): void {
    const { left, top } = plot.cursor;
    const found = left === undefined || top === undefined || left < 0 ? null : this._at(left, top);
    this._near = found?.trace ?? null;
    if (this._runs.highlighted !== (this._near?.curve.run ?? null)) {
      this._runs.highlighted = this._near?.curve.run ?? null;
    }
    this.highlight(this._near?.curve.run ?? null);
    if (!found || !this._look || left === undefined || top === undefined) {
      this._tip.hide();
      return;
    }
    const head = exactly(found.trace.xs[found.place] ?? 0, this._look.by, this._stepLabel);
    const { offsetLeft, offsetTop } = plot.over;
    this._tip.show(left + offsetLeft, top + offsetTop, head, this._lines(found.trace, found.x));
  }

  private _at(left: number, top: number): { trace: ITrace; place: number; x: number } | null {
    const plot = this._plot as uPlot;
    const x = plot.posToVal(left, 'x');
    let best: { trace: ITrace; place: number; x: number } | null = null;
    let reach = REACH;
    for (const trace of this._traces) {
      const place = nearest(trace.xs, x);
      const across = plot.valToPos(trace.xs[place] ?? NaN, 'x') - left;
      const up = plot.valToPos(trace.ys[place] ?? NaN, 'y') - top;
      const apart = Math.hypot(Math.max(0, Math.abs(across) - 12), up);
      if (apart < reach) {
        [best, reach] = [{ trace, place, x }, apart];
      }
    }
    return best;
  }

  /** The nearest curve, and as many others as can be read, the highest first. */
  private _lines(near: ITrace, x: number): ITipLine[] {
    const others = this._traces.length <= LISTED ? this._traces : [near];
    return others
      .map(trace => ({ trace, place: nearest(trace.xs, x) }))
      .sort((a, b) => (b.trace.ys[b.place] ?? 0) - (a.trace.ys[a.place] ?? 0))
      .map(({ trace, place }) => this._line(trace, place, trace === near));
  }

  private _line(trace: ITrace, place: number, isStrong: boolean): ITipLine {
    const { curve } = trace;
    const name = this._runs.nameOf(curve.run);
    const [value, low, high] = [curve.values[place], trace.low[place], trace.high[place]];
    const band = curve.low ? ` [${number(low)} … ${number(high)}]` : '';
    return {
      colour: this._runs.colourOf(curve.run),
      name: this._metrics.length > 1 ? `${name} · ${curve.metric}` : name,
      value: `${precise(value)}${isStrong ? band : ''}`,
      isStrong: isStrong && this._traces.length > 1
    };
  }

  private _plot: uPlot | null = null;
  private _look: ICurvesLook | null = null;
  private _traces: readonly ITrace[] = [];
  private _metrics: readonly string[] = [];
  private _window: Range | null = null;
  private _marked: string | null = null;
  private _near: ITrace | null = null;
  private _zoomed = 0;
  private readonly _overlay = document.createElement('canvas');
  private readonly _tip: Tip;
}

/** Write a value with all digits that a chart cannot show. */
export function precise(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value)
    ? number(value)
    : String(Number(value.toPrecision(9)));
}
