import type { AlignedData } from 'uplot';

import type { Series } from './run';

/** How charts are drawn. */
export interface IChartLook {
  /** Whether the vertical axis counts in powers of ten. */
  logarithmic: boolean;
  /** How much is smoothed away, from 0 (nothing) to below 1. */
  smoothing: number;
}

/** Colours that people with any colour sight can tell apart, on light and on dark ground. */
export const COLOURS = [
  '#2b8fd9',
  '#e08e0b',
  '#0f9d76',
  '#cf5ea2',
  '#d8602c',
  '#8578dd',
  '#9d9a1c',
  '#5bb0cf'
] as const;

/** The colour of the run at a place in a comparison. */
export function colourAt(place: number): string {
  return COLOURS[place % COLOURS.length] ?? COLOURS[0];
}

/** Tell whether the points have steps that say something; if not, they are drawn over time. */
export function hasSteps(series: readonly Series[]): boolean {
  return series.some(({ steps }) => steps.some(step => step !== steps[0]));
}

/**
 * Bring series onto one horizontal axis, as uPlot wants them: the axis, then for each series the line, and
 * the smallest and largest values around it.
 */
export function aligned(series: readonly Series[], look: IChartLook): AlignedData {
  const bySteps = hasSteps(series);
  const axes = series.map(one => (bySteps ? one.steps : one.times.map(time => time / 1000)));
  const axis = [...new Set(axes.flat())].sort((a, b) => a - b);
  const place = new Map(axis.map((x, index) => [x, index]));
  const spread = (
    values: readonly (number | null)[],
    xs: readonly number[]
  ): (number | null | undefined)[] => {
    const line = new Array<number | null | undefined>(axis.length); // undefined: no point here; null: a gap
    values.forEach((value, index) => {
      line[place.get(xs[index] ?? 0) ?? 0] = drawable(value, look);
    });
    return line;
  };
  const lines = series.flatMap(({ values, low, high }, index) => {
    const xs = axes[index] ?? [];
    return [
      spread(smooth(values, look.smoothing), xs),
      spread(low ?? values, xs),
      spread(high ?? values, xs)
    ];
  });
  return [axis, ...lines] as AlignedData; // uPlot's own type knows no sparse lines of this kind
}

/** Smooth by a running mean whose past fades; corrected for having no past at the beginning. */
export function smooth(values: readonly (number | null)[], amount: number): (number | null)[] {
  let [mean, weight] = [0, 0];
  return values.map(value => {
    if (value === null || amount <= 0) {
      return value;
    }
    mean = mean * amount + value * (1 - amount);
    weight = weight * amount + (1 - amount);
    return mean / weight;
  });
}

function drawable(value: number | null, look: IChartLook): number | null {
  return value !== null && look.logarithmic && value <= 0 ? null : value;
}
