import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ago, Button, duration, exactTime, StateMark } from '../ui';
import { CellBar } from './bar';
import { isUnfinished, type Job } from './model';
import { useTicks } from './ticks';
import type { IJobActions } from './view';
import {
  isStopping,
  latest,
  ownerLabel,
  progressLabel,
  retryLabel,
  runTime,
  seconds,
  stateLabel
} from './words';

const MINUTE = 60_000;

interface IHeadProps {
  job: Job;
  actions: IJobActions;
  trans: TranslationBundle;
}

/** The name and state of a job, what it is about, and what can be done with it. */
export function JobHead({ job, actions, trans }: IHeadProps): React.JSX.Element {
  const { owner } = job;
  return (
    <header className="jp-mlstudio-JobView-head">
      <div className="jp-mlstudio-JobView-title">
        <StateMark state={job.state} label={stateLabel(job, trans)} />
        <h2 title={job.name}>{job.name}</h2>
        <Buttons job={job} actions={actions} trans={trans} />
      </div>
      <p>
        {job.generated ? (
          <span>{job.spec.notebook}</span>
        ) : (
          <button
            className="jp-mlstudio-Link"
            title={trans.__('Open the notebook that was run')}
            onClick={() => actions.openFile(job.spec.notebook)}
          >
            {job.spec.notebook}
          </button>
        )}
        {owner ? (
          <button className="jp-mlstudio-Link" onClick={() => actions.openOwner(owner)}>
            {ownerLabel(job, trans)}
          </button>
        ) : null}
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
      {ran === null || job.state === 'queued' ? null : (
        <span>
          {isUnfinished(job)
            ? trans.__('runs for %1', duration(Math.floor(ran / 1000) * 1000))
            : trans.__('ran %1', duration(ran))}
        </span>
      )}
      <span>{retryLabel(job, trans) || stopLabel(job, trans)}</span>
    </>
  );
}

function stopLabel(job: Job, trans: TranslationBundle): string {
  if (!isStopping(job) || job.stop_requested_at === null) {
    return '';
  }
  const since = Date.now() - Date.parse(job.stop_requested_at);
  return trans.__('interrupted %1 ago; what does not listen is ended by force', seconds(since));
}

function Buttons({ job, actions, trans }: IHeadProps): React.JSX.Element {
  const begun = job.started_at !== null;
  const early = trans.__('The result is there once the job has begun');
  return (
    <div className="jp-mlstudio-JobView-buttons">
      <Button
        primary={job.state === 'succeeded'}
        disabled={!begun}
        title={begun ? job.output : early}
        onClick={actions.openResult}
      >
        {trans.__('Open result')}
      </Button>
      <Button disabled={!begun} title={begun ? undefined : early} onClick={actions.compare}>
        {trans.__('Compare with…')}
      </Button>
      {job.state === 'running' && job.executor === 'local' && !isStopping(job) ? (
        <Button
          title={trans.__('Look at the variables of the running job in a console')}
          onClick={actions.attach}
        >
          {trans.__('Attach console')}
        </Button>
      ) : null}
      <Button disabled={!begun} title={job.log_path} onClick={() => actions.openFile(job.log_path)}>
        {trans.__('Open log')}
      </Button>
      <Button disabled={job.generated} onClick={actions.again}>
        {trans.__('Run again…')}
      </Button>
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
