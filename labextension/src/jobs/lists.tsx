import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import {
  ago,
  Button,
  Empty,
  exactTime,
  Failure,
  IconButton,
  List,
  ListOpener,
  Loading,
  StateMark
} from '../ui';
import type { Flow } from './flows';
import type { Schedule } from './form-schedule';
import type { Listed } from './listed';
import type { IPartProps } from './panel';
import { lastState } from './schedules';
import { endedOf, stateOf, type Sweep } from './sweeps';
import { useTicks } from './ticks';
import { wordOf } from './words';

const TEN_SECONDS = 10_000;

interface IShellProps<T extends { id: string; name: string }> {
  model: Listed<T>;
  trans: IPartProps['trans'];
  label: string;
  loading: string;
  /** The button that begins something new. */
  action: React.ReactNode;
  empty: { title: string; text: string };
  children: (item: T) => React.ReactNode;
}

/** A list in each of its looks. */
function Shell<T extends { id: string; name: string }>(props: IShellProps<T>): React.JSX.Element {
  const { model, trans, label, loading, action, empty, children } = props;
  useTicks(TEN_SECONDS);
  const failing = (
    <Failure
      message={model.failure ?? ''}
      retryLabel={trans.__('Retry')}
      onRetry={() => void model.refresh()}
    />
  );
  if (!model.loaded) {
    return model.failure === null ? <Loading label={loading} /> : failing;
  }
  if (model.items.length === 0) {
    return (
      <Empty title={empty.title} action={action}>
        {empty.text}
      </Empty>
    );
  }
  return (
    <>
      {model.failure === null ? null : failing}
      <div className="jp-mlstudio-ListHead">{action}</div>
      <List label={label}>{model.items.map(children)}</List>
    </>
  );
}

/** The schedules: when each is due next, how it went last, and a switch that pauses it. */
export function ScheduleRows({ model, actions, trans }: IPartProps): React.JSX.Element {
  return (
    <Shell<Schedule>
      model={model.schedules}
      trans={trans}
      label={trans.__('Schedules')}
      loading={trans.__('Loading the schedules')}
      action={
        <Button primary onClick={actions.schedule}>
          {trans.__('Schedule notebook…')}
        </Button>
      }
      empty={{
        title: trans.__('No schedule yet'),
        text: trans.__(
          'A schedule runs a notebook at certain times, again and again, or when a file changes.'
        )
      }}
    >
      {schedule => (
        <ScheduleRow
          key={schedule.id}
          schedule={schedule}
          model={model}
          actions={actions}
          trans={trans}
        />
      )}
    </Shell>
  );
}

function ScheduleRow(props: IPartProps & { schedule: Schedule }): React.JSX.Element {
  const { schedule, model, actions, trans } = props;
  const last = lastState(schedule, model.jobs.jobs);
  const state = schedule.paused
    ? 'paused'
    : schedule.problem
      ? 'failed'
      : (last?.state ?? 'queued');
  const [next] = schedule.next;
  const due = schedule.paused
    ? trans.__('paused')
    : next
      ? trans.__('next %1', ago(next))
      : trans.__('when the file changes');
  return (
    <li
      className="jp-mlstudio-JobRow"
      onKeyDown={event =>
        event.key === 'Delete' ? actions.removeSchedule(schedule.id) : undefined
      }
    >
      <ListOpener
        title={[schedule.words, schedule.problem].filter(Boolean).join('\n')}
        onOpen={() => actions.openSchedule(schedule.id)}
      >
        <StateMark
          state={schedule.paused ? 'stopped' : state}
          label={last ? trans.__('Last: %1', wordOf(state, trans)) : trans.__('Not run yet')}
        />
        <strong>{schedule.name}</strong>
        <time title={next ? exactTime(next) : undefined}>{due}</time>
        <small>
          <span>{schedule.problem ?? schedule.words}</span>
        </small>
      </ListOpener>
      <label className="jp-mlstudio-Switch" title={trans.__('On or paused')}>
        <input
          type="checkbox"
          role="switch"
          aria-label={trans.__('%1 is on', schedule.name)}
          checked={!schedule.paused}
          onChange={event => actions.pause(schedule.id, !event.target.checked)}
        />
      </label>
      <IconButton
        label={trans.__('Run %1 now', schedule.name)}
        onClick={() => actions.runSchedule(schedule.id)}
      >
        <runIcon.react tag="span" elementSize="normal" />
      </IconButton>
    </li>
  );
}

