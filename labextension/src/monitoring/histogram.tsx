import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { number, percent } from '../ui';
import type { Spread } from './monitor';

const WIDTH = 240;
const HEIGHT = 100;
const GAP = 0.12; // of the width of a bar

export interface IHistogramProps {
  histogram: Spread;
  /** The column, for screen readers. */
  name: string;
  /** Whether it is drawn small, without an axis. */
  small?: boolean;
  trans: TranslationBundle;
}

/** How live values are spread, over how those of training were. */
export function Histogram(props: IHistogramProps): React.JSX.Element {
  const { histogram, name, small = false, trans } = props;
  const { training, live } = histogram;
  const top = Math.max(...training, ...live, 0) || 1;
  return (
    <figure className="jp-mlstudio-Histogram" data-small={small}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={trans.__('Values of %1, live and in training', name)}
      >
        {training.map((share, index) => (
          <g key={index}>
            <Bar tone="training" index={index} count={training.length} share={share / top} />
            <Bar
              tone="live"
              index={index}
              count={training.length}
              share={(live[index] ?? 0) / top}
            />
            {small ? null : (
              <rect
                className="jp-mlstudio-Histogram-bin"
                x={(index * WIDTH) / training.length}
                width={WIDTH / training.length}
                height={HEIGHT}
              >
                <title>{binWords(histogram, index, trans)}</title>
              </rect>
            )}
          </g>
        ))}
      </svg>
      {small ? null : <Axis histogram={histogram} />}
    </figure>
  );
}

interface IBarProps {
  tone: 'training' | 'live';
  index: number;
  count: number;
  /** Of the highest bar. */
  share: number;
}

function Bar({ tone, index, count, share }: IBarProps): React.JSX.Element {
  const width = WIDTH / count;
  const height = share > 0 ? Math.max(share * (HEIGHT - 4), 1) : 0;
  const inset = tone === 'live' ? width * 2 * GAP : width * GAP;
  return (
    <rect
      data-tone={tone}
      x={index * width + inset}
      y={HEIGHT - height}
      width={width - 2 * inset}
      height={height}
    />
  );
}

function Axis({ histogram }: { histogram: Spread }): React.JSX.Element {
  const { edges, labels } = histogram;
  if (labels) {
    return (
      <figcaption className="jp-mlstudio-Histogram-labels">
        {labels.map(label => (
          <span key={label} title={label}>
            {label}
          </span>
        ))}
      </figcaption>
    );
  }
  const [first, last] = [edges?.[0], edges?.[edges.length - 1]];
  return (
    <figcaption>
      <span>{number(first)}</span>
      <span>{number(last)}</span>
    </figcaption>
  );
}

/** Say what a bar stands for, with its shares. */
export function binWords(
  { edges, labels, training, live }: Spread,
  index: number,
  trans: TranslationBundle
): string {
  const values =
    labels?.[index] ?? trans.__('%1 to %2', number(edges?.[index]), number(edges?.[index + 1]));
  const before = percent(training[index] ?? 0);
  return trans.__('%1: live %2, in training %3', values, percent(live[index] ?? 0), before);
}

/** Says which colour stands for what. */
export function Legend({ trans }: { trans: TranslationBundle }): React.JSX.Element {
  return (
    <p className="jp-mlstudio-Legend">
      <i data-tone="live" aria-hidden /> {trans.__('live')}
      <i data-tone="training" aria-hidden /> {trans.__('training')}
    </p>
  );
}
