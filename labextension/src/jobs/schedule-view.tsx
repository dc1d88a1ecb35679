import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, Button, exactTime, Failure, Loading, StateMark } from '../ui';
import { NextTimes } from './form-when';
import type { Schedule } from './form-schedule';
import type { Job, JobsModel } from './model';
import { Parameters } from './view-side';
import type { SchedulesModel } from './schedules';
import { useTicks } from './ticks';
import { stateLabel } from './words';

const TEN_SECONDS = 10_000;

/** What the view of a schedule asks of the application. */
export interface IScheduleActions {
  run: () => void;
  pause: (paused: boolean) => void;
  edit: () => void;
  remove: () => void;
  openJob: (id: string) => void;
  openFlow: (id: string) => void;
  /** Open a file of the project. */
  openFile: (path: string) => void;
}

/** One schedule in the main area: when it is due, and what came of it. */
export class ScheduleView extends VDomRenderer<SchedulesModel> {
  constructor(
    model: SchedulesModel,
    readonly key: string,
    private readonly _jobs: JobsModel,
    private readonly _actions: IScheduleActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-JobView');
    this.addClass('jp-mlstudio-ScheduleView');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const schedule = model.get(this.key);
    if (schedule === null) {
      return model.failure === null ? (
        model.loaded ? (
          <Failure message={trans.__('This schedule is no longer there.')} />
        ) : (
          <Loading label={trans.__('Loading the schedule')} />
        )
      ) : (
        <Failure
          message={model.failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    const common = { schedule, actions, trans };
    return (
      <>
        <Head {...common} />
        {schedule.problem === null ? null : <Failure message={schedule.problem} />}
        <div className="jp-mlstudio-ScheduleView-body">
          <Coming {...common} />
          <UseSignal signal={this._jobs.stateChanged}>
            {() => <Past {...common} jobs={this._jobs.jobs} />}
          </UseSignal>
        </div>
      </>
    );
  }
}

interface IPartProps {
  schedule: Schedule;
  actions: IScheduleActions;
  trans: TranslationBundle;
}

function Head({ schedule, actions, trans }: IPartProps): React.JSX.Element {
  const { job, workflow } = schedule.spec;
  const path = job?.notebook ?? workflow?.path ?? '';
  return (
    <header className="jp-mlstudio-JobView-head">
      <div className="jp-mlstudio-JobView-title">
        <StateMark
          state={schedule.paused ? 'stopped' : schedule.problem ? 'failed' : 'succeeded'}
          label={schedule.paused ? trans.__('Paused') : trans.__('On')}
        />
        <h2 title={schedule.name}>{schedule.name}</h2>
        <div className="jp-mlstudio-JobView-buttons">
          <Button primary onClick={actions.run}>
            {trans.__('Run now')}
          </Button>
          <Button onClick={() => actions.pause(!schedule.paused)}>
            {schedule.paused ? trans.__('Resume') : trans.__('Pause')}
          </Button>
          <Button
            disabled={!job}
            title={job ? undefined : trans.__('Remove it and schedule the workflow again')}
            onClick={actions.edit}
          >
            {trans.__('Edit…')}
          </Button>
          <Button onClick={actions.remove}>{trans.__('Remove…')}</Button>
        </div>
      </div>
      <p>
        <button className="jp-mlstudio-Link" onClick={() => actions.openFile(path)}>
          {path}
        </button>
        <span>{schedule.words}</span>
        {schedule.active > 0 ? (
          <span>{trans._n('1 job runs or waits', '%1 jobs run or wait', schedule.active)}</span>
        ) : null}
      </p>
    </header>
  );
}

function Coming({ schedule, trans }: IPartProps): React.JSX.Element {
  const { trigger, missed = 'last', job } = schedule.spec;
  useTicks(TEN_SECONDS);
  const words = {
    skip: trans.__('Missed times are left out.'),
    last: trans.__('Of missed times, the last one is made up for.'),
    all: trans.__('Every missed time is made up for.')
  };
  return (
    <div className="jp-mlstudio-JobView-side">
      <section>
        <h3>{trans.__('Next')}</h3>
        {schedule.next.length === 0 ? (
          <p className="jp-mlstudio-Hint">
            {schedule.paused
              ? trans.__('None while it is paused.')
              : trans.__('When a file changes.')}
          </p>
        ) : (
          <NextTimes
            items={schedule.next}
            timezone={trigger.kind === 'cron' ? (trigger.timezone ?? null) : null}
          />
        )}
        <p className="jp-mlstudio-Hint">{words[missed]}</p>
      </section>
      {job ? <Parameters given={job.parameters ?? {}} trans={trans} /> : null}
    </div>
  );
}

function Past(props: IPartProps & { jobs: readonly Job[] }): React.JSX.Element {
  const { schedule, actions, trans, jobs } = props;
  return (
    <section className="jp-mlstudio-ScheduleView-past">
      <h3>{trans.__('Past times')}</h3>
      {schedule.last.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('It has not been due yet.')}</p>
      ) : (
        <ul>
          {schedule.last.map(firing => (
            <Fired
              key={`${firing.due} ${firing.at} ${firing.job_id}`}
              firing={firing}
              job={jobs.find(({ id }) => id === firing.job_id) ?? null}
              actions={actions}
              trans={trans}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface IFiredProps extends Omit<IPartProps, 'schedule'> {
  firing: Schedule['last'][number];
  job: Job | null;
}

function Fired({ firing, job, actions, trans }: IFiredProps): React.JSX.Element {
  const { job_id, run_id } = firing;
  const words = {
    made: trans.__('Job made'),
    waiting: trans.__('Waits for an earlier job'),
    skipped: trans.__('Left out'),
    failed: trans.__('Could not be made')
  };
  const label = job ? stateLabel(job, trans) : words[firing.state];
  const state = job?.state ?? { made: 'succeeded', waiting: 'queued' }[firing.state as string];
  const open = job_id
    ? () => actions.openJob(job_id)
    : run_id
      ? () => actions.openFlow(run_id)
      : null;
  return (
    <li>
      <StateMark
        state={state ?? (firing.state === 'failed' ? 'failed' : 'stopped')}
        label={label}
      />
      <time dateTime={firing.due} title={exactTime(firing.due)}>
        {ago(firing.due)}
      </time>
      {open ? (
        <button className="jp-mlstudio-Link" onClick={open}>
          {trans.__('Open')}
        </button>
      ) : null}
      <small>{firing.reason || (job?.error?.message ?? '')}</small>
    </li>
  );
}
