import type { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { TextItem, type IStatusBar } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { jobsIcon } from '../ui';
import type { Desk } from './desk';
import type { Flow } from './flows';
import { nodes } from './lists';
import type { Job } from './model';
import { endedOf, type Sweep } from './sweeps';
import { progressLabel, stateLabel } from './words';

const LINES = 10;

/** What the places outside of the panel need. */
export interface IPlacesContext {
  readonly desk: Desk;
  readonly trans: TranslationBundle;
  readonly open: (id: string) => void;
  readonly openSchedule: (id: string) => void;
  readonly openSweep: (id: string) => void;
  readonly openFlow: (id: string) => void;
  readonly openFile: (path: string) => void;
  readonly show: () => void;
  readonly fail: (error: unknown) => void;
}

/** Show the number of running jobs in the status bar; a click leads to them. */
export function addStatusItem(statusBar: IStatusBar, context: IPlacesContext): void {
  const { desk, trans, show } = context;
  statusBar.registerStatusItem('mlstudio:jobs', {
    item: new RunningCount(desk, trans, show),
    align: 'left',
    rank: 20,
    isActive: () => desk.busy > 0,
    activeStateChanged: desk.stateChanged
  });
}

class RunningCount extends VDomRenderer<Desk> {
  constructor(
    model: Desk,
    private readonly _trans: TranslationBundle,
    private readonly _show: () => void
  ) {
    super(model);
    this.addClass('jp-mod-highlighted');
  }

  protected render(): React.JSX.Element {
    const { unfinished, unfinishedCount } = this.model.jobs;
    const lines = unfinished
      .slice(0, LINES)
      .map(
        job => `${job.name}: ${progressLabel(job, this._trans) || stateLabel(job, this._trans)}`
      );
    return (
      <TextItem
        source={this._trans._n('1 job', '%1 jobs', unfinishedCount)}
        title={lines.join('\n')}
        onClick={this._show}
      />
    );
  }
}

/** List what runs or waits in the Running panel, each with a stop button. */
export function addRunningSection(running: IRunningSessionManagers, context: IPlacesContext): void {
  const { desk, trans, fail } = context;
  const stopAll = async (): Promise<void> => {
    await Promise.all(desk.flows.unfinished.map(({ id }) => desk.flows.stop(id)));
    await Promise.all(desk.sweeps.unfinished.map(({ id }) => desk.sweeps.stop(id)));
    await Promise.all(alone(desk).map(({ id }) => desk.jobs.stop(id)));
  };
  running.add({
    name: trans.__('ML Studio Jobs'),
    running: () => [
      ...desk.flows.unfinished.map(flow => flowItem(flow, context)),
      ...desk.sweeps.unfinished.map(sweep => sweepItem(sweep, context)),
      ...alone(desk).map(job => jobItem(job, context))
    ],
    refreshRunning: () => void desk.refresh(),
    runningChanged: desk.stateChanged,
    shutdownAll: () => void stopAll().catch(fail),
    shutdownLabel: trans.__('Stop'),
    shutdownAllLabel: trans.__('Stop All'),
    shutdownAllConfirmationText: trans.__(
      'Stop all jobs? What they have done so far stays in their results.'
    )
  });
}

/** The unfinished jobs that are not part of a sweep or a workflow, which are listed themselves. */
function alone({ jobs }: Desk): Job[] {
  return jobs.unfinished.filter(({ owner }) => owner === null || owner.kind === 'schedule');
}

const COMMON = { className: 'jp-mlstudio-RunningJob', icon: () => jobsIcon };

function jobItem(job: Job, context: IPlacesContext): IRunningSessions.IRunningItem {
  const { desk, trans, open, fail } = context;
  return {
    ...COMMON,
    label: () => job.name,
    labelTitle: () => job.spec.notebook,
    detail: () => progressLabel(job, trans) || stateLabel(job, trans),
    open: () => open(job.id),
    shutdown: () => void desk.jobs.stop(job.id).catch(fail)
  };
}

function sweepItem(sweep: Sweep, context: IPlacesContext): IRunningSessions.IRunningItem {
  const { desk, trans, openSweep, fail } = context;
  return {
    ...COMMON,
    label: () => sweep.name,
    labelTitle: () => sweep.spec.job.notebook,
    detail: () => trans.__('%1 of %2 jobs', endedOf(sweep), sweep.count),
    open: () => openSweep(sweep.id),
    shutdown: () => void desk.sweeps.stop(sweep.id).catch(fail)
  };
}

function flowItem(flow: Flow, context: IPlacesContext): IRunningSessions.IRunningItem {
  const { desk, trans, openFlow, fail } = context;
  return {
    ...COMMON,
    label: () => flow.name,
    labelTitle: () => flow.path,
    detail: () => nodes(flow, trans),
    open: () => openFlow(flow.id),
    shutdown: () => void desk.flows.stop(flow.id).catch(fail)
  };
}
