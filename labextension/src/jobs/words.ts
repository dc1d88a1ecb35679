import type { TranslationBundle } from '@jupyterlab/translation';

import { duration, number } from '../ui';
import type { Capacity, Job } from './model';

const SECOND = 1000;

/** Say how a job is going, in a word. */
export function stateLabel(job: Job, trans: TranslationBundle): string {
  if (isStopping(job)) {
    return trans.__('Stopping');
  }
  if (job.state === 'queued' && job.attempt > 0) {
    return trans.__('Waiting to be tried again');
  }
  return wordOf(job.state, trans);
}

/** Say a state of a job or of what makes jobs, in a word. */
export function wordOf(state: string, trans: TranslationBundle): string {
  const words: Readonly<Record<string, string>> = {
    queued: trans.__('Waiting'),
    running: trans.__('Running'),
    succeeded: trans.__('Succeeded'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped'),
    paused: trans.__('Paused')
  };
  return words[state] ?? state;
}

/** Tell whether a job runs, but was asked to stop. */
export function isStopping(job: Job): boolean {
  return job.state === 'running' && job.stop_requested_at !== null;
}

/** Say how far a job is, such as "3 of 10 cells". */
export function progressLabel(job: Job, trans: TranslationBundle): string {
  if (job.cells_total === 0) {
    return job.state === 'running' ? trans.__('Starting the kernel') : '';
  }
  return trans.__('%1 of %2 cells', job.cells_done, job.cells_total);
}

/** Say what made a job; empty if somebody did. */
export function ownerLabel({ owner }: Job, trans: TranslationBundle): string {
  if (owner === null) {
    return '';
  }
  const made = {
    schedule: trans.__('Schedule'),
    sweep: trans.__('Sweep'),
    workflow: trans.__('Workflow')
  }[owner.kind];
  return owner.node === null ? made : `${made}: ${owner.node}`;
}

/** Say when a job that failed is tried again; empty if it is not. */
export function retryLabel(job: Job, trans: TranslationBundle, now = Date.now()): string {
  if (job.state !== 'queued' || job.not_before === null) {
    return '';
  }
  const rest = Date.parse(job.not_before) - now;
  return rest > 0
    ? trans.__('attempt %1 in %2', job.attempt + 1, seconds(rest))
    : trans.__('attempt %1 begins soon', job.attempt + 1);
}

/** Say why a job has not begun; empty if it has. */
export function waitLabel(
  job: Job,
  place: number,
  capacity: Capacity,
  trans: TranslationBundle
): string {
  if (job.state !== 'queued') {
    return '';
  }
  const again = retryLabel(job, trans);
  if (again) {
    return again;
  }
  return place > 1 ? trans.__('%1 before it', place - 1) : shortLabel(job, capacity, trans);
}

/** Say what a job that is next waits for. */
function shortLabel(job: Job, capacity: Capacity, trans: TranslationBundle): string {
  const { cpu = 1, memory = 0, gpu = 0, custom = {} } = job.spec.resources ?? {};
  const needs = Object.entries({ cpu, memory, gpu, ...custom });
  const [name] = needs.find(([token, amount]) => {
    const { limit = Infinity, used = 0 } = capacity[token] ?? {};
    return amount > 0 && used + amount > limit;
  }) ?? [null];
  const { limit = 0, used = 0 } = (name !== null && capacity[name]) || {};
  const words: Readonly<Record<string, string>> = {
    cpu: trans.__('processors'),
    memory: trans.__('GB of memory'),
    gpu: trans.__('GPUs')
  };
  return name === null || job.executor !== 'local'
    ? trans.__('next in the queue')
    : trans.__('next; %1 of %2 %3 in use', number(used), number(limit), words[name] ?? name);
}

/** Write a length of time in whole seconds, so that it counts. */
export function seconds(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds / SECOND));
  return whole < 60 ? `${whole} s` : duration(whole * SECOND);
}

/** The time that a list sorts by: when it ended, else began, else was queued. */
export function latest(job: Job): string {
  return job.ended_at ?? job.started_at ?? job.created_at;
}

/** How long a job has run, in milliseconds; null before it began. */
export function runTime(job: Job, now = Date.now()): number | null {
  if (job.started_at === null) {
    return null;
  }
  const end = job.ended_at === null ? now : Date.parse(job.ended_at);
  return Math.max(0, end - Date.parse(job.started_at));
}
