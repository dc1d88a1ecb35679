import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon, stopIcon, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import {
  ago,
  Button,
  Chips,
  Empty,
  exactTime,
  Failure,
  IconButton,
  List,
  ListOpener,
  Loading,
  SearchField,
  StateMark
} from '../ui';
import { CellBar } from './bar';
import { isUnfinished, type Filter, type Job, type JobsModel } from './model';
import { useTicks } from './ticks';
import { isStopping, latest, progressLabel, stateLabel } from './words';

const TEN_SECONDS = 10_000;

/** What the list asks of the application. */
export interface IListActions {
  run: () => void;
  open: (job: Job) => void;
  stop: (job: Job) => void;
  again: (job: Job) => void;
  remove: (job: Job) => void;
}

/** The list of jobs in the sidebar. */
export class JobsPanel extends VDomRenderer<JobsModel> {
  constructor(
    model: JobsModel,
    private readonly _actions: IListActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-JobsPanel');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    if (!model.loaded) {
      return model.failure === null ? (
        <Loading label={trans.__('Loading the jobs')} />
      ) : (
        this._failing()
      );
    }
    const run = (
      <Button primary onClick={actions.run}>
        {trans.__('Run notebook…')}
      </Button>
    );
    if (model.jobs.length === 0) {
      return (
        <Empty title={trans.__('No job yet')} action={run}>
          {trans.__(
            'A job runs a notebook from top to bottom in the background, with parameters of your choice. It goes on when you close the browser.'
          )}
        </Empty>
      );
    }
    return (
      <>
        {model.failure === null ? null : this._failing()}
        <Head model={model} trans={trans} action={run} />
        <Rows model={model} actions={actions} trans={trans} />
      </>
    );
  }

  private _failing(): React.JSX.Element {
    return (
      <Failure
        message={this.model.failure ?? ''}
        retryLabel={this._trans.__('Retry')}
        onRetry={() => void this.model.refresh()}
      />
    );
  }
}

interface IHeadProps {
  model: JobsModel;
  trans: TranslationBundle;
  action: React.ReactNode;
}

function Head({ model, trans, action }: IHeadProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-ListHead">
      <div>
        <SearchField
          label={trans.__('Search jobs')}
          value={model.search}
          onChange={search => {
            model.search = search;
          }}
        />
        {action}
      </div>
      <Chips<Filter>
        label={trans.__('Show')}
        value={model.filter}
        onChange={filter => {
          model.filter = filter;
        }}
        options={[
          { value: 'all', label: trans.__('All') },
          { value: 'running', label: trans.__('Running') },
          { value: 'succeeded', label: trans.__('Succeeded') },
          { value: 'failed', label: trans.__('Failed') },
          { value: 'stopped', label: trans.__('Stopped') }
        ]}
      />
    </div>
  );
}

interface IRowsProps {
  model: JobsModel;
  actions: IListActions;
  trans: TranslationBundle;
}

function Rows({ model, actions, trans }: IRowsProps): React.JSX.Element {
  const { shown, jobs, total } = model;
  useTicks(TEN_SECONDS);
  if (shown.length === 0) {
    return <p className="jp-mlstudio-Hint">{trans.__('No job fits the search.')}</p>;
  }
  return (
    <>
      <List label={trans.__('Jobs')}>
        {shown.map(job => (
          <JobRow key={job.id} job={job} actions={actions} trans={trans} />
        ))}
      </List>
      {total > jobs.length ? (
        <p className="jp-mlstudio-Hint">
          {trans.__('%1 of %2 jobs: those that run, then the newest.', jobs.length, total)}
        </p>
      ) : null}
    </>
  );
}

interface IRowProps {
  job: Job;
  actions: IListActions;
  trans: TranslationBundle;
}

function JobRow({ job, actions, trans }: IRowProps): React.JSX.Element {
  const label = stateLabel(job, trans);
  const hint = [job.spec.notebook, label, progressLabel(job, trans), job.error?.message];
  return (
    <li
      className="jp-mlstudio-JobRow"
      onKeyDown={event => (event.key === 'Delete' ? actions.remove(job) : undefined)}
    >
      <ListOpener title={hint.filter(Boolean).join('\n')} onOpen={() => actions.open(job)}>
        <StateMark state={job.state} label={label} />
        <strong>{job.name}</strong>
        <time dateTime={latest(job)} title={exactTime(latest(job))}>
          {ago(latest(job))}
        </time>
        <CellBar job={job} trans={trans} />
      </ListOpener>
      {isUnfinished(job) ? (
        <IconButton
          label={trans.__('Stop %1', job.name)}
          disabled={isStopping(job)}
          onClick={() => actions.stop(job)}
        >
          <stopIcon.react tag="span" elementSize="normal" />
        </IconButton>
      ) : (
        <IconButton label={trans.__('Run %1 again', job.name)} onClick={() => actions.again(job)}>
          <refreshIcon.react tag="span" elementSize="normal" />
        </IconButton>
      )}
    </li>
  );
}
