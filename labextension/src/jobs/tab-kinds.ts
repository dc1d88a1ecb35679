import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONObject } from '@lumino/coreutils';

import { apiUrl, type Changed } from '../api';
import type { IStudio } from '../tokens';
import type { IEditors } from './code';
import { ComparisonModel } from './comparison-model';
import { ComparisonView } from './comparison-view';
import type { Desk } from './desk';
import { JobModel } from './detail';
import { HistoryModel } from './history-model';
import type { Job } from './model';
import { ResumeModel } from './resume-model';
import { ScheduleView } from './schedule-view';
import { SweepModel } from './sweep-model';
import { SweepView, type ISweepActions } from './sweep-view';
import type { ITab, ITabKind } from './tabs';
import { JobView, type IJobActions } from './view';

const OPEN_FILE = 'docmanager:open';
const OPEN_RUN = 'mlstudio:experiments-open-run';
const OPEN_TABLE = 'mlstudio:wrangling-open';
const OPEN_FLOW = 'mlstudio:jobs-workflow-open-run';
const SEPARATOR = '~';

/** What the tabs are made with. */
export interface ITabContext {
  readonly app: JupyterFrontEnd;
  readonly studio: IStudio;
  readonly desk: Desk;
  readonly editors: IEditors | null;
  readonly trans: TranslationBundle;
}

/** Name a comparison as one key, and take it apart again. */
export function comparisonKey(one: string, other: string): string {
  return one + SEPARATOR + other;
}

/** Return the two sides of a comparison. */
export function sidesOf(key: string): [string, string] {
  const [one = '', other = 'previous'] = key.split(SEPARATOR);
  return [one, other];
}

/** Open what made a job. */
export function openOwner(app: JupyterFrontEnd, { kind, id }: NonNullable<Job['owner']>): void {
  const { commands } = app;
  if (kind === 'schedule') {
    void commands.execute('mlstudio:jobs-open-schedule', { schedule_id: id });
  } else if (kind === 'sweep') {
    void commands.execute('mlstudio:jobs-open-sweep', { sweep_id: id });
  } else if (commands.hasCommand(OPEN_FLOW)) {
    void commands.execute(OPEN_FLOW, { run_id: id });
  }
}

/** The tabs of jobs. */
export function jobTabs(context: ITabContext): ITabKind<JobView> {
  const { studio, trans, editors } = context;
  return {
    name: 'job',
    label: trans.__('Job'),
    create: (id, tab) => {
      const job = new JobModel(studio.api, id);
      const resume = new ResumeModel(studio.api, job);
      const history = new HistoryModel(studio.api, () => job.job?.spec.notebook ?? null);
      const actions = jobActions(id, context);
      const view = new JobView({ job, resume, history }, actions, editors, trans);
      job.stateChanged.connect(() => {
        tab.name(job.job?.name ?? trans.__('Job'), job.job?.spec.notebook ?? '');
      });
      keepFresh(job, view, tab, studio);
      view.disposed.connect(() => [resume, history, job].forEach(model => model.dispose()));
      return view;
    }
  };
}

function keepFresh(model: JobModel, view: JobView, tab: ITab, studio: IStudio): void {
  const check = (_: object, { kind, id, change }: Changed): void => {
    if (kind === 'job' && id === model.id) {
      if (change === 'removed') {
        tab.close();
      } else {
        void model.refresh();
      }
    } else if (kind === 'run' && tab.isVisible) {
      void model.refreshRuns();
    }
  };
  studio.changed.connect(check);
  view.disposed.connect(() => studio.changed.disconnect(check));
  void model.refresh();
  void model.refreshRuns();
}

function jobActions(id: string, { app }: ITabContext): IJobActions {
  const { commands } = app;
  const run = (command: string) => (): void => void commands.execute(command, { job_id: id });
  const optional = (command: string, name: string): ((value: string) => void) | null =>
    commands.hasCommand(command)
      ? (value: string) => void commands.execute(command, { [name]: value })
      : null;
  return {
    stop: run('mlstudio:jobs-stop'),
    again: run('mlstudio:jobs-again'),
    remove: run('mlstudio:jobs-remove'),
    compare: run('mlstudio:jobs-compare'),
    attach: run('mlstudio:jobs-attach'),
    openResult: run('mlstudio:jobs-open-result'),
    openFile: path => void commands.execute(OPEN_FILE, { path }),
    openJob: job_id => void commands.execute('mlstudio:jobs-open', { job_id }),
    openOwner: owner => openOwner(app, owner),
    get openRun() {
      return optional(OPEN_RUN, 'run_id');
    },
    get openTable() {
      return optional(OPEN_TABLE, 'path');
    }
  };
}

