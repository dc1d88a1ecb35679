import * as React from 'react';

import {
  ago,
  Button,
  duration,
  Empty,
  exactTime,
  Failure,
  List,
  ListOpener,
  StateMark
} from '../ui';
import { nodeStateLabel } from './workflow-cards';
import type { WorkflowDesk } from './workflow-desk';
import type { WorkflowRun } from './workflow-types';

/** The runs of the workflow; how long each took, drawn beside the others. */
export function RunsPane({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, runs } = desk;
  if (runs.failure !== null && runs.runs.length === 0) {
    const retry = (): void => void runs.refresh();
    return <Failure message={runs.failure} retryLabel={trans.__('Retry')} onRetry={retry} />;
  }
  if (runs.runs.length === 0) {
    return (
      <Empty
        title={trans.__('No run yet')}
        action={<Button onClick={() => void desk.run('all')}>{trans.__('Run')}</Button>}
      >
        {trans.__('Each run stays here with its nodes, their results, and the file as it was.')}
      </Empty>
    );
  }
  const longest = Math.max(...runs.runs.map(lasted), 1);
  return (
    <>
      <List label={trans.__('Runs')}>
        {runs.runs.map(run => (
          <RunRow key={run.id} desk={desk} run={run} longest={longest} />
        ))}
      </List>
      {runs.detail ? (
        <div className="jp-mlstudio-WorkflowRuns-foot">
          <Button onClick={() => runs.hide()}>{trans.__('Show no run')}</Button>
        </div>
      ) : null}
    </>
  );
}

interface IRowProps {
  readonly desk: WorkflowDesk;
  readonly run: WorkflowRun;
  readonly longest: number;
}

function RunRow({ desk, run, longest }: IRowProps): React.JSX.Element {
  const { trans, runs } = desk;
  const isNewest = runs.runs[0]?.id === run.id;
  const isShown = runs.detail?.run.id === run.id;
  const time = lasted(run);
  const parameters = Object.entries(run.parameters).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`
  );
  return (
    <li className="jp-mlstudio-WorkflowRun" data-current={isShown || undefined}>
      <ListOpener
        title={run.message || exactTime(run.created_at)}
        onOpen={() => void runs.show(isNewest && !isShown ? null : run.id)}
      >
        <StateMark state={run.state} label={nodeStateLabel(run.state, trans)} />
        <time dateTime={run.created_at} title={exactTime(run.created_at)}>
          {ago(run.created_at)}
        </time>
        <span className="jp-mlstudio-WorkflowRun-time">{duration(time)}</span>
        <span className="jp-mlstudio-WorkflowRun-bar" aria-hidden>
          <i data-state={run.state} style={{ width: `${Math.max(2, (time / longest) * 100)}%` }} />
        </span>
        <small>{[countsOf(desk, run), ...parameters].filter(Boolean).join(' · ')}</small>
      </ListOpener>
    </li>
  );
}

function countsOf({ trans }: WorkflowDesk, { counts, attempt }: WorkflowRun): string {
  const states = ['succeeded', 'cached', 'failed', 'skipped', 'stopped', 'running'] as const;
  const parts = states
    .filter(state => (counts[state] ?? 0) > 0)
    .map(state => `${counts[state]} ${nodeStateLabel(state, trans).toLowerCase()}`);
  const repaired = attempt > 1 ? [trans.__('repaired')] : [];
  return [...parts, ...repaired].join(', ');
}

function lasted({ created_at, ended_at }: WorkflowRun): number {
  const end = ended_at === null ? Date.now() : Date.parse(ended_at);
  return Math.max(0, end - Date.parse(created_at));
}
