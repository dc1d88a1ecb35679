import * as React from 'react';

import { ago, exactTime, Loading, StateMark } from '../ui';
import type { IPartProps } from './detail';
import { cut } from './detail-values';
import { ModelCard } from './preview-model';
import { PARTS, type RunRows } from './run';
import { stateLabel, valueText } from './words';

export interface ISectionProps {
  title: string;
  /** How many things are in it; without any it is not shown. */
  count: number;
  /** Whether it is shown even without anything in it. */
  always?: boolean;
  /** Whether it begins folded. */
  folded?: boolean;
  children: React.ReactNode;
}

/** A part of the details that can be folded away. */
export function Section(props: ISectionProps): React.JSX.Element | null {
  const { title, count, always, folded, children } = props;
  const [isOpen, setOpen] = React.useState(!folded);
  return count === 0 && !always ? null : (
    <details
      className="jp-mlstudio-Section"
      open={isOpen}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        {title} {count > 0 ? <small>{count.toLocaleString()}</small> : null}
      </summary>
      {isOpen ? children : null}
    </details>
  );
}

/** The data that a run was made from; those that have changed since are marked. */
export function Datasets({ run, model, trans }: IPartProps): React.JSX.Element {
  const known = model.origin?.datasets ?? [];
  return (
    <ul className="jp-mlstudio-Datasets">
      {run.datasets.map(({ name, context, digest, source, rows, columns }) => {
        const now = known.find(one => one.digest === digest && one.name === name);
        const size = rows === null ? '' : `${rows.toLocaleString()} × ${columns ?? '?'}`;
        return (
          <li key={`${name} ${digest} ${context ?? ''}`}>
            <strong title={name}>{context ? `${name} (${context})` : name}</strong>
            <span>{size}</span>
            <code title={trans.__('Digest: differs as soon as the data differ')}>{digest}</code>
            <small title={source}>{cut(source, 120)}</small>
            {now?.stale ? (
              <em className="jp-mlstudio-StaleMark">
                {now.state === 'gone' ? trans.__('gone since') : trans.__('changed since')}
              </em>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

/** The models that a run has saved. */
export function Models({ run, artifacts, rendermime, trans }: IPartProps): React.JSX.Element {
  return (
    <>
      {run.models.map(({ id, name, uri }) => (
        <ModelCard
          key={id}
          path={id}
          name={name}
          uri={uri}
          model={artifacts}
          rendermime={rendermime}
          trans={trans}
        />
      ))}
    </>
  );
}

/** The runs that this one is a part of, or that are parts of it, with what tells them apart. */
export function Parts(props: IPartProps): React.JSX.Element {
  const { run, model, actions, trans } = props;
  const { parent, children } = run;
  return (
    <>
      {parent ? (
        <p className="jp-mlstudio-Hint">
          <button type="button" className="jp-mlstudio-Link" onClick={() => actions.open(parent)}>
            {trans.__('Part of another run')}
          </button>
        </p>
      ) : null}
      <Section title={trans.__('Parts of this run')} count={children.length}>
        {model.parts ? (
          <PartsTable {...props} rows={model.parts} />
        ) : (
          <Loading label={trans.__('Loading the parts')} rows={3} />
        )}
        {children.length > PARTS ? (
          <p className="jp-mlstudio-Hint">
            {trans.__(
              'The first %1 are listed here. All %2 are in the table of runs.',
              PARTS,
              children.length.toLocaleString()
            )}
          </p>
        ) : null}
      </Section>
    </>
  );
}

const COLUMNS = 6;

function PartsTable({ rows, actions, trans }: IPartProps & { rows: RunRows }): React.JSX.Element {
  const columns = React.useMemo(() => telling(rows), [rows]);
  return (
    <div
      className="jp-mlstudio-PartsTable"
      tabIndex={0}
      role="region"
      aria-label={trans.__('Parts of this run')}
    >
      <table>
        <thead>
          <tr>
            <th>{trans.__('Run')}</th>
            {columns.map(({ kind, name }) => (
              <th key={`${kind} ${name}`} title={name}>
                {cut(name, 40)}
              </th>
            ))}
            <th>{trans.__('Started')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.items.map((run, index) => (
            <tr key={run.id}>
              <td>
                <StateMark state={run.state} label={stateLabel(run.state, trans)} />
                <button
                  type="button"
                  className="jp-mlstudio-Link"
                  onClick={() => actions.open(run.id)}
                >
                  {run.name}
                </button>
              </td>
              {columns.map(({ kind, name, values }) => (
                <td key={`${kind} ${name}`} data-kind={kind}>
                  {cut(valueText(values[index]), 60)}
                </td>
              ))}
              <td title={exactTime(run.started_at)}>{ago(run.started_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The columns that tell most: metrics first, then params in which the runs differ. */
function telling({ columns }: RunRows): RunRows['columns'] {
  const differing = columns.filter(
    ({ kind, values }) => kind === 'param' && values.some(value => value !== values[0])
  );
  const metrics = columns.filter(({ kind }) => kind === 'metric');
  return [...metrics.slice(0, COLUMNS - 2), ...differing].slice(0, COLUMNS);
}