/** The sweeps: how many of their jobs have ended. */
export function SweepRows({ model, actions, trans }: IPartProps): React.JSX.Element {
  return (
    <Shell<Sweep>
      model={model.sweeps}
      trans={trans}
      label={trans.__('Sweeps')}
      loading={trans.__('Loading the sweeps')}
      action={
        <Button primary onClick={actions.sweep}>
          {trans.__('Start sweep…')}
        </Button>
      }
      empty={{
        title: trans.__('No sweep yet'),
        text: trans.__(
          'A sweep runs one notebook with many values of its parameters, and shows which was best.'
        )
      }}
    >
      {sweep => (
        <li
          key={sweep.id}
          className="jp-mlstudio-JobRow"
          onKeyDown={event => (event.key === 'Delete' ? actions.removeSweep(sweep.id) : undefined)}
        >
          <ListOpener title={sweep.spec.job.notebook} onOpen={() => actions.openSweep(sweep.id)}>
            <StateMark state={stateOf(sweep)} label={wordOf(stateOf(sweep), trans)} />
            <strong>{sweep.name}</strong>
            <time title={exactTime(sweep.created_at)}>{ago(sweep.created_at)}</time>
            <SweepBar sweep={sweep} trans={trans} />
            <small>{trans.__('%1 of %2 jobs', endedOf(sweep), sweep.count)}</small>
          </ListOpener>
          {sweep.ended_at === null ? (
            <IconButton
              label={trans.__('Stop %1', sweep.name)}
              onClick={() => actions.stopSweep(sweep.id)}
            >
              <stopIcon.react tag="span" elementSize="normal" />
            </IconButton>
          ) : null}
        </li>
      )}
    </Shell>
  );
}

/** How the jobs of a sweep went, as one bar. */
export function SweepBar(props: { sweep: Sweep; trans: IPartProps['trans'] }): React.JSX.Element {
  const { sweep, trans } = props;
  const states = ['succeeded', 'failed', 'stopped', 'running', 'queued'] as const;
  return (
    <span
      className="jp-mlstudio-CellBar"
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={sweep.count}
      aria-valuenow={endedOf(sweep)}
      aria-label={trans.__('%1 of %2 jobs', endedOf(sweep), sweep.count)}
    >
      {states.map(state =>
        sweep.counts[state] > 0 ? (
          <i key={state} data-state={state} style={{ flexGrow: sweep.counts[state] }} />
        ) : null
      )}
    </span>
  );
}

/** The runs of workflows. */
export function FlowRows({ model, actions, trans }: IPartProps): React.JSX.Element {
  const { workflow } = actions;
  return (
    <Shell<Flow>
      model={model.flows}
      trans={trans}
      label={trans.__('Runs of workflows')}
      loading={trans.__('Loading the workflows')}
      action={
        workflow ? (
          <Button primary onClick={workflow}>
            {trans.__('New workflow')}
          </Button>
        ) : null
      }
      empty={{
        title: trans.__('No workflow has run yet'),
        text: trans.__('A workflow runs notebooks and functions that need each other’s results.')
      }}
    >
      {flow => (
        <li key={flow.id} className="jp-mlstudio-JobRow">
          <ListOpener title={flow.path} onOpen={() => actions.openFlow(flow.id)}>
            <StateMark state={flow.state} label={wordOf(flow.state, trans)} />
            <strong>{flow.name}</strong>
            <time title={exactTime(flow.created_at)}>{ago(flow.created_at)}</time>
            <small>{flow.message || nodes(flow, trans)}</small>
          </ListOpener>
          {flow.ended_at === null ? (
            <IconButton
              label={trans.__('Stop %1', flow.name)}
              disabled={flow.stop_requested_at !== null}
              onClick={() => actions.stopFlow(flow.id)}
            >
              <stopIcon.react tag="span" elementSize="normal" />
            </IconButton>
          ) : null}
        </li>
      )}
    </Shell>
  );
}

/** Say how many nodes of a run have ended. */
export function nodes({ counts }: Flow, trans: IPartProps['trans']): string {
  const count = (state: string): number => (counts as Record<string, number>)[state] ?? 0;
  const total = Object.values(counts as Record<string, number>).reduce((a, b) => a + b, 0);
  return trans.__('%1 of %2 nodes', total - count('waiting') - count('running'), total);
}
