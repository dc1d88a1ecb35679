import { Notification } from '@jupyterlab/apputils';

import { ago } from '../ui';
import type { Job } from './model';
import type { IPlacesContext } from './places';
import type { Made } from './run-dialog';
import { endedOf, type Sweep } from './sweeps';

const SHORT = 4000;
const LONGER = 8000;
const MOST = 139; // characters that a notification shows
const FEW = 2;

/** Say that something was taken, for a moment. */
export function tellMade(made: Made, context: IPlacesContext): void {
  const { trans, open, openSchedule, openSweep } = context;
  const say = (message: string, callback: () => void): void =>
    void Notification.info(message, {
      autoClose: SHORT,
      actions: [{ label: trans.__('Show'), callback }]
    });
  if (made.kind === 'schedule') {
    const { id, name, next } = made.schedule;
    const [first] = next;
    const when = first
      ? trans.__('%1 runs next %2.', name, ago(first))
      : trans.__('%1 is kept.', name);
    say(when, () => openSchedule(id));
  } else if (made.kind === 'sweep') {
    const { id, name, count } = made.sweep;
    say(trans._n('%2 runs as %1 job.', '%2 runs as %1 jobs.', count, name), () => openSweep(id));
  } else {
    const { id, name, state } = made.job;
    const message =
      state === 'queued'
        ? trans.__('%1 waits to run as a job.', name)
        : trans.__('%1 runs as a job.', name);
    say(message, () => open(id));
  }
}

/** Say how a job ended that was submitted here. */
export function tellEnded(job: Job, { trans, open, openFile }: IPlacesContext): void {
  const show = { label: trans.__('Show'), callback: () => open(job.id) };
  const result = { label: trans.__('Open result'), callback: () => openFile(job.output) };
  if (job.state === 'succeeded') {
    Notification.success(trans.__('%1 has succeeded.', job.name), {
      autoClose: LONGER,
      actions: [result, show]
    });
  } else if (job.state === 'failed') {
    const message = `${trans.__('%1 has failed.', job.name)} ${reasonOf(job)}`;
    Notification.error(message.slice(0, MOST), { autoClose: false, actions: [show, result] });
  }
}

/** Say that jobs failed that a schedule or a workflow has made. */
export function tellFailed(jobs: readonly Job[], { trans, open, show }: IPlacesContext): void {
  if (jobs.length > FEW) {
    Notification.error(trans.__('%1 jobs of schedules and workflows have failed.', jobs.length), {
      autoClose: false,
      actions: [{ label: trans.__('Show'), callback: show }]
    });
    return;
  }
  for (const job of jobs) {
    const message =
      job.owner?.kind === 'workflow'
        ? trans.__('%1 has failed in its workflow.', job.name)
        : trans.__('%1 has failed on its schedule.', job.name);
    Notification.error(`${message} ${reasonOf(job)}`.slice(0, MOST), {
      autoClose: false,
      actions: [{ label: trans.__('Show'), callback: () => open(job.id) }]
    });
  }
}

/** Say how a sweep ended that was started here. */
export function tellSwept(sweep: Sweep, { trans, openSweep }: IPlacesContext): void {
  const { name, counts, count } = sweep;
  const actions = [{ label: trans.__('Show'), callback: () => openSweep(sweep.id) }];
  if (counts.failed > 0) {
    const message = trans.__('%1: %2 of %3 jobs failed.', name, counts.failed, count);
    Notification.error(message, { autoClose: false, actions });
  } else if (counts.stopped === 0) {
    Notification.success(trans.__('%1: all %2 jobs have succeeded.', name, endedOf(sweep)), {
      autoClose: LONGER,
      actions
    });
  }
}

function reasonOf({ error }: Job): string {
  return error ? `${error.name}: ${error.message}` : '';
}
