import type { Schemas } from '../api';
import type { Job } from './model';

type JobEvent = Schemas['JobEvent'];

/** One code cell of a job. */
export interface ICell {
  readonly number: number;
  /** The first line of its source. */
  readonly title: string;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'stopped';
  readonly startedAt: string | null;
  readonly seconds: number | null;
  /** Bytes that the kernel occupied at its end. */
  readonly memory: number | null;
  /** What it has printed. */
  readonly output: string;
  /** The same cell in the attempt before; a resumed job keeps what ended then. */
  readonly earlier: ICell | null;
}

/** Something that happened to the job as a whole. */
export interface ITurn {
  readonly kind: 'retry' | 'resumed';
  readonly at: string;
  /** Why it is tried again, if it is. */
  readonly text: string;
  readonly cell: number | null;
}

const OUTPUT_LENGTH = 100_000;

/** Return the cells as they are after an event. */
export function after(cells: readonly ICell[], event: JobEvent): readonly ICell[] {
  if (event.kind === 'planned') {
    return (event.titles ?? []).map((title, index) => waiting(index + 1, title, cells[index]));
  }
  if (event.kind === 'resumed') {
    const from = event.cell ?? 1;
    return cells.map(cell =>
      cell.number < from ? (cell.earlier ?? cell) : waiting(cell.number, cell.title)
    );
  }
  const index = (event.cell ?? 0) - 1;
  const cell = cells[index];
  if (!cell) {
    return cells;
  }
  const changed = [...cells];
  changed[index] = { ...cell, ...change(cell, event) };
  return changed;
}

/** Return what an event means for the job as a whole; null if it is about a cell. */
export function turnOf({ kind, at, text, cell }: JobEvent): ITurn | null {
  return kind === 'retry' || kind === 'resumed' ? { kind, at, text: text ?? '', cell } : null;
}

/** The cell that ran when a job was stopped or lost has not gone on since. */
export function settled(cell: ICell, job: Job): ICell {
  if (job.state === 'stopped' && (cell.state === 'running' || cell.state === 'failed')) {
    return { ...cell, state: 'stopped' };
  }
  return cell.state === 'running' ? { ...cell, state: 'failed' } : cell;
}

/** Let carriage returns do what they do in a terminal: what follows stands in place of the line. */
export function printed(text: string): string {
  return text.includes('\r') ? text.replace(/\r+\n/g, '\n').replace(/[^\n]*\r(?!$)/g, '') : text;
}

function waiting(number: number, title: string, before: ICell | null = null): ICell {
  return {
    number,
    title,
    state: 'queued',
    startedAt: null,
    seconds: null,
    memory: null,
    output: '',
    earlier: before && { ...before, earlier: null }
  };
}

function change(cell: ICell, { kind, at, text, seconds, memory }: JobEvent): Partial<ICell> {
  switch (kind) {
    case 'started':
      return { state: 'running', startedAt: at };
    case 'output':
      return { output: printed(cell.output + (text ?? '')).slice(-OUTPUT_LENGTH) };
    case 'done':
      return { state: 'succeeded', seconds, memory };
    case 'failed':
      return { state: 'failed', seconds, memory };
    default:
      return {};
  }
}
