import type { Schemas } from '../api';
import type { Schedule } from './form-schedule';
import type { Job } from './model';
import type { Sweep } from './sweeps';

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

/** A schedule for the specs: every day at seven. */
export function schedule(fields: Partial<Schedule>): Schedule {
  return {
    id: 'c',
    spec: { job: { notebook: 'a.ipynb' }, trigger: { kind: 'cron', cron: '0 7 * * *' } },
    name: 'a',
    paused: false,
    created_at: '2026-01-01T10:00:00Z',
    words: 'Every day at 07:00',
    next: ['2026-01-02T07:00:00Z'],
    last: [],
    active: 0,
    problem: null,
    ...fields
  };
}

/** A sweep for the specs: three of its six jobs have ended. */
export function sweep(fields: Partial<Sweep>): Sweep {
  return {
    id: 'w',
    spec: { job: { notebook: 'a.ipynb' }, space: { kind: 'grid', values: { depth: [1, 2] } } },
    name: 'a',
    created_at: '2026-01-01T10:00:00Z',
    count: 6,
    counts: { queued: 2, running: 1, succeeded: 2, failed: 1, stopped: 0, removed: 0 },
    ended_at: null,
    ...fields
  };
}
