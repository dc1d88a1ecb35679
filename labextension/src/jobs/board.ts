import type { ILayoutRestorer } from '@jupyterlab/application';

import { CommandIds, type ICurrent } from './commands';
import type { ComparisonView } from './comparison-view';
import type { Job } from './model';
import type { Made } from './run-dialog';
import type { ScheduleView } from './schedule-view';
import type { SweepView } from './sweep-view';
import {
  comparisonKey,
  comparisonTabs,
  jobTabs,
  scheduleTabs,
  sidesOf,
  sweepTabs,
  type ITabContext
} from './tab-kinds';
import { Tabs } from './tabs';
import type { JobView } from './view';

/** What can be opened in the main area. */
export interface IOpeners {
  readonly open: (id: string) => void;
  readonly openSchedule: (id: string) => void;
  readonly openSweep: (id: string) => void;
  readonly compare: (one: string, other: string) => void;
  readonly current: () => ICurrent;
  readonly opened: (id: string) => Job | null;
}

/** Everything of jobs that is open in the main area. */
export class Board {
  constructor(context: ITabContext) {
    const { app } = context;
    this._jobs = new Tabs(app, jobTabs(context));
    this._schedules = new Tabs(app, scheduleTabs(context));
    this._sweeps = new Tabs(app, sweepTabs(context));
    this._comparisons = new Tabs(app, comparisonTabs(context));
  }

  get openers(): IOpeners {
    return {
      open: id => void this._jobs.open(id),
      openSchedule: id => void this._schedules.open(id),
      openSweep: id => void this._sweeps.open(id),
      compare: (one, other) => void this._comparisons.open(comparisonKey(one, other)),
      current: () => ({
        job: this._jobs.current?.model.job ?? null,
        scheduleId: this._schedules.current?.key ?? null,
        sweepId: this._sweeps.current?.model.id ?? null
      }),
      opened: id => this._jobs.find(id)?.model.job ?? null
    };
  }

  /** Show what was made in the form, if that is wanted; a sweep always has a table to look at. */
  show(made: Made, wanted: boolean): boolean {
    if (made.kind === 'sweep') {
      void this._sweeps.open(made.sweep.id);
      return true;
    }
    if (wanted && made.kind === 'job') {
      void this._jobs.open(made.job.id);
    }
    return wanted && made.kind === 'job';
  }

  /** Open the tabs again that were open before the page was loaded. */
  restore(restorer: ILayoutRestorer): void {
    this._jobs.restore(restorer, CommandIds.open, job_id => ({ job_id }));
    this._schedules.restore(restorer, CommandIds.openSchedule, schedule_id => ({ schedule_id }));
    this._sweeps.restore(restorer, CommandIds.openSweep, sweep_id => ({ sweep_id }));
    this._comparisons.restore(restorer, CommandIds.compare, key => {
      const [job_id, other] = sidesOf(key);
      return { job_id, other };
    });
  }

  private readonly _jobs: Tabs<JobView>;
  private readonly _schedules: Tabs<ScheduleView>;
  private readonly _sweeps: Tabs<SweepView>;
  private readonly _comparisons: Tabs<ComparisonView>;
}
