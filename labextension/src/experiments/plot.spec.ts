import { describe, expect, it } from 'vitest';

import { boxOf, wordsOf } from './plot-columns';
import { edgesOf } from './plot-contour';
import { roundPlaces } from './plot-curves-options';
import {
  hasSteps,
  heightOf,
  nearest,
  smoothed,
  traceOf,
  widthOf,
  type ICurve,
  type ICurvesLook
} from './plot-curves-shape';
import { safe } from './plot-looks';

const LOOK: ICurvesLook = { by: 'step', smoothing: 0, logX: false, logY: false, envelope: true };

function curve(values: number[], change: Partial<ICurve> = {}): ICurve {
  const steps = Float64Array.from(values, (_, place) => place);
  return {
    ...{ run: 'a', metric: 'loss', total: values.length, steps, low: null, high: null },
    times: steps.map(step => 1000 * step),
    values: Float64Array.from(values),
    ...change
  };
}

describe('curves', () => {
  it('leave gaps where they are no number, also when smoothed', () => {
    const [first, gap, last] = smoothed(Float64Array.of(1, NaN, 1), 0.9);
    expect([first, gap, last]).toEqual([expect.closeTo(1), NaN, expect.closeTo(1)]);
  });

  it('show their spikes: the height holds the envelope', () => {
    const spiky = curve([1, 1], { low: Float64Array.of(0, 1), high: Float64Array.of(1, 9) });
    const [low, high] = heightOf([traceOf(spiky, LOOK)], LOOK, [0, 1]);
    expect([low < 0, high > 9]).toEqual([true, true]);
    expect(heightOf([traceOf(spiky, LOOK)], { ...LOOK, envelope: false }, [0, 1])[1]).toBeLessThan(
      2
    );
  });

  it('have room around a single point, and where nothing is a number', () => {
    const trace = traceOf(curve([5]), LOOK);
    expect(heightOf([trace], LOOK, [-1, 1])).toEqual([4.5, 5.5]);
    expect(heightOf([traceOf(curve([NaN, Infinity]), LOOK)], LOOK, [0, 1])).toEqual([0, 1]);
    expect(widthOf([], false)).toEqual([0, 1]);
  });

  it('leave out what a log scale cannot show', () => {
    const look = { ...LOOK, logX: true, logY: true };
    const trace = traceOf(curve([-1, 10, 1000]), look);
    expect(widthOf([trace], true)).toEqual([1, 2]);
    expect(heightOf([trace], look, [1, 2])[0]).toBeGreaterThan(0);
  });

  it('count time from their start, and never backwards', () => {
    const back = curve([1, 1, 1], { times: Float64Array.of(5000, 8000, 7000) });
    expect([...traceOf(back, { ...LOOK, by: 'relative' }).xs]).toEqual([0, 3, 3]);
    expect(hasSteps([curve([1, 2], { steps: Float64Array.of(0, 0) })])).toBe(false);
  });

  it('find the nearest point', () => {
    const steps = Float64Array.of(0, 10, 20);
    expect([-5, 4, 6, 99].map(x => nearest(steps, x))).toEqual([0, 0, 1, 2]);
    expect(nearest(new Float64Array(), 1)).toBe(-1);
  });
});

describe('boxes', () => {
  it('end where the last value within reach is, and show the rest', () => {
    const { five, outside } = boxOf([1, 2, 3, 4, 5, 100]);
    expect([five, outside]).toEqual([[1, 2.25, 3.5, 4.75, 5], [100]]);
  });
});

describe('words', () => {
  it('are in the order of their numbers', () => {
    const column = { key: 'x', name: 'x', isNumber: false, numberAt: () => NaN };
    const words = ['10', '9', '10'];
    expect(wordsOf({ ...column, textAt: place => words[place] ?? '' }, [0, 1, 2])).toEqual([
      '9',
      '10'
    ]);
  });

  it('cannot be HTML', () => {
    expect(safe('<img src=x onerror="a">&')).not.toMatch(/[<>"]/);
  });
});

describe('the tiles of a contour', () => {
  it('meet in the middle, in powers of ten where the axis has them', () => {
    const axis = { key: 'param:x', words: null, log: true, ticks: [1, 100] };
    expect(edgesOf(axis).map(edge => edge.map(Math.round))).toEqual([
      [0, 10],
      [10, 1000]
    ]);
  });
});

describe('a logarithmic axis', () => {
  it('has round places within it, whether it spans powers of ten or a part of one', () => {
    expect(roundPlaces(0.0007, 40)).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(roundPlaces(0.2024, 1.1)[0]).toBe(0.3);
    expect(roundPlaces(0.3867, 0.97).every(place => String(place).length <= 4)).toBe(true);
    expect(roundPlaces(1.01, 1.04)).toEqual([1.01, 1.02, 1.03, 1.04]);
    expect(roundPlaces(1e-200, 1e200).length).toBeLessThan(12);
  });
});
