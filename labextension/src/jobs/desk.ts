import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Changed } from '../api';
import { FlowsModel } from './flows';
import { JobsModel } from './model';
import { SchedulesModel } from './schedules';
import { SweepsModel } from './sweeps';

/** What the sidebar lists. */
export type Section = 'jobs' | 'schedules' | 'sweeps' | 'workflows';

/** Everything that the sidebar shows: jobs, and what makes jobs. */
export class Desk extends VDomModel {
  constructor(api: Api) {
    super();
    this.jobs = new JobsModel(api);
    this.schedules = new SchedulesModel(api);
    this.sweeps = new SweepsModel(api);
    this.flows = new FlowsModel(api);
    for (const { stateChanged } of [this.jobs, this.schedules, this.sweeps, this.flows]) {
      stateChanged.connect(() => this.stateChanged.emit());
    }
  }

  readonly jobs: JobsModel;
  readonly schedules: SchedulesModel;
  readonly sweeps: SweepsModel;
  readonly flows: FlowsModel;

  get section(): Section {
    return this._section;
  }

  set section(section: Section) {
    this._section = section;
    this.stateChanged.emit();
  }

  /** How much runs or waits: jobs that somebody started, sweeps, runs of workflows. */
  get busy(): number {
    return this.jobs.unfinishedCount;
  }

  /** Ask for everything. */
  async refresh(): Promise<void> {
    const all = [this.jobs, this.schedules, this.sweeps, this.flows];
    await Promise.all(all.map(model => model.refresh()));
  }

  /** Ask for what has changed. */
  note(changed: Changed): void {
    switch (changed.kind) {
      case 'job':
        this.jobs.note(changed);
        if (this.schedules.items.some(({ active }) => active > 0)) {
          void this.schedules.refresh(); // how many of their jobs are active
        }
        break;
      case 'schedule':
        void this.schedules.refresh();
        break;
      case 'sweep':
        void this.sweeps.refresh();
        break;
      case 'workflow':
        void this.flows.refresh();
        break;
    }
  }

  private _section: Section = 'jobs';
}
