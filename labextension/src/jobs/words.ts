import type { TranslationBundle } from '@jupyterlab/translation';

import type { Job } from './model';

/** Say how a job is going, in a word. */
export function stateLabel(job: Job, trans: TranslationBundle): string {
  if (isStopping(job)) {
    return trans.__('Stopping');
  }
  return {
    queued: trans.__('Waiting'),
    running: trans.__('Running'),
    succeeded: trans.__('Succeeded'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped')
  }[job.state];
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