/** The tabs of schedules. */
export function scheduleTabs({ app, studio, desk, trans }: ITabContext): ITabKind<ScheduleView> {
  const { commands } = app;
  return {
    name: 'schedule',
    label: trans.__('Schedule'),
    create: (id, tab) => {
      const run = (command: string) => (): void =>
        void commands.execute(command, { schedule_id: id });
      const actions = {
        run: run('mlstudio:jobs-run-schedule'),
        pause: run('mlstudio:jobs-pause-schedule'),
        edit: run('mlstudio:jobs-edit-schedule'),
        remove: run('mlstudio:jobs-remove-schedule'),
        openJob: (job_id: string) => void commands.execute('mlstudio:jobs-open', { job_id }),
        openFlow: (flow: string) => openOwner(app, { kind: 'workflow', id: flow, node: null }),
        openFile: (path: string) => void commands.execute(OPEN_FILE, { path })
      };
      const view = new ScheduleView(desk.schedules, id, desk.jobs, actions, trans);
      const rename = (): void => {
        const schedule = desk.schedules.get(id);
        tab.name(schedule?.name ?? trans.__('Schedule'), schedule?.words ?? '');
      };
      const check = (_: object, { kind, id: changed, change }: Changed): void => {
        if (kind === 'schedule' && changed === id && change === 'removed') {
          tab.close();
        }
      };
      studio.changed.connect(check);
      desk.schedules.stateChanged.connect(rename);
      view.disposed.connect(() => {
        studio.changed.disconnect(check);
        desk.schedules.stateChanged.disconnect(rename);
      });
      queueMicrotask(rename);
      return view;
    }
  };
}

/** The tabs of sweeps. */
export function sweepTabs(context: ITabContext): ITabKind<SweepView> {
  const { studio, trans } = context;
  return {
    name: 'sweep',
    label: trans.__('Sweep'),
    create: (id, tab) => {
      const model = new SweepModel(studio.api, id);
      const view = new SweepView(model, sweepActions(id, context), trans);
      const check = (_: object, { kind, id: changed, change }: Changed): void => {
        if (kind === 'sweep' && changed === id) {
          void (change === 'removed' ? tab.close() : model.refresh());
        }
      };
      studio.changed.connect(check);
      model.stateChanged.connect(() => {
        const sweep = model.results?.sweep;
        tab.name(sweep?.name ?? trans.__('Sweep'), sweep?.spec.job.notebook ?? '');
      });
      view.disposed.connect(() => {
        studio.changed.disconnect(check);
        model.dispose();
      });
      void model.refresh();
      return view;
    }
  };
}

function sweepActions(id: string, { app, studio, desk }: ITabContext): ISweepActions {
  const { commands } = app;
  const run = (command: string) => (): void => void commands.execute(command, { sweep_id: id });
  return {
    stop: run('mlstudio:jobs-stop-sweep'),
    retry: run('mlstudio:jobs-retry-sweep'),
    remove: run('mlstudio:jobs-remove-sweep'),
    again: () => {
      const job = desk.sweeps.get(id)?.spec.job;
      const { notebook, parameters = {} } = job ?? {};
      const args = { notebook, parameters } as PartialJSONObject; // which it is: it came as JSON
      void commands.execute('mlstudio:jobs-sweep', args);
    },
    csv: () => {
      window.open(apiUrl(studio.serverSettings, 'jobs', 'sweeps', id, 'csv'), '_blank', 'noopener');
    },
    openJob: job_id => void commands.execute('mlstudio:jobs-open', { job_id }),
    openFile: path => void commands.execute(OPEN_FILE, { path }),
    get openRun() {
      return commands.hasCommand(OPEN_RUN)
        ? (run_id: string) => void commands.execute(OPEN_RUN, { run_id })
        : null;
    }
  };
}

/** The tabs that compare two executions. */
export function comparisonTabs({ app, studio, trans }: ITabContext): ITabKind<ComparisonView> {
  const { commands } = app;
  return {
    name: 'comparison',
    label: trans.__('Comparison'),
    create: (key, tab) => {
      const model = new ComparisonModel(studio.api, ...sidesOf(key));
      const actions = {
        openJob: (job_id: string) => void commands.execute('mlstudio:jobs-open', { job_id }),
        openFile: (path: string) => void commands.execute(OPEN_FILE, { path })
      };
      model.stateChanged.connect(() => {
        const { one, other } = model.comparison ?? {};
        tab.name(trans.__('Comparison'), [other?.label, one?.label].filter(Boolean).join(' – '));
      });
      const view = new ComparisonView(model, actions, trans);
      view.disposed.connect(() => model.dispose());
      void model.refresh();
      return view;
    }
  };
}
