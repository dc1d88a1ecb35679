import { Notification } from '@jupyterlab/apputils';
import type { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { TextItem, type IStatusBar } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { jobsIcon } from '../ui';
import type { Job, JobsModel } from './model';
import { progressLabel, stateLabel } from './words';

const LINES = 10;

/** What the places outside of the panel need. */
export interface IPlacesContext {
  readonly model: JobsModel;
  readonly trans: TranslationBundle;
  readonly open: (id: string) => void;
  readonly openFile: (path: string) => void;
  readonly show: () => void;
  readonly fail: (error: unknown) => void;
}

/** Show the number of running jobs in the status bar; a click leads to them. */
export function addStatusItem(statusBar: IStatusBar, context: IPlacesContext): void {
  const { model, trans, show } = context;
  statusBar.registerStatusItem('mlstudio:jobs', {
    item: new RunningCount(model, trans, show),
    align: 'left',
    rank: 20,
    isActive: () => model.unfinishedCount > 0,
    activeStateChanged: model.stateChanged
  });
}

class RunningCount extends VDomRenderer<JobsModel> {
  constructor(
    model: JobsModel,
    private readonly _trans: TranslationBundle,
    private readonly _show: () => void
  ) {
    super(model);
    this.addClass('jp-mod-highlighted');
  }

  protected render(): React.JSX.Element {
    const { unfinished, unfinishedCount } = this.model;
    const lines = unfinished
      .slice(0, LINES)
      .map(job => `${job.name}: ${progressLabel(job, this._trans)}`);
    return (
      <TextItem
        source={this._trans._n('1 job', '%1 jobs', unfinishedCount)}
        title={lines.join('\n')}
        onClick={this._show}
      />
    );
  }
}

/** List the jobs that run or wait in the Running panel, each with a stop button. */
export function addRunningSection(running: IRunningSessionManagers, context: IPlacesContext): void {
  const { model, trans, fail } = context;
  running.add({
    name: trans.__('ML Studio Jobs'),
    running: () => model.unfinished.map(job => runningItem(job, context)),
    refreshRunning: () => void model.refresh(),
    runningChanged: model.stateChanged,
    shutdownAll: () => {
      void Promise.all(model.unfinished.map(({ id }) => model.stop(id))).catch(fail);
    },
    shutdownLabel: trans.__('Stop'),
    shutdownAllLabel: trans.__('Stop All'),
    shutdownAllConfirmationText: trans.__(
      'Stop all jobs? What they have done so far stays in their results.'
    )
  });
}

function runningItem(
  job: Job,
  { model, trans, open, fail }: IPlacesContext
): IRunningSessions.IRunningItem {
  return {
    className: 'jp-mlstudio-RunningJob',
    icon: () => jobsIcon,
    label: () => job.name,
    labelTitle: () => job.spec.notebook,
    detail: () => progressLabel(job, trans) || stateLabel(job, trans),
    open: () => open(job.id),
    shutdown: () => void model.stop(job.id).catch(fail)
  };
}

/** Say that a job was taken, for a moment. */
export function tellQueued(job: Job, { trans, open }: IPlacesContext): void {
  const message =
    job.state === 'queued'
      ? trans.__('%1 waits to run as a job.', job.name)
      : trans.__('%1 runs as a job.', job.name);
  Notification.info(message, {
    autoClose: 4000,
    actions: [{ label: trans.__('Show'), callback: () => open(job.id) }]
  });
}

/** Say how a job ended that was submitted here. */
export function tellEnded(job: Job, { trans, open, openFile }: IPlacesContext): void {
  const show = { label: trans.__('Show'), callback: () => open(job.id) };
  const result = { label: trans.__('Open result'), callback: () => openFile(job.output) };
  if (job.state === 'succeeded') {
    Notification.success(trans.__('%1 has succeeded.', job.name), {
      autoClose: 8000,
      actions: [result, show]
    });
  } else if (job.state === 'failed') {
    const reason = job.error ? `${job.error.name}: ${job.error.message}` : '';
    Notification.error(`${trans.__('%1 has failed.', job.name)} ${reason}`.slice(0, 139), {
      autoClose: false,
      actions: [show, result]
    });
  }
}
