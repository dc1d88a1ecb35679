import * as React from 'react';

import { Button, duration, StateMark } from '../ui';
import { nodeStateLabel } from './workflow-cards';
import type { WorkflowDesk } from './workflow-desk';
import type { Json, NodeRun } from './workflow-types';

const SHOWN = 50;
const LONGEST = 160;
const DIGITS = 5;

interface IResultProps {
  readonly desk: WorkflowDesk;
  readonly ran: NodeRun;
}

/** What became of a node in the run that is shown: why it ran, what it gave, its jobs. */
export function NodeResult({ desk, ran }: IResultProps): React.JSX.Element {
  const { trans, actions } = desk;
  const [first, ...others] = ran.items;
  const job = others.length === 0 ? (first?.job ?? null) : null;
  const { notebook } = ran;
  return (
    <section
      className="jp-mlstudio-WorkflowResult"
      data-state={ran.state}
      aria-label={trans.__('In this run')}
    >
      <div>
        <StateMark state={ran.state} label={nodeStateLabel(ran.state, trans)} />
        <span>{timeOf(ran)}</span>
        {ran.attempt > 1 ? <span>{trans.__('attempt %1', ran.attempt)}</span> : null}
      </div>
      {ran.message ? <p className="jp-mlstudio-WorkflowResult-message">{ran.message}</p> : null}
      <Why desk={desk} ran={ran} />
      <Outputs desk={desk} ran={ran} />
      {others.length > 0 ? <Items desk={desk} ran={ran} /> : null}
      <div>
        {job ? (
          <Button onClick={() => actions.openJob(job)}>{trans.__('Show the job')}</Button>
        ) : null}
        {notebook ? (
          <Button onClick={() => actions.openFile(notebook)}>
            {trans.__('Open its notebook')}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

function Why({ desk, ran }: IResultProps): React.JSX.Element | null {
  const { trans } = desk;
  if (ran.state === 'cached') {
    return (
      <p>{trans.__('Nothing that it depends on has changed, so its earlier result was taken.')}</p>
    );
  }
  if (ran.why.length === 0) {
    return null;
  }
  return (
    <details open>
      <summary>{trans.__('Why it ran again')}</summary>
      <ul>
        {ran.why.map(sentence => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}

function Outputs({ desk, ran }: IResultProps): React.JSX.Element | null {
  const { actions } = desk;
  const entries = Object.entries(ran.outputs);
  if (entries.length === 0) {
    return null;
  }
  return (
    <dl>
      {entries.map(([name, value]) => {
        const table = tableOf(value);
        return (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>
              {table ? (
                <button className="jp-mlstudio-Link" onClick={() => actions.openFile(table)}>
                  {table.replace(/^.*\//, '')}
                </button>
              ) : (
                <code title={typeof value === 'string' ? value : JSON.stringify(value)}>
                  {shown(value)}
                </code>
              )}
            </dd>
          </React.Fragment>
        );
      })}
    </dl>
  );
}

function Items({ desk, ran }: IResultProps): React.JSX.Element {
  const { trans, actions } = desk;
  return (
    <ul className="jp-mlstudio-WorkflowResult-items" aria-label={trans.__('Jobs')}>
      {ran.items.slice(0, SHOWN).map(({ index, item, state, job, message }) => (
        <li key={index}>
          <button
            type="button"
            className="jp-mlstudio-Link"
            disabled={job === null}
            title={message || undefined}
            onClick={() => job && actions.openJob(job)}
          >
            <StateMark state={state} label={nodeStateLabel(state, trans)} />
            <code>{shown(item)}</code>
          </button>
        </li>
      ))}
      {ran.items.length > SHOWN ? (
        <li>{trans.__('and %1 more', ran.items.length - SHOWN)}</li>
      ) : null}
    </ul>
  );
}

function timeOf({ started_at, ended_at }: NodeRun): string {
  if (started_at === null) {
    return '';
  }
  const end = ended_at === null ? Date.now() : Date.parse(ended_at);
  const lasted = Math.max(0, end - Date.parse(started_at));
  return duration(ended_at === null ? Math.floor(lasted / 1000) * 1000 : lasted);
}

function tableOf(value: Json): string | null {
  const { table } = (typeof value === 'object' && value !== null ? value : {}) as {
    table?: unknown;
  };
  return typeof table === 'string' ? table : null;
}

function shown(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, rounded, 1);
  const line = text.replace(/\s*\n\s*/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

// The exact value is in the tooltip.
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(DIGITS))
    : value;
}
