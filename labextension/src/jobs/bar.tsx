import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Job } from './model';
import { progressLabel } from './words';

const MOST_TICKS = 40;

/** A progress bar made of cells: a tick each, in the colour of how it went; many cells melt into one bar. */
export function CellBar({ job, trans }: { job: Job; trans: TranslationBundle }): React.JSX.Element {
  const { cells_total: total, cells_done: done } = job;
  return (
    <span
      className="jp-mlstudio-CellBar"
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      aria-label={progressLabel(job, trans) || trans.__('No cell has run')}
      data-unknown={total === 0 && job.state === 'running' ? true : undefined}
    >
      {segments(job).map(({ state, count }, index) => (
        <i key={index} data-state={state} style={{ flexGrow: count }} />
      ))}
    </span>
  );
}

interface ISegment {
  state: string;
  count: number;
}

/** Split the cells of a job into what is drawn. */
export function segments(job: Job): ISegment[] {
  const { cells_total: total, cells_done: done, state } = job;
  if (total === 0) {
    return [{ state: 'queued', count: 1 }];
  }
  const here = done < total && state !== 'queued' ? 1 : 0;
  const parts = [
    { state: 'succeeded', count: done },
    { state: here && state === 'succeeded' ? 'queued' : state, count: here },
    { state: 'queued', count: total - done - here }
  ].filter(({ count }) => count > 0);
  return total > MOST_TICKS
    ? parts
    : parts.flatMap(part => Array.from({ length: part.count }, () => ({ ...part, count: 1 })));
}
