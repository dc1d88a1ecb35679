import * as React from 'react';

const WIDTH = 200;
const HEIGHT = 36;

export interface ISeries {
  /** What the line shows. */
  readonly label: string;
  /** One value a moment; null where there is none. */
  readonly values: readonly (number | null)[];
  /** How the line looks. */
  readonly tone: 'main' | 'second' | 'bad';
}

export interface ISparklineProps {
  /** What is measured. */
  title: string;
  /** The moments, as the tooltip shows them. */
  times: readonly string[];
  series: readonly ISeries[];
  /** Writes a value with its unit. */
  format: (value: number | null) => string;
  /** What is written big while the pointer is elsewhere. */
  now: string;
}

/** A small chart over the last minutes: the value now, and under the pointer the value then. */
export function Sparkline(props: ISparklineProps): React.JSX.Element {
  const { title, times, series, format, now } = props;
  const [chosen, setChosen] = React.useState<number | null>(null);
  const top = Math.max(...series.flatMap(({ values }) => values.map(value => value ?? 0)), 0) || 1;
  const choose = (event: React.PointerEvent<SVGSVGElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left) / Math.max(width, 1);
    setChosen(Math.max(0, Math.min(times.length - 1, Math.round(share * (times.length - 1)))));
  };
  const then = chosen !== null && chosen < times.length ? chosen : null;
  return (
    <figure className="jp-mlstudio-Sparkline">
      <figcaption>
        <span>{title}</span>
        <span className="jp-mlstudio-Sparkline-time">{then === null ? '' : times[then]}</span>
      </figcaption>
      <output>
        {then === null
          ? now
          : series.map(({ values }) => format(values[then] ?? null)).join(' / ')}
      </output>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${now}`}
        onPointerMove={choose}
        onPointerLeave={() => setChosen(null)}
      >
        <line className="jp-mlstudio-Sparkline-axis" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {series.map(({ label, values, tone }) => (
          <path key={label} data-tone={tone} d={line(values, top)} />
        ))}
        {then === null ? null : (
          <line
            className="jp-mlstudio-Sparkline-cursor"
            x1={across(then, times.length)}
            x2={across(then, times.length)}
            y2={HEIGHT}
          />
        )}
      </svg>
    </figure>
  );
}

/** Draw values as a path; a moment without a value interrupts it, and a lone one is drawn as a dot. */
export function line(values: readonly (number | null)[], top: number): string {
  return values
    .map((value, index) => {
      if (value === null) {
        return '';
      }
      const begins = index === 0 || values[index - 1] === null;
      const ends = index === values.length - 1 || values[index + 1] === null;
      const point = `${across(index, values.length)} ${(HEIGHT - 1 - (value / top) * (HEIGHT - 4)).toFixed(1)}`;
      return `${begins ? 'M' : 'L'}${point}${begins && ends ? 'h0.01' : ''}`;
    })
    .join('');
}

function across(index: number, count: number): number {
  return Math.round((index / Math.max(count - 1, 1)) * WIDTH * 10) / 10;
}
