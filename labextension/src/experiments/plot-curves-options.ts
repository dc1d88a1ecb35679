import type uPlot from 'uplot';

import { duration, number } from '../ui';
import type { By, ICurvesLook, Range } from './plot-curves-shape';
import type { IPlotTheme } from './plot';

/** What a plot of curves does beside drawing axes. */
export interface ICurvesHooks {
  draw: (plot: uPlot) => void;
  zoom: (range: Range) => void;
  move: (plot: uPlot) => void;
}

const SMALLEST_DRAG = 6;
const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const MINUTES = [1, 2, 5, 10, 15, 30].map(minutes => minutes * 60);
const HOURS = [1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672].map(hours => hours * 3600);

/** Say how uPlot is to be: axes, zoom by dragging, no legend, and nothing drawn by itself. */
export function optionsOf(
  look: ICurvesLook,
  theme: IPlotTheme,
  place: HTMLElement,
  hooks: ICurvesHooks
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: theme.faint,
    font: `11px ${theme.font}`,
    grid: { stroke: theme.line, width: 1 },
    ticks: { show: false }
  };
  const horizontal: uPlot.Axis =
    look.by === 'relative'
      ? { incrs: [...SECONDS, ...MINUTES, ...HOURS], values: (_, at) => at.map(short) }
      : look.by === 'step'
        ? { values: (_, at) => at.map(tick) }
        : {};
  return {
    width: Math.max(60, place.clientWidth),
    height: Math.max(60, place.clientHeight),
    legend: { show: false },
    padding: [8, 12, 0, 0],
    cursor: {
      points: { show: false },
      y: false,
      drag: { x: true, y: false, setScale: false }
    },
    scales: {
      x: { time: look.by === 'time', auto: false, distr: look.logX ? 3 : 1 },
      y: { auto: false, distr: look.logY ? 3 : 1 }
    },
    axes: [
      { ...axis, size: 26, gap: 4, ...horizontal, ...(look.logX ? LOGARITHMIC : {}) },
      {
        ...{ ...axis, gap: 4, size: (_, values) => widest(values) },
        ...{ values: (_, at) => at.map(tick), ...(look.logY ? LOGARITHMIC : {}) }
      }
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: {
      draw: [hooks.draw],
      setCursor: [hooks.move],
      setSelect: [plot => select(plot, hooks.zoom)]
    }
  };
}

/** The places of a logarithmic axis that are written: as round as they can be, and enough of them. */
export function roundPlaces(min: number, max: number): number[] {
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const apart = Math.max(1, Math.ceil((last - first) / 8));
  const powers = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  for (const digits of [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    const found = powers
      .filter(power => digits.length > 1 || (power - first) % apart === 0)
      .flatMap(power => digits.map(digit => Number(`${digit}e${power}`)))
      .filter(value => value >= min && value <= max);
    if (found.length >= 3) {
      return found;
    }
  }
  const step = Math.pow(10, Math.floor(Math.log10((max - min) / 2)));
  const wide = [5, 2, 1].find(times => (max - min) / (times * step) >= 2) ?? 1;
  const begin = Math.ceil(min / (wide * step));
  const count = Math.floor(max / (wide * step)) - begin + 1;
  return Array.from({ length: Math.max(0, count) }, (_, place) =>
    Number(((begin + place) * wide * step).toPrecision(12))
  );
}

/** Write a place of the axis in full. */
export function exactly(x: number, by: By, stepLabel: string): string {
  switch (by) {
    case 'time':
      return new Date(x * 1000).toLocaleString();
    case 'relative':
      return duration(x * 1000);
    default:
      return `${stepLabel} ${number(x)}`;
  }
}

const LOGARITHMIC: uPlot.Axis = {
  splits: (_plot, _axis, min, max) => roundPlaces(min, max),
  filter: (_, splits) => splits // uPlot's own leaves out what it did not place
};

function select(plot: uPlot, zoom: (range: Range) => void): void {
  const { left, width } = plot.select;
  if (width >= SMALLEST_DRAG) {
    zoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
  }
  if (width > 0) {
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }
}

function tick(value: number | null): string {
  return value === null ? '' : number(value);
}

function short(value: number | null): string {
  return value === null ? '' : value === 0 ? '0' : duration(value * 1000).replace(/\.0 s$/, ' s');
}

function widest(values: string[] | null): number {
  const longest = Math.max(2, ...(values ?? []).map(value => value?.length ?? 0));
  return Math.min(90, 14 + longest * 6.4);
}
