import type { Schemas } from '../api';

export type By = NonNullable<Schemas['ChartSpec']['by']>;

/** A metric of a run as it developed; in buckets, with the smallest and largest value of each, when it is long. */
export interface ICurve {
  readonly run: string;
  readonly metric: string;
  /** How many points were logged. */
  readonly total: number;
  readonly steps: Float64Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly low: Float64Array | null;
  readonly high: Float64Array | null;
}

/** How curves are drawn. */
export interface ICurvesLook {
  readonly by: By;
  readonly smoothing: number;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly envelope: boolean;
}

/** A curve on its axis. */
export interface ITrace {
  readonly curve: ICurve;
  readonly xs: Float64Array;
  /** What the line follows: smoothed, if that was asked for. */
  readonly ys: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Whether low and high say more than the line. */
  readonly hasBand: boolean;
}

export type Range = readonly [min: number, max: number];

/** Put a curve on the axis that was asked for; seconds for times. */
export function traceOf(curve: ICurve, look: ICurvesLook): ITrace {
  const xs = axisOf(curve, look.by);
  const ys = smoothed(curve.values, look.smoothing);
  const [low, high] = [curve.low ?? curve.values, curve.high ?? curve.values];
  const hasBand = curve.low !== null || look.smoothing > 0;
  return { curve, xs, ys, low, high, hasBand };
}

/** Smooth by a running mean whose past fades, corrected for having no past at the beginning; gaps stay gaps. */
export function smoothed(values: Float64Array, amount: number): Float64Array {
  if (amount <= 0) {
    return values;
  }
  let [mean, weight] = [0, 0];
  return values.map(value => {
    if (!Number.isFinite(value)) {
      return value;
    }
    mean = mean * amount + value * (1 - amount);
    weight = weight * amount + (1 - amount);
    return mean / weight;
  });
}

/** From where to where the curves go along their axis. */
export function widthOf(traces: readonly ITrace[], isLog: boolean): Range {
  let [min, max] = [Infinity, -Infinity];
  for (const { xs } of traces) {
    for (const x of xs) {
      if (!isLog || x > 0) {
        min = Math.min(min, x);
        max = Math.max(max, x);
      }
    }
  }
  return roomy(min, max, isLog, 0);
}

/** From where to where the values go that are seen between two places of the axis. */
export function heightOf(
  traces: readonly ITrace[],
  look: ICurvesLook,
  [first, last]: Range
): Range {
  let [min, max] = [Infinity, -Infinity];
  const see = (y: number): void => {
    if (Number.isFinite(y) && (!look.logY || y > 0)) {
      min = Math.min(min, y);
      max = Math.max(max, y);
    }
  };
  for (const { xs, ys, low, high } of traces) {
    const begin = Math.max(0, placeOf(xs, first) - 1);
    for (let i = begin; i < xs.length && (xs[i] as number) <= last; i++) {
      see(ys[i] as number);
      if (look.envelope) {
        see(low[i] as number);
        see(high[i] as number);
      }
    }
  }
  return roomy(min, max, look.logY, 0.05);
}

/** The first place in sorted numbers that is not below a value. */
export function placeOf(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The place of the sorted number that is nearest to a value; -1 if there is none. */
export function nearest(sorted: Float64Array, value: number): number {
  const place = placeOf(sorted, value);
  if (place === sorted.length) {
    return place - 1;
  }
  const before = place > 0 ? value - (sorted[place - 1] as number) : Infinity;
  return before < (sorted[place] as number) - value ? place - 1 : place;
}

/** Whether the points have steps that say something; if not, time says more. */
export function hasSteps(curves: readonly ICurve[]): boolean {
  return curves.some(({ steps }) => steps.some(step => step !== steps[0]));
}

function axisOf({ steps, times }: ICurve, by: By): Float64Array {
  if (by === 'step') {
    return steps;
  }
  const begin = by === 'relative' ? (times[0] ?? 0) : 0;
  let latest = -Infinity; // clocks may be set back; a line may not
  return times.map(time => (latest = Math.max(latest, (time - begin) / 1000)));
}

function roomy(min: number, max: number, isLog: boolean, share: number): Range {
  if (min > max) {
    return isLog ? [1, 10] : [0, 1];
  }
  if (isLog) {
    const room = max > min ? Math.pow(max / min, share) : 3;
    return [min / room, max * room];
  }
  const room = max > min ? (max - min) * share : Math.abs(max) * 0.1 || 1;
  return [min - room, max + room];
}
