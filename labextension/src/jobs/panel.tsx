import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Empty, Failure, List, ListHead, Loading } from '../ui';
import type { Desk, Section } from './desk';
import { FlowRows, ScheduleRows, SweepRows } from './lists';
import type { Filter, Job, JobsModel } from './model';
import { JobRow } from './row';
import { useTicks } from './ticks';

const SECOND = 1000;
const TEN_SECONDS = 10_000;

/** What the sidebar asks of the application. */
export interface IListActions {
  run: () => void;
  open: (job: Job) => void;
  stop: (job: Job) => void;
  again: (job: Job) => void;
  remove: (job: Job) => void;
  /** Ask for a schedule or a sweep in the form. */
  schedule: () => void;
  sweep: () => void;
  /** Begin a workflow; null where there is no canvas. */
  readonly workflow: (() => void) | null;
  openSchedule: (id: string) => void;
  openSweep: (id: string) => void;
  openFlow: (id: string) => void;
  pause: (id: string, paused: boolean) => void;
  runSchedule: (id: string) => void;
  removeSchedule: (id: string) => void;
  stopSweep: (id: string) => void;
  removeSweep: (id: string) => void;
  stopFlow: (id: string) => void;
}

/** The jobs, and what makes jobs, in the sidebar. */
export class JobsPanel extends VDomRenderer<Desk> {
  constructor(
    model: Desk,
    private readonly _actions: IListActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-JobsPanel');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const common = { model, actions, trans };
    return (
      <>
        <Sections model={model} trans={trans} />
        {model.section === 'jobs' ? <Jobs {...common} /> : null}
        {model.section === 'schedules' ? <ScheduleRows {...common} /> : null}
        {model.section === 'sweeps' ? <SweepRows {...common} /> : null}
        {model.section === 'workflows' ? <FlowRows {...common} /> : null}
      </>
    );
  }
}

/** What every part of the sidebar is drawn from. */
export interface IPartProps {
  model: Desk;
  actions: IListActions;
  trans: TranslationBundle;
}

function Sections({ model, trans }: Pick<IPartProps, 'model' | 'trans'>): React.JSX.Element {
  const labels: Record<Section, string> = {
    jobs: trans.__('Jobs'),
    schedules: trans.__('Schedules'),
    sweeps: trans.__('Sweeps'),
    workflows: trans.__('Workflows')
  };
  return (
    <div className="jp-mlstudio-JobsPanel-sections" role="tablist" aria-label={trans.__('Section')}>
      {(Object.keys(labels) as Section[]).map(section => (
        <button
          key={section}
          type="button"
          role="tab"
          aria-selected={section === model.section}
          tabIndex={section === model.section ? 0 : -1}
          onKeyDown={onTabKey}
          onClick={() => {
            model.section = section;
          }}
        >
          {labels[section]}
        </button>
      ))}
    </div>
  );
}

function onTabKey(event: React.KeyboardEvent<HTMLButtonElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const tabs = [...(event.currentTarget.parentElement?.querySelectorAll('button') ?? [])];
  const tab = tabs[tabs.indexOf(event.currentTarget) + (step ?? 0)];
  if (step !== undefined && tab) {
    tab.focus();
    tab.click();
    event.preventDefault();
  }
}

function Jobs({ model: desk, actions, trans }: IPartProps): React.JSX.Element {
  const model = desk.jobs;
  const failing = (
    <Failure
      message={model.failure ?? ''}
      retryLabel={trans.__('Retry')}
      onRetry={() => void model.refresh()}
    />
  );
  if (!model.loaded) {
    return model.failure === null ? <Loading label={trans.__('Loading the jobs')} /> : failing;
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
      {model.failure === null ? null : failing}
      <Head model={model} trans={trans} action={run} />
      <Rows model={model} actions={actions} trans={trans} />
    </>
  );
}

interface IHeadProps {
  model: JobsModel;
  trans: TranslationBundle;
  action: React.ReactNode;
}

function Head({ model, trans, action }: IHeadProps): React.JSX.Element {
  return (
    <ListHead<Filter>
      label={trans.__('Search jobs')}
      value={model.search}
      onChange={search => {
        model.search = search;
      }}
      action={action}
      chips={{
        label: trans.__('Show'),
        value: model.filter,
        onChange: filter => {
          model.filter = filter;
        },
        options: [
          { value: 'all', label: trans.__('All') },
          { value: 'running', label: trans.__('Running') },
          { value: 'succeeded', label: trans.__('Succeeded') },
          { value: 'failed', label: trans.__('Failed') },
          { value: 'stopped', label: trans.__('Stopped') }
        ]
      }}
    />
  );
}

interface IRowsProps {
  model: JobsModel;
  actions: IListActions;
  trans: TranslationBundle;
}

function Rows({ model, actions, trans }: IRowsProps): React.JSX.Element {
  const { shown, jobs, total } = model;
  const counting = jobs.some(({ state, not_before }) => state === 'queued' && not_before !== null);
  useTicks(counting ? SECOND : TEN_SECONDS);
  return (
    <>
      {shown.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('No job fits the search.')}</p>
      ) : null}
      <List label={trans.__('Jobs')}>
        {shown.map(job => (
          <JobRow key={job.id} job={job} model={model} actions={actions} trans={trans} />
        ))}
      </List>
      {model.hasOlder ? (
        <footer className="jp-mlstudio-JobsPanel-older">
          <span>{trans.__('%1 of %2 jobs', jobs.length, total)}</span>
          <Button onClick={() => void model.loadOlder()}>{trans.__('Load older')}</Button>
        </footer>
      ) : null}
    </>
  );
}
