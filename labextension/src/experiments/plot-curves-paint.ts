import type uPlot from 'uplot';

import type { ITrace } from './plot-curves-shape';

/** Turns values into pixels of the canvas. */
export interface IMapping {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How one curve is drawn. */
export interface IStroke {
  readonly colour: string;
  readonly width: number;
  readonly alpha: number;
  readonly dash: readonly number[];
  readonly band: number;
}

const MARKS = 60;

/** Read how a plot turns values into pixels; on another canvas of the plotting area alone, from its corner. */
export function mappingOf(plot: uPlot, isOver = false): IMapping {
  const { left, top, width, height } = plot.bbox;
  const [x0, y0] = isOver ? [0, 0] : [left, top];
  const across = scaled(plot.scales['x'], x0, width);
  const up = scaled(plot.scales['y'], y0 + height, -height);
  return { x: across, y: up, left: x0, right: x0 + width, top: y0, bottom: y0 + height };
}

/** Draw a curve: its band, its line, and marks where it is no number. */
export function paint(
  context: CanvasRenderingContext2D,
  trace: ITrace,
  map: IMapping,
  stroke: IStroke
): void {
  context.strokeStyle = context.fillStyle = stroke.colour;
  context.lineWidth = stroke.width;
  context.lineJoin = 'round';
  if (stroke.band > 0 && trace.hasBand) {
    context.globalAlpha = stroke.band;
    context.fill(band(trace, map));
  }
  context.globalAlpha = stroke.alpha;
  context.setLineDash([...stroke.dash]);
  context.stroke(line(trace, map));
  context.setLineDash([]);
  lonely(context, trace, map, stroke.width);
  marks(context, trace, map);
  context.globalAlpha = 1;
}

/** The line as a path: of points that fall into one column of pixels only the first, last, lowest and highest. */
export function line({ xs, ys }: Pick<ITrace, 'xs' | 'ys'>, map: IMapping): Path2D {
  const path = new Path2D();
  let isDown = false;
  let [column, low, high, last] = [NaN, 0, 0, 0];
  const flush = (): void => {
    if (low !== high) {
      path.lineTo(column, low);
      path.lineTo(column, high);
      path.lineTo(column, last);
    }
  };
  for (let i = 0; i < xs.length; i++) {
    const y = map.y(ys[i] as number);
    if (!Number.isFinite(y)) {
      flush();
      [isDown, column, low, high] = [false, NaN, 0, 0];
      continue;
    }
    const x = Math.round(map.x(xs[i] as number));
    if (x === column) {
      [low, high, last] = [Math.min(low, y), Math.max(high, y), y];
      continue;
    }
    flush();
    if (isDown) {
      path.lineTo(x, y);
    } else if (Number.isFinite(x)) {
      path.moveTo(x, y);
    }
    [isDown, column, low, high, last] = [Number.isFinite(x), x, y, y, y];
  }
  flush();
  return path;
}

function band({ xs, low, high }: ITrace, map: IMapping): Path2D {
  const path = new Path2D();
  let begin = 0;
  for (let i = 0; i <= xs.length; i++) {
    const isEnd = i === xs.length || !isDrawn(map, low[i] as number, high[i] as number);
    if (isEnd) {
      outline(path, xs, low, high, begin, i, map);
      begin = i + 1;
    }
  }
  return path;
}

function outline(
  path: Path2D,
  xs: Float64Array,
  low: Float64Array,
  high: Float64Array,
  begin: number,
  end: number,
  map: IMapping
): void {
  if (end - begin < 2) {
    return;
  }
  path.moveTo(map.x(xs[begin] as number), map.y(high[begin] as number));
  for (let i = begin + 1; i < end; i++) {
    path.lineTo(map.x(xs[i] as number), map.y(high[i] as number));
  }
  for (let i = end - 1; i >= begin; i--) {
    path.lineTo(map.x(xs[i] as number), map.y(low[i] as number));
  }
  path.closePath();
}

/** Dots for points that have no neighbour to draw a line to, and for all where there are few. */
function lonely(
  context: CanvasRenderingContext2D,
  { xs, ys }: ITrace,
  map: IMapping,
  width: number
): void {
  const isAlone = (i: number): boolean =>
    !Number.isFinite(ys[i - 1] ?? NaN) && !Number.isFinite(ys[i + 1] ?? NaN);
  const isFew = xs.length <= 12;
  for (let i = 0; i < xs.length; i++) {
    if (isFew || isAlone(i)) {
      const [x, y] = [map.x(xs[i] as number), map.y(ys[i] as number)];
      if (Number.isFinite(x) && Number.isFinite(y)) {
        context.beginPath();
        context.arc(x, y, width * 1.6, 0, 2 * Math.PI);
        context.fill();
      }
    }
  }
}

/** Crosses at the bottom where a value was no number, arrows at the edge where it was infinite. */
function marks(context: CanvasRenderingContext2D, { xs, curve }: ITrace, map: IMapping): void {
  let drawn = 0;
  for (let i = 0; i < xs.length && drawn < MARKS; i++) {
    const value = curve.values[i] as number;
    if (!Number.isFinite(value)) {
      const isUp = value === Infinity;
      const sign = Number.isNaN(value) ? '×' : isUp ? '▲' : '▼';
      context.font = `${Math.round(11 * devicePixelRatio)}px sans-serif`;
      context.textAlign = 'center';
      context.textBaseline = isUp ? 'top' : 'bottom';
      context.fillText(sign, map.x(xs[i] as number), isUp ? map.top : map.bottom);
      drawn++;
    }
  }
}

function isDrawn(map: IMapping, low: number, high: number): boolean {
  return Number.isFinite(map.y(low)) && Number.isFinite(map.y(high));
}

function scaled(
  scale: uPlot.Scale | undefined,
  from: number,
  length: number
): (value: number) => number {
  const turn = scale?.distr === 3 ? Math.log10 : (value: number): number => value;
  const first = turn(scale?.min ?? 0);
  const factor = length / (turn(scale?.max ?? 1) - first || 1);
  return value => from + (turn(value) - first) * factor;
}
