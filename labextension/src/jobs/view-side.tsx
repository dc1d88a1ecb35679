import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ago, exactTime, number, StateMark } from '../ui';
import type { JobModel } from './detail';
import type { Job } from './model';
import type { IJobActions } from './view';

interface IJobProps {
  job: Job;
  trans: TranslationBundle;
}

interface IActionProps extends IJobProps {
  actions: IJobActions;
}

/** The values that the job was given. */
export function Parameters(props: {
  given: Readonly<Record<string, unknown>>;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { trans } = props;
  const given = Object.entries(props.given);
  return (
    <section>
      <h3>{trans.__('Parameters')}</h3>
      {given.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('All as they are in the notebook.')}</p>
      ) : (
        <dl className="jp-mlstudio-JobView-parameters" aria-label={trans.__('Parameters')}>
          {given.map(([name, value]) => (
            <Pair key={name} name={name}>
              {JSON.stringify(value)}
            </Pair>
          ))}
        </dl>
      )}
    </section>
  );
}

/** What the cells gave to the outside; tables open with a click. */
export function Outputs({ job, actions, trans }: IActionProps): React.JSX.Element | null {
  const given = Object.entries(job.outputs);
  if (given.length === 0) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__('Outputs')}</h3>
      <dl className="jp-mlstudio-JobView-parameters" aria-label={trans.__('Outputs')}>
        {given.map(([name, value]) => (
          <Pair key={name} name={name}>
            <Value value={value} openTable={actions.openTable} trans={trans} />
          </Pair>
        ))}
      </dl>
    </section>
  );
}

interface IValueProps {
  value: unknown;
  openTable: ((path: string) => void) | null;
  trans: TranslationBundle;
}

/** One output: a value, or a table that opens with a click. */
export function Value({ value, openTable, trans }: IValueProps): React.JSX.Element {
  const table = tableOf(value);
  if (!table) {
    return <>{typeof value === 'number' ? number(value) : JSON.stringify(value)}</>;
  }
  const words = trans._n('table of 1 row', 'table of %1 rows', table.rows);
  return openTable ? (
    <button className="jp-mlstudio-Link" title={table.path} onClick={() => openTable(table.path)}>
      {words}
    </button>
  ) : (
    <span title={table.path}>{words}</span>
  );
}

/** Read a value as the table that it stands for; null if it is a plain one. */
function tableOf(value: unknown): { path: string; rows: number } | null {
  const { table, rows } = (value ?? {}) as { table?: unknown; rows?: unknown };
  return typeof table === 'string' && typeof rows === 'number' ? { path: table, rows } : null;
}

/** When the job was tried again or resumed, and why. */
export function Turns({
  model,
  trans
}: {
  model: JobModel;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  if (model.turns.length === 0) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__('Attempts')}</h3>
      <ol className="jp-mlstudio-JobView-turns">
        {model.turns.map(({ kind, at, text, cell }, index) => (
          <li key={index}>
            <span>
              {kind === 'resumed'
                ? trans.__('Resumed from cell %1', cell ?? 1)
                : trans.__('Tried again')}
            </span>
            <time dateTime={at} title={exactTime(at)}>
              {ago(at)}
            </time>
            {text ? <small>{text}</small> : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** How the job was asked to run, where that is not as always. */
export function Facts({ job, trans }: IJobProps): React.JSX.Element {
  const { spec } = job;
  const { cpu = 1, memory = 0, gpu = 0, custom = {} } = spec.resources ?? {};
  const needs = [
    cpu === 1 ? '' : trans.__('%1 processors', cpu),
    memory ? trans.__('%1 GB of memory', memory) : '',
    gpu ? trans.__('%1 GPU', gpu) : '',
    ...Object.entries(custom).map(([name, amount]) => `${amount} ${name}`)
  ].filter(Boolean);
  const start = { warm: trans.__('warm'), clean: trans.__('clean') };
  const facts: [string, string | null][] = [
    [trans.__('Runs on'), { local: trans.__('this machine') }[job.executor] ?? job.executor],
    [trans.__('Kernel start'), job.start && start[job.start]],
    [trans.__('Attempt'), job.attempt > 1 ? String(job.attempt) : null],
    [trans.__('Kernel'), spec.kernel ?? null],
    [trans.__('Needs'), needs.join(', ') || null],
    [trans.__('Priority'), spec.priority ? String(spec.priority) : null],
    [trans.__('Written to'), spec.output ?? null]
  ];
  return (
    <section>
      <h3>{trans.__('Execution')}</h3>
      <dl className="jp-mlstudio-JobView-parameters" aria-label={trans.__('Execution')}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <Pair key={name} name={name}>
              {value}
            </Pair>
          )
        )}
      </dl>
    </section>
  );
}

/** The MLflow runs that the job made. */
export function Runs(props: IActionProps & { model: JobModel }): React.JSX.Element | null {
  const { model, actions, trans } = props;
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

function Pair({ name, children }: React.PropsWithChildren<{ name: string }>): React.JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
