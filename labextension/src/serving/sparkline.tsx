import * as React from 'react';

const WIDTH = 200;
const HEIGHT = 36;

export interface ISeries {
  /** What the line shows. */
  readonly name: string;
  /** One value a moment; null where there is none. */
  readonly values: readonly (number | null)[];
  /** How the line looks. */
  readonly tone: 'main' | 'second' | 'bad';
  /** Writes a value with its unit. */
  readonly format: (value: number | null) => string;
  /** Whether the line has a scale of its own, since its unit is another. */
  readonly alone?: boolean;
}

export interface ISparklineProps {
  /** What is measured. */
  title: string;
  /** The moments, as the tooltip shows them. */
  times: readonly string[];
  series: readonly ISeries[];
  /** What is written big while the pointer is elsewhere. */
  now: string;
  /** What is written beside the title while the pointer is elsewhere. */
  note?: string;
}

/** A small chart over the last minutes: the value now, and under the pointer or the arrow keys the value then. */
export function Sparkline(props: ISparklineProps): React.JSX.Element {
  const { title, times, series, now, note = '' } = props;
  const [chosen, setChosen] = React.useState<number | null>(null);
  const last = times.length - 1;
  const then = chosen !== null && chosen <= last ? chosen : null;
  const choose = (event: React.PointerEvent<SVGSVGElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left) / Math.max(width, 1);
    setChosen(Math.max(0, Math.min(last, Math.round(share * last))));
  };
  const walk = (event: React.KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step !== undefined) {
      setChosen(Math.max(0, Math.min(last, (then ?? last + 1) + step)));
      event.preventDefault();
    }
  };
  return (
    <figure className="jp-mlstudio-Sparkline">
      <figcaption>
        <span>{title}</span>
        <span className="jp-mlstudio-Sparkline-time">{then === null ? note : times[then]}</span>
      </figcaption>
      <output>
        {then === null
          ? now
          : series.map(({ values, format }) => format(values[then] ?? null)).join(' / ')}
      </output>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        tabIndex={0}
        aria-label={`${title}: ${now}`}
        onPointerMove={choose}
        onPointerLeave={() => setChosen(null)}
        onKeyDown={walk}
        onBlur={() => setChosen(null)}
      >
        <Lines series={series} />
        {then === null ? null : <Cursor x={across(then, times.length)} />}
      </svg>
    </figure>
  );
}

/** A line without anything around it, for a row of a list. */
export function Trace({ values }: { values: readonly number[] }): React.JSX.Element {
  return (
    <svg
      className="jp-mlstudio-Trace"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <path data-tone={values.some(Boolean) ? 'main' : 'none'} d={line(values, topOf([values]))} />
    </svg>
  );
}

function Lines({ series }: { series: readonly ISeries[] }): React.JSX.Element {
  const shared = topOf(series.filter(({ alone }) => !alone).map(({ values }) => values));
  return (
    <>
      <line className="jp-mlstudio-Sparkline-axis" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
      {series.map(({ name, values, tone, alone }) => (
        <React.Fragment key={name}>
          <path
            data-tone={values.some(Boolean) ? tone : 'none'}
            d={line(values, alone ? topOf([values]) : shared)}
          />
          <path
            className="jp-mod-dots"
            data-tone={tone}
            d={dots(values, alone ? topOf([values]) : shared)}
          />
        </React.Fragment>
      ))}
    </>
  );
}

function topOf(lines: readonly (readonly (number | null)[])[]): number {
  return Math.max(...lines.flatMap(values => values.map(value => value ?? 0)), 0) || 1;
}

function Cursor({ x }: { x: number }): React.JSX.Element {
  return <line className="jp-mlstudio-Sparkline-cursor" x1={x} x2={x} y2={HEIGHT} />;
}

/** Draw values as a path; a moment without a value interrupts it. */
export function line(values: readonly (number | null)[], top: number): string {
  return values
    .map((value, index) => {
      if (value === null || isAlone(values, index)) {
        return '';
      }
      const begins = index === 0 || values[index - 1] === null;
      return `${begins ? 'M' : 'L'}${point(value, index, values.length, top)}`;
    })
    .join('');
}

/** Draw the values that no line can show, since there is none before and none after them. */
export function dots(values: readonly (number | null)[], top: number): string {
  return values
    .map((value, index) =>
      value !== null && isAlone(values, index)
        ? `M${point(value, index, values.length, top)}h0.01`
        : ''
    )
    .join('');
}

function isAlone(values: readonly (number | null)[], index: number): boolean {
  return (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
}

function point(value: number, index: number, count: number, top: number): string {
  const y = HEIGHT - 2 - (value / top) * (HEIGHT - 5);
  return `${across(index, count)} ${y.toFixed(1)}`;
}

function across(index: number, count: number): number {
  return Math.round((index / Math.max(count - 1, 1)) * WIDTH * 10) / 10;
}
