import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, Button, duration, exactTime, Failure, Loading, StateMark } from '../ui';
import { CellBar } from './bar';
import { Cells } from './cells';
import type { JobModel } from './detail';
import { isUnfinished, type Job } from './model';
import { Output } from './output';
import { useTicks } from './ticks';
import { isStopping, latest, progressLabel, runTime, stateLabel } from './words';

const MINUTE = 60_000;

/** What the view of a job asks of the application. */
export interface IJobActions {
  stop: () => void;
  again: () => void;
  remove: () => void;
  /** Open a file of the project. */
  openFile: (path: string) => void;
  /** Open an MLflow run; null where that is not possible. */
  readonly openRun: ((runId: string) => void) | null;
}

/** One job in the main area. */
export class JobView extends VDomRenderer<JobModel> {
  constructor(
    model: JobModel,
    private readonly _actions: IJobActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
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
    return (
      <>
        {broken}
        <Head job={job} actions={actions} trans={trans} />
        {job.error ? <Problem job={job} trans={trans} /> : null}
        <div className="jp-mlstudio-JobView-body">
          <div className="jp-mlstudio-JobView-side">
            <Cells model={model} job={job} trans={trans} />
            <Parameters job={job} trans={trans} />
            <Runs model={model} actions={actions} trans={trans} />
          </div>
          <Output model={model} trans={trans} />
        </div>
      </>
    );
  }
}

interface IHeadProps {
  job: Job;
  actions: IJobActions;
  trans: TranslationBundle;
}

function Head({ job, actions, trans }: IHeadProps): React.JSX.Element {
  return (
    <header className="jp-mlstudio-JobView-head">
      <div className="jp-mlstudio-JobView-title">
        <StateMark state={job.state} label={stateLabel(job, trans)} />
        <h2 title={job.name}>{job.name}</h2>
        <Buttons job={job} actions={actions} trans={trans} />
      </div>
      <p>
        <button
          className="jp-mlstudio-Link"
          title={trans.__('Open the notebook that was run')}
          onClick={() => actions.openFile(job.spec.notebook)}
        >
          {job.spec.notebook}
        </button>
        <When job={job} trans={trans} />
        <span>{progressLabel(job, trans)}</span>
      </p>
      <CellBar job={job} trans={trans} />
    </header>
  );
}

function When({ job, trans }: { job: Job; trans: TranslationBundle }): React.JSX.Element {
  useTicks(isUnfinished(job) ? 1000 : MINUTE);
  const time = latest(job);
  const words = job.ended_at
    ? trans.__('ended %1', ago(time))
    : job.started_at
      ? trans.__('began %1', ago(time))
      : trans.__('waits since %1', ago(time));
  const ran = runTime(job);
  return (
    <>
      <time dateTime={time} title={exactTime(time)}>
        {words}
      </time>
      {ran === null ? null : (
        <span>
          {isUnfinished(job)
            ? trans.__('runs for %1', duration(Math.floor(ran / 1000) * 1000))
            : trans.__('ran %1', duration(ran))}
        </span>
      )}
    </>
  );
}

function Buttons({ job, actions, trans }: IHeadProps): React.JSX.Element {
  const begun = job.started_at !== null;
  return (
    <div className="jp-mlstudio-JobView-buttons">
      <Button
        primary={job.state === 'succeeded'}
        disabled={!begun}
        title={begun ? job.output : trans.__('The result is there once the job has begun')}
        onClick={() => actions.openFile(job.output)}
      >
        {trans.__('Open result')}
      </Button>
      <Button disabled={!begun} title={job.log_path} onClick={() => actions.openFile(job.log_path)}>
        {trans.__('Open log')}
      </Button>
      <Button onClick={actions.again}>{trans.__('Run again…')}</Button>
      {isUnfinished(job) ? (
        <Button disabled={isStopping(job)} onClick={actions.stop}>
          {isStopping(job) ? trans.__('Stopping') : trans.__('Stop')}
        </Button>
      ) : (
        <Button onClick={actions.remove}>{trans.__('Remove…')}</Button>
      )}
    </div>
  );
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

function Parameters({ job, trans }: { job: Job; trans: TranslationBundle }): React.JSX.Element {
  const given = Object.entries(job.spec.parameters ?? {});
  return (
    <section>
      <h3>{trans.__('Parameters')}</h3>
      {given.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('All as they are in the notebook.')}</p>
      ) : (
        <dl className="jp-mlstudio-JobView-parameters">
          {given.map(([name, value]) => (
            <React.Fragment key={name}>
              <dt>{name}</dt>
              <dd>{JSON.stringify(value)}</dd>
            </React.Fragment>
          ))}
        </dl>
      )}
    </section>
  );
}

interface IRunsProps {
  model: JobModel;
  actions: IJobActions;
  trans: TranslationBundle;
}

function Runs({ model, actions, trans }: IRunsProps): React.JSX.Element | null {
  const { openRun } = actions;
  if (model.runs.length === 0 || openRun === null) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__('Runs')}</h3>
      <ul className="jp-mlstudio-JobView-runs">
        {model.runs.map(({ id, name, experiment, state }) => (
          <li key={id}>
            <StateMark state={state} label={state} />
            <button className="jp-mlstudio-Link" onClick={() => openRun(id)}>
              {name}
            </button>
            <span>{experiment}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
