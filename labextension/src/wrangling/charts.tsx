import * as React from 'react';

import { number, percent } from '../ui';

export interface IBarLine {
  label: string;
  /** How long the bar is, 0 to 1. */
  share: number;
  /** A second, thinner bar. */
  thin?: number | null;
  /** A mark at a place along the bar, 0 to 1. */
  tick?: number | null;
  text: string;
  title?: string;
  /** Draw the bar in a quiet colour. */
  quiet?: boolean;
  onOpen?: () => void;
}

/** Bars that lie, each with its name before and its figure behind it. */
export function LyingBars(props: { label: string; lines: readonly IBarLine[] }): React.JSX.Element {
  return (
    <ul className="jp-mlstudio-Wrangling-lying" aria-label={props.label}>
      {props.lines.map(line => (
        <LyingBar key={line.label} {...line} />
      ))}
    </ul>
  );
}

export function LyingBar(line: IBarLine): React.JSX.Element {
  const { label, share, thin, tick, text, title, quiet, onOpen } = line;
  return (
    <li title={title} data-quiet={quiet}>
      {onOpen ? (
        <button type="button" className="jp-mlstudio-Link" onClick={onOpen}>
          {label}
        </button>
      ) : (
        <span>{label}</span>
      )}
      <i aria-hidden>
        <b style={{ width: `${clamp(share) * 100}%` }} />
        {thin === undefined || thin === null ? null : (
          <b className="jp-mod-thin" style={{ width: `${clamp(thin) * 100}%` }} />
        )}
        {tick === undefined || tick === null ? null : (
          <u style={{ left: `${clamp(tick) * 100}%` }} />
        )}
      </i>
      <em>{text}</em>
    </li>
  );
}

interface IStandingProps {
  label: string;
  bars: readonly { label: string; count: number }[];
}

/** Bars that stand beside one another; the first and the last are named below, all in their tooltips. */
export function StandingBars({ label, bars }: IStandingProps): React.JSX.Element {
  const highest = Math.max(...bars.map(({ count }) => count), 1);
  const all = bars.reduce((sum, { count }) => sum + count, 0) || 1;
  return (
    <figure className="jp-mlstudio-Wrangling-standing" role="img" aria-label={label}>
      <div>
        {bars.map((bar, at) => (
          <span
            key={at}
            title={`${bar.label}: ${number(bar.count)} (${percent(bar.count / all)})`}
            style={{ height: `${Math.max((bar.count / highest) * 100, bar.count ? 1 : 0)}%` }}
          />
        ))}
      </div>
      <figcaption>
        <span>{bars[0]?.label}</span>
        <span>{bars.length > 1 ? bars[bars.length - 1]?.label : ''}</span>
      </figcaption>
    </figure>
  );
}

interface IMatrixProps {
  label: string;
  rows: readonly string[];
  columns: readonly string[];
  /** How dark a cell is, -1 to 1; null leaves it empty. */
  shade: (row: number, column: number) => number | null;
  text: (row: number, column: number) => string;
  title?: (row: number, column: number) => string;
  /** Turn the names of the columns, where there are many. */
  dense?: boolean;
}

/** A table whose cells are shaded by their values. */
export function Matrix(props: IMatrixProps): React.JSX.Element {
  const { label, rows, columns, shade, text, title, dense } = props;
  return (
    <table className="jp-mlstudio-Wrangling-matrix" aria-label={label} data-dense={dense}>
      <thead>
        <tr>
          <td />
          {columns.map(name => (
            <th key={name} scope="col" title={name}>
              <span>{name}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((name, row) => (
          <tr key={name}>
            <th scope="row" title={name}>
              <span>{name}</span>
            </th>
            {columns.map((_, column) => {
              const dark = shade(row, column);
              return (
                <td
                  key={column}
                  title={title?.(row, column)}
                  data-sign={dark === null ? undefined : dark < 0 ? 'minus' : 'plus'}
                  style={{ ['--dark' as string]: Math.abs(dark ?? 0).toFixed(2) }}
                >
                  <span>{text(row, column)}</span>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface IPlotProps {
  label: string;
  points: readonly { x: number; y: number }[];
  /** Join the points, or leave them apart. */
  joined: boolean;
  /** Draw a line from corner to corner. */
  diagonal?: boolean;
  x: string;
  y: string;
}

const SIDE = 100;

/** Points in a square, from the smallest to the largest on both sides. */
export function Plot(props: IPlotProps): React.JSX.Element {
  const { label, points, joined, diagonal, x, y } = props;
  const [left, right] = rangeOf(points.map(point => point.x));
  const [low, high] = rangeOf(points.map(point => point.y));
  const [from, to] = diagonal ? [Math.min(left, low), Math.max(right, high)] : [null, null];
  const across = (value: number): number => SIDE * scaled(value, from ?? left, to ?? right);
  const up = (value: number): number => SIDE * (1 - scaled(value, from ?? low, to ?? high));
  return (
    <figure className="jp-mlstudio-Wrangling-plot" role="img" aria-label={label}>
      <svg viewBox={`-2 -2 ${SIDE + 4} ${SIDE + 4}`}>
        <path className="jp-mod-axis" d={`M0 0V${SIDE}H${SIDE}`} />
        {diagonal ? <path className="jp-mod-axis" d={`M0 ${SIDE}L${SIDE} 0`} /> : null}
        {joined ? (
          <polyline points={points.map(at => `${across(at.x)},${up(at.y)}`).join(' ')} />
        ) : null}
        {joined && points.length > 40
          ? null
          : points.map((at, index) => (
              <circle key={index} cx={across(at.x)} cy={up(at.y)} r={joined ? 1.6 : 1}>
                <title>{`${x} ${number(at.x)} · ${y} ${number(at.y)}`}</title>
              </circle>
            ))}
      </svg>
      <figcaption>
        <span>{`↔ ${x}: ${number(from ?? left)} … ${number(to ?? right)}`}</span>
        <span>{`↕ ${y}: ${number(from ?? low)} … ${number(to ?? high)}`}</span>
      </figcaption>
    </figure>
  );
}

function rangeOf(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  return finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
}

function scaled(value: number, low: number, high: number): number {
  return high > low ? (value - low) / (high - low) : 0.5;
}

function clamp(share: number): number {
  return Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : 0;
}
