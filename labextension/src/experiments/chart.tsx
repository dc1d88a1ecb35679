import * as React from 'react';
import type uPlot from 'uplot';

import { number } from '../ui';
import { aligned, colourAt, hasSteps, type IChartLook } from './lines';
import type { Series } from './run';

const HEIGHT = 180;
const FAINT = '38'; // the alpha of a band or of what lies behind a smoothed line

export interface IChartProps {
  /** What is drawn, for screen readers. */
  label: string;
  series: readonly Series[];
  /** A name for each series. */
  names: readonly string[];
  /** What the horizontal axis shows, when it shows steps. */
  stepLabel: string;
  look: IChartLook;
  /** Changes when the colours of the theme have changed. */
  theme: string;
}

/** Metrics over steps, or over time where there are none. Drag to zoom, double-click to see everything again. */
export function Chart(props: IChartProps): React.JSX.Element {
  const { label, series, look } = props;
  const place = React.useRef<HTMLDivElement>(null);
  const plot = React.useRef<uPlot | null>(null);
  const form = [
    props.names.join('\n'),
    look.logarithmic,
    look.smoothing > 0,
    hasSteps(series),
    props.theme
  ].join();
  React.useEffect(() => {
    let isGone = false;
    void import('uplot').then(({ default: UPlot }) => {
      if (place.current && !isGone) {
        plot.current = new UPlot(
          options(props, place.current),
          aligned(series, look),
          place.current
        );
      }
    });
    return () => {
      isGone = true;
      plot.current?.destroy();
      plot.current = null;
    };
  }, [form]);
  React.useEffect(() => {
    const chart = plot.current;
    if (chart) {
      chart.setData(aligned(series, look), !isZoomed(chart));
    }
  }, [series, look]);
  React.useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      plot.current?.setSize({ width: Math.floor(entry?.contentRect.width ?? 0), height: HEIGHT });
    });
    observer.observe(place.current as HTMLDivElement);
    return () => observer.disconnect();
  }, []);
  return <div className="jp-mlstudio-Chart" ref={place} role="img" aria-label={label} />;
}

function options(props: IChartProps, place: HTMLElement): uPlot.Options {
  const { series, names, look } = props;
  const bySteps = hasSteps(series);
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour('--jp-ui-font-color2'),
    font: `11px ${colour('--jp-ui-font-family')}`,
    grid: { stroke: colour('--jp-border-color2'), width: 1 },
    ticks: { show: false }
  };
  const shown = (_: uPlot, value: number | null): string => number(value);
  return {
    width: Math.max(100, place.clientWidth),
    height: HEIGHT,
    legend: { live: true, markers: { width: 2 } },
    cursor: { points: { size: 6 }, drag: { x: true, y: false } },
    scales: { x: { time: !bySteps }, y: look.logarithmic ? { distr: 3 } : {} },
    axes: [
      { ...axis, size: 30 },
      { ...axis, size: 60, values: (_, splits) => splits.map(tick) }
    ],
    series: [
      bySteps ? { label: props.stepLabel, value: shown } : {},
      ...names.flatMap((name, index) => lines(name, index, look, series[index]?.total ?? 0))
    ],
    bands: names.map((_, index) => ({
      series: [index * 3 + 3, index * 3 + 2],
      fill: `${colourAt(index)}${FAINT}`
    }))
  };
}

/** The line of a series, and the two invisible ones that its band lies between. */
function lines(name: string, index: number, look: IChartLook, total: number): uPlot.Series[] {
  const stroke = colourAt(index);
  const edge: uPlot.Series = {
    label: '',
    stroke: look.smoothing > 0 ? `${stroke}${FAINT}` : 'transparent',
    width: 1,
    points: { show: false },
    class: 'jp-mlstudio-Chart-edge',
    spanGaps: false
  };
  const line: uPlot.Series = {
    label: name,
    stroke,
    width: 1.5,
    points: { show: total < 40, size: 4, fill: stroke },
    value: (_, value) => number(value)
  };
  return [line, edge, edge];
}

function isZoomed(chart: uPlot): boolean {
  const [axis] = chart.data;
  const { min, max } = chart.scales['x'] ?? {};
  return (
    axis.length > 1 &&
    ((min ?? -Infinity) > (axis[0] ?? 0) || (max ?? Infinity) < (axis[axis.length - 1] ?? 0))
  );
}

function tick(value: number | null): string {
  return value === null ? '' : number(value);
}
