import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes, duration, StateMark } from '../ui';
import type { ICell } from './cell';
import type { JobModel } from './detail';
import { isUnfinished, type Job } from './model';
import { useTicks } from './ticks';

interface ICellsProps {
  model: JobModel;
  job: Job;
  trans: TranslationBundle;
}

/** The code cells of a job as they go; the one chosen shows its output beside. */
export function Cells({ model, job, trans }: ICellsProps): React.JSX.Element {
  useTicks(isUnfinished(job) ? 1000 : null);
  const list = React.useRef<HTMLOListElement>(null);
  const shown = model.selected?.number;
  React.useEffect(() => {
    keepInSight(list.current?.querySelector<HTMLElement>('[aria-pressed=true]') ?? null);
  }, [shown]);
  return (
    <section className="jp-mlstudio-JobView-cells">
      <h3>{trans.__('Cells')}</h3>
      {model.cells.length === 0 ? (
        <p className="jp-mlstudio-Hint">{waitingFor(job, trans)}</p>
      ) : (
        <ol ref={list} className="jp-mlstudio-Cells" onKeyDown={onKey}>
          {model.cells.map(cell => (
            <Row key={cell.number} cell={cell} model={model} trans={trans} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Row(props: { cell: ICell; model: JobModel; trans: TranslationBundle }): React.JSX.Element {
  const { cell, model, trans } = props;
  return (
    <li>
      <button
        type="button"
        aria-pressed={model.selected?.number === cell.number}
        title={cell.title}
        onClick={() => model.select(cell.number)}
      >
        <StateMark state={cell.state} label={cellLabel(cell, trans)} />
        <span>{cell.number}</span>
        <code>{cell.title}</code>
        <span>{timeOf(cell)}</span>
        <span title={trans.__('Memory of the kernel')}>
          {cell.memory === null ? '' : bytes(cell.memory)}
        </span>
      </button>
    </li>
  );
}

function waitingFor(job: Job, trans: TranslationBundle): string {
  if (job.state === 'queued') {
    return trans.__('The job waits until others have ended.');
  }
  return isUnfinished(job) ? trans.__('The kernel is starting.') : trans.__('No cell has run.');
}

function cellLabel({ state }: ICell, trans: TranslationBundle): string {
  return {
    queued: trans.__('Waiting'),
    running: trans.__('Running'),
    succeeded: trans.__('Succeeded'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped')
  }[state];
}

function timeOf({ state, seconds, startedAt }: ICell): string {
  if (state === 'running' && startedAt !== null) {
    return duration(Math.max(0, Math.floor((Date.now() - Date.parse(startedAt)) / 1000) * 1000));
  }
  return seconds === null ? '' : duration(seconds * 1000);
}

function onKey(event: React.KeyboardEvent<HTMLOListElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) {
    return;
  }
  const rows = [...event.currentTarget.querySelectorAll('button')];
  const row = rows.findIndex(button => button === document.activeElement);
  rows[row + step]?.focus();
  rows[row + step]?.click();
  event.preventDefault();
}

/** Keep the row of a cell in sight within its list, whatever else is in sight. */
function keepInSight(row: HTMLElement | null): void {
  const list = row?.closest<HTMLElement>('.jp-mlstudio-Cells');
  if (row && list) {
    const above = row.offsetTop - list.scrollTop;
    const below = above + row.offsetHeight - list.clientHeight;
    list.scrollTop += above < 0 ? above : Math.max(0, below);
  }
}
