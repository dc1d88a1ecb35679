import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Failure, Loading } from '../ui';
import { Cells } from './cells';
import type { JobModel } from './detail';
import type { HistoryModel } from './history-model';
import type { Job } from './model';
import { Output } from './output';
import { Resume } from './resume';
import type { ResumeModel } from './resume-model';
import type { IEditors } from './code';
import { JobHead } from './view-head';
import { Facts, Outputs, Parameters, Runs, Turns } from './view-side';

/** What the view of a job asks of the application. */
export interface IJobActions {
  stop: () => void;
  again: () => void;
  remove: () => void;
  compare: () => void;
  /** Open a console on the job's kernel. */
  attach: () => void;
  /** Open the executed notebook; while the job runs it is kept as new as the file. */
  openResult: () => void;
  /** Open a file of the project. */
  openFile: (path: string) => void;
  /** Show another job. */
  openJob: (id: string) => void;
  /** Open what made the job. */
  openOwner: (owner: NonNullable<Job['owner']>) => void;
  /** Open an MLflow run; null where that is not possible. */
  readonly openRun: ((runId: string) => void) | null;
  /** Open a table; null where that is not possible. */
  readonly openTable: ((path: string) => void) | null;
}

/** What is known of a job, by part of the view. */
export interface IJobModels {
  readonly job: JobModel;
  readonly resume: ResumeModel;
  readonly history: HistoryModel;
}

/** One job in the main area. */
export class JobView extends VDomRenderer<JobModel> {
  constructor(
    private readonly _models: IJobModels,
    private readonly _actions: IJobActions,
    private readonly _editors: IEditors | null,
    private readonly _trans: TranslationBundle
  ) {
    super(_models.job);
    this.addClass('jp-mlstudio-JobView');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const { job, failure } = model;
    const broken =
      failure === null ? null : (
        <Failure
          message={failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    if (job === null) {
      return broken ?? <Loading label={trans.__('Loading the job')} />;
    }
    const { resume, history } = this._models;
    const common = { job, actions, trans };
    return (
      <>
        {broken}
        <JobHead {...common} />
        {job.error ? <Problem job={job} trans={trans} /> : null}
        <Resume model={resume} editors={this._editors} {...common} />
        <div className="jp-mlstudio-JobView-body">
          <div className="jp-mlstudio-JobView-side">
            <Cells model={model} job={job} trans={trans} />
            <Outputs {...common} />
            <Parameters given={job.spec.parameters ?? {}} trans={trans} />
            <Turns model={model} trans={trans} />
            <Facts job={job} trans={trans} />
            <Runs model={model} {...common} />
          </div>
          <Output model={model} history={history} openJob={actions.openJob} trans={trans} />
        </div>
      </>
    );
  }
}

function Problem({ job, trans }: { job: Job; trans: TranslationBundle }): React.JSX.Element | null {
  const { error } = job;
  if (error === null) {
    return null;
  }
  const place = error.cell === null ? '' : trans.__('Cell %1: ', error.cell);
  const message = error.message ? `${error.name}: ${error.message}` : error.name;
  return (
    <Failure
      message={place + message}
      details={error.traceback || undefined}
      detailsLabel={trans.__('Traceback')}
    />
  );
}
