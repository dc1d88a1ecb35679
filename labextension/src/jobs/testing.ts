import type { Schemas } from '../api';
import type { Job } from './model';

/** A job for the specs; it has succeeded unless something else is said. */
export function job(fields: Partial<Job>): Job {
  return {
    id: 'j',
    spec: { notebook: 'a.ipynb', parameters: {} },
    name: 'a',
    state: 'succeeded',
    attempt: 1,
    created_at: '2026-01-01T10:00:00Z',
    started_at: '2026-01-01T10:00:01Z',
    ended_at: '2026-01-01T10:00:05Z',
    stop_requested_at: null,
    heartbeat_at: null,
    cells_total: 3,
    cells_done: 3,
    cell: null,
    error: null,
    output: 'jobs/a/a.ipynb',
    log_path: 'jobs/a/log.txt',
    source_digest: '0',
    generated: false,
    owner: null,
    not_before: null,
    outputs: {},
    executor: 'local',
    start: 'warm',
    kept_until: null,
    ...fields
  };
}

type Event = Schemas['JobEvent'];

/** An event for the specs. */
export function event(seq: number, kind: Event['kind'], fields: Partial<Event> = {}): Event {
  const empty = { cell: null, text: null, titles: null, seconds: null, memory: null };
  return { seq, at: '2026-01-01T10:00:02Z', kind, ...empty, ...fields };
}

/** A parameter for the specs; a whole number unless something else is said. */
export function parameter(fields: Partial<Schemas['Parameter']>): Schemas['Parameter'] {
  return {
    name: 'rows',
    type: 'int',
    nullable: false,
    default: 3,
    default_code: '3',
    literal: true,
    choices: null,
    help: '',
    ...fields
  };
}
